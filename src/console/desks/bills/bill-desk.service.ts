import { Inject, Injectable } from '@nestjs/common';
import { chinaTime, parseChinaTime } from '../../../domain/china-time';
import { CLOCK } from '../../../domain/ports/clock';
import type { Clock } from '../../../domain/ports/clock';
import { DAILY_BOOKS } from '../../../domain/ports/daily-books';
import type { DailyBooks } from '../../../domain/ports/daily-books';
import type { DayDifference, DayResult } from '../../../domain/reconciliation/day-result';
import type { Visit } from '../../session/visit';
import { mayAct } from '../../session/visitor';
import { RECONCILIATION_TEXTS, STATEMENT_TEXTS } from '../../texts/reconciliation.texts';
import { money, time } from '../../view/format';
import type { Lang } from '../../view/look';
import { Page } from '../../view/page';
import { StatementDesk } from './statement-desk.service';

const DAY_MS = 86_400_000;
/** So many days stand on the page. */
const DAYS = 14;

/** Alipay's daily bills against the books. */
@Injectable()
export class BillDesk {
  constructor(
    @Inject(DAILY_BOOKS) private readonly books: DailyBooks,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly statements: StatementDesk,
  ) {}

  async page({ lang, query, visitor }: Visit): Promise<Page> {
    const t = RECONCILIATION_TEXTS[lang];
    const date = dayOf(query.get('date'));
    const done = query.get('done');
    const last = dayOf(query.get('until')) ?? this.yesterday();
    const dates = Array.from({ length: DAYS }, (_each, back) => before(last, back));
    const results = await Promise.all(dates.map((each) => this.books.dayResult(each)));
    const differences = date === null ? [] : await this.books.differencesOf(date);
    const result = date === null ? null : await this.books.dayResult(date);
    return new Page('reconciliation', {
      t: date === null ? t : { ...t, title: `${t.title} ${date}` },
      done: isDone(done) ? t.done[done] : null,
      isGood: done === 'compared',
      mayAct: mayAct(visitor),
      form: { t: STATEMENT_TEXTS[lang], from: '', until: '', runs: this.statements.runs(lang) },
      date,
      days: dates.map((each, at) => shownDay(each, results[at] ?? null)),
      none: result === null ? t.notYet : t.none,
      differences: differences.map((each) => shownDifference(each, lang)),
      older: before(last, DAYS),
    });
  }

  /** Today has no bill yet. */
  private yesterday(): string {
    return chinaTime(this.clock.nowMs() - DAY_MS).slice(0, 10);
  }
}

type Done = keyof (typeof RECONCILIATION_TEXTS)['zh']['done'];

function isDone(text: string | null): text is Done {
  return text !== null && Object.hasOwn(RECONCILIATION_TEXTS.zh.done, text);
}

function dayOf(text: string | null): string | null {
  return text !== null && parseChinaTime(`${text} 00:00:00`) !== null ? text : null;
}

function before(date: string, days: number): string {
  const atMs = parseChinaTime(`${date} 00:00:00`) ?? 0;
  return chinaTime(atMs - days * DAY_MS).slice(0, 10);
}

function shownDay(date: string, result: DayResult | null) {
  if (result === null) return { date, result: null };
  const { payments, paid, refunds, refunded, net, differences, comparedAtMs } = result;
  return {
    date,
    result: {
      payments: `${money(paid)} · ${payments}`,
      refunds: `${money(refunded)} · ${refunds}`,
      net: money(net),
      differences,
      comparedAt: time(comparedAtMs),
    },
  };
}

function shownDifference(difference: DayDifference, lang: Lang) {
  const { kind, open, atMs, outTradeNo, billed, booked, receiptRowId } = difference;
  const { kinds } = RECONCILIATION_TEXTS[lang];
  return {
    kind,
    word: Object.hasOwn(kinds, kind) ? kinds[kind] : '',
    open: open ? RECONCILIATION_TEXTS[lang].open : '',
    at: time(atMs),
    number: outTradeNo,
    billed: billed === null ? '–' : money(billed),
    booked: booked === null ? '–' : money(booked),
    receiptId: receiptRowId,
  };
}
