import { Inject, Injectable } from '@nestjs/common';
import { isWholeHouse } from '../../domain/access/key-rules';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { ALARM_BOOK } from '../../domain/reading/alarm-book';
import type { AlarmBook, AlarmScope, OpenAlarm } from '../../domain/reading/alarm-book';
import { ActLog } from '../session/act-log.service';
import type { Visit } from '../session/visit';
import { mayAct } from '../session/visitor';
import { ALARM_HELP, ALARMS_TEXTS } from '../texts/alarms.texts';
import { systemName, time } from '../view/format';
import type { Lang } from '../view/look';
import { Goto, Page } from '../view/page';
import { stepsOf } from './alarm-steps';

const LIST = '/console/alarms';
const MOST = 200;
const NOTE = 400;

/** What needs a human, and its end. */
@Injectable()
export class AlarmDesk {
  constructor(
    @Inject(ALARM_BOOK) private readonly alarms: AlarmBook,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly log: ActLog,
  ) {}

  async list(visit: Visit): Promise<Page> {
    const { lang, query, visitor } = visit;
    const t = ALARMS_TEXTS[lang];
    const open = await this.alarms.open(scopeOf(visit), MOST);
    return new Page('alarms', {
      t,
      done: query.get('done') === 'closed' ? t.done : null,
      mayAct: mayAct(visitor),
      alarms: open.map((each) => shownAlarm(each, lang)),
    });
  }

  /** Asks what was found. */
  async askClose(visit: Visit): Promise<Page> {
    const { lang, query } = visit;
    const alarm = await this.alarms.find(scopeOf(visit), numberOf(query));
    if (alarm === null) return gone(lang);
    return this.closePage(alarm, lang, null);
  }

  async close(visit: Visit): Promise<Page | Goto> {
    const { lang, form, visitor, asker } = visit;
    const id = numberOf(form);
    const alarm = await this.alarms.find(scopeOf(visit), id);
    if (alarm === null) return gone(lang);
    const note = form.get('note')?.trim().slice(0, NOTE) ?? '';
    if (note === '') return this.closePage(alarm, lang, ALARMS_TEXTS[lang].needsNote);
    const subject = `alarm ${id} ${alarm.kind}, ${alarm.subject}`.slice(0, 100);
    const billType = alarm.receipt === null ? {} : { billType: alarm.receipt.billType };
    await this.log.note({ kind: 'closeAlarm', subject, detail: note, ...billType }, asker);
    const end = { id, by: visitor.name, note, nowMs: this.clock.nowMs() };
    const isClosed = await this.alarms.close(scopeOf(visit), end);
    return isClosed ? new Goto(`${LIST}?done=closed`) : gone(lang);
  }

  private closePage(alarm: OpenAlarm, lang: Lang, trouble: string | null): Page {
    const t = ALARMS_TEXTS[lang];
    const shown = shownAlarm(alarm, lang);
    const data = { t: { ...t, title: t.confirmClose }, alarm: shown, trouble, back: LIST };
    return new Page('alarm-close', data, trouble === null ? 200 : 400);
  }
}

function scopeOf({ visitor }: Visit): AlarmScope {
  return { billTypes: visitor.billTypes, wholeHouse: isWholeHouse(visitor) };
}

function numberOf(fields: URLSearchParams): number {
  return Number(/^[1-9]\d{0,14}$/.exec(fields.get('id') ?? '')?.[0] ?? 0);
}

function gone(lang: Lang): Page {
  const t = ALARMS_TEXTS[lang];
  return new Page('refused', { t, why: t.gone, back: LIST }, 404);
}

function shownAlarm(alarm: OpenAlarm, lang: Lang) {
  const { id, kind, subject, detail, raisedAtMs, receipt } = alarm;
  const help = ALARM_HELP[lang];
  // A newer version's kind has no words here.
  const [what, todo] = Object.hasOwn(help, kind) ? help[kind] : [kind, ''];
  return {
    ...{ id, kind, subject, detail, what, todo },
    at: time(raisedAtMs),
    steps: stepsOf(alarm).map(({ step, path }) => ({ path, name: ALARMS_TEXTS[lang].steps[step] })),
    receipt: receipt && { ...receipt, system: systemName(receipt.billType, lang) },
  };
}
