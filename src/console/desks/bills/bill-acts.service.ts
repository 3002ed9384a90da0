import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK } from '../../../domain/ports/clock';
import type { Clock } from '../../../domain/ports/clock';
import type { BillDay } from '../../../reconciliation/bill/bill-day';
import { Reconciliation } from '../../../reconciliation/reconciliation.service';
import { DayProcess } from '../../../reconciliation/turn/day-process';
import type { ToldDay } from '../../../reconciliation/turn/taken-day';
import { ActLog } from '../../session/act-log.service';
import type { UploadedFile } from '../../session/upload';
import type { Visit } from '../../session/visit';
import { RECONCILIATION_TEXTS } from '../../texts/reconciliation.texts';
import { time } from '../../view/format';
import type { Lang } from '../../view/look';
import { Goto, Page } from '../../view/page';

const LIST = '/console/reconciliation';
/** So long a page waits for a day; then it goes on by itself. ms. */
const PATIENCE_MS = 20_000;

/** A day is compared once more: with the bill Alipay gives now, or one taken by hand. */
@Injectable()
export class BillActs {
  private readonly logger = new Logger(BillActs.name);

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly reconciliation: Reconciliation,
    private readonly days: DayProcess,
    private readonly log: ActLog,
  ) {}

  async askAgain({ lang, query }: Visit): Promise<Page> {
    const t = RECONCILIATION_TEXTS[lang];
    const day = this.dayOf(query);
    if (day === null) return noDay(lang);
    return new Page('confirm', {
      t: { ...t, title: t.confirmAgain },
      facts: await this.facts(day, lang),
      words: t.againWords,
      action: `${LIST}/compare`,
      fields: [['date', day.date]],
      submit: t.compareIt,
      isGrave: false,
      back: back(day),
    });
  }

  async again(visit: Visit): Promise<Page | Goto> {
    const day = this.dayOf(visit.form);
    if (day === null) return noDay(visit.lang);
    await this.log.note({ kind: 'takeDay', subject: `day ${day.date}` }, visit.asker);
    return this.outcome(day, this.days.take(day), visit.lang);
  }

  async askFile({ lang, query }: Visit): Promise<Page> {
    const t = RECONCILIATION_TEXTS[lang];
    const day = this.dayOf(query);
    if (day === null) return noDay(lang);
    const facts = await this.facts(day, lang);
    const data = { date: day.date, facts, back: back(day) };
    return new Page('bill-file', { t: { ...t, title: t.confirmFile }, ...data });
  }

  async takeFile(visit: Visit, file: UploadedFile): Promise<Page | Goto> {
    const day = this.dayOf(visit.form);
    if (day === null) {
      await file.remove();
      return noDay(visit.lang);
    }
    const taken = this.log
      .note({ kind: 'takeFile', subject: `day ${day.date}` }, visit.asker)
      .then(() => this.days.take(day, file.path))
      .finally(() => file.remove());
    return this.outcome(day, taken, visit.lang);
  }

  /** What became of it, or that it goes on. */
  private async outcome(day: BillDay, taken: Promise<ToldDay>, lang: Lang): Promise<Page | Goto> {
    taken.catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      this.logger.warn(`${day.date}: ${text}`);
    });
    const later = this.clock.sleep(PATIENCE_MS).then(() => null);
    const found = await Promise.race([taken, later]);
    if (found?.kind !== 'notBelieved') {
      return new Goto(`${back(day)}&done=${found?.kind ?? 'underWay'}`);
    }
    const t = RECONCILIATION_TEXTS[lang];
    const why = `${t.notBelieved} ${found.fault}: ${found.cause}`;
    return new Page('refused', { t: { ...t, title: day.date }, why, back: back(day) }, 409);
  }

  private async facts({ date }: BillDay, lang: Lang): Promise<[string, string][]> {
    const t = RECONCILIATION_TEXTS[lang];
    const result = await this.reconciliation.books.dayResult(date);
    const last = result === null ? t.notYet : time(result.comparedAtMs);
    return [
      [t.day, date],
      [t.comparedAt, last],
    ];
  }

  private dayOf(fields: URLSearchParams): BillDay | null {
    return this.reconciliation.day(fields.get('date') ?? '');
  }
}

function back({ date }: BillDay): string {
  return `${LIST}?date=${date}`;
}

function noDay(lang: Lang): Page {
  const t = RECONCILIATION_TEXTS[lang];
  return new Page('refused', { t, why: t.noDay, back: LIST }, 400);
}
