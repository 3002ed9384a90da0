import { Inject, Injectable } from '@nestjs/common';
import { isWholeHouse } from '../../domain/access/key-rules';
import { chinaTime, parseChinaTime } from '../../domain/china-time';
import { fen } from '../../domain/money';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { ALARM_BOOK } from '../../domain/reading/alarm-book';
import type { AlarmBook } from '../../domain/reading/alarm-book';
import { DAY_BOOK } from '../../domain/reading/day-figures';
import type { DayBook, HourOfDay, SystemDay } from '../../domain/reading/day-figures';
import type { Visit } from '../session/visit';
import { TODAY_TEXTS } from '../texts/today.texts';
import { duration, money, systemName } from '../view/format';
import type { Lang } from '../view/look';
import { Page } from '../view/page';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** So many alarms are counted; more are told as that many and more. */
const MOST_ALARMS = 100;

/** What a day comes to, for the systems of a key. */
@Injectable()
export class DayDesk {
  constructor(
    @Inject(DAY_BOOK) private readonly days: DayBook,
    @Inject(ALARM_BOOK) private readonly alarms: AlarmBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async page({ lang, query, visitor }: Visit): Promise<Page> {
    const t = TODAY_TEXTS[lang];
    const { billTypes } = visitor;
    const today = startOf(chinaTime(this.clock.nowMs()).slice(0, 10)) ?? 0;
    const fromMs = startOf(query.get('date') ?? '') ?? today;
    const scope = { billTypes, wholeHouse: isWholeHouse(visitor) };
    const [systems, hours, before, median, repeats, alarms] = await Promise.all([
      this.days.systems(billTypes, fromMs),
      this.days.hours(billTypes, fromMs),
      this.days.hours(billTypes, fromMs - WEEK_MS),
      this.days.medianSeconds(billTypes, fromMs),
      this.days.repeats(billTypes, fromMs),
      this.alarms.open(scope, MOST_ALARMS),
    ]);
    const date = dateOf(fromMs);
    const rows = hourRows(hours, before);
    return new Page('today', {
      t: { ...t, title: fromMs === today ? t.title : `${t.titleOf} ${date}` },
      date,
      alarms: alarms.length === MOST_ALARMS ? `${MOST_ALARMS}+` : alarms.length,
      figures: figuresOf(systems, median, lang),
      systems: systems.map((each) => shownSystem(each, systemName(each.billType, lang))),
      hours: rows,
      chart: JSON.stringify({
        hours: rows.map(({ hour }) => hour),
        now: rows.map(({ now }) => now),
        before: rows.map(({ before: then }) => then),
        names: [t.today, t.before],
      }),
      repeats: repeats.map((each) => ({
        bill: each.billNo,
        system: systemName(each.billType, lang),
        amount: money(each.amount),
        times: each.times,
      })),
      previous: dateOf(fromMs - DAY_MS),
      next: fromMs < today ? dateOf(fromMs + DAY_MS) : null,
    });
  }
}

function startOf(date: string): number | null {
  return parseChinaTime(`${date} 00:00:00`);
}

function dateOf(atMs: number): string {
  return chinaTime(atMs).slice(0, 10);
}

/** All hours of a day, beside those of the same weekday before. */
function hourRows(hours: readonly HourOfDay[], before: readonly HourOfDay[]) {
  const of = (list: readonly HourOfDay[], hour: number) => list.find((each) => each.hour === hour);
  return Array.from({ length: 24 }, (_each, hour) => ({
    hour,
    now: of(hours, hour)?.payments ?? 0,
    paid: money(of(hours, hour)?.paid ?? fen(0)),
    before: of(before, hour)?.payments ?? 0,
  }));
}

function figuresOf(systems: readonly SystemDay[], median: number | null, lang: Lang) {
  const t = TODAY_TEXTS[lang];
  const sum = (of: (each: SystemDay) => number) => systems.reduce((all, each) => all + of(each), 0);
  const paid = sum((each) => each.paid);
  const back = sum((each) => each.refunded);
  return [
    { name: t.paid, value: money(fen(paid)), hint: '' },
    { name: t.payments, value: String(sum((each) => each.payments)), hint: '' },
    { name: t.refunded, value: money(fen(back)), hint: '' },
    { name: t.net, value: money(fen(paid - back)), hint: '' },
    {
      name: t.success,
      value: rate(
        sum((each) => each.begunPaid),
        sum((each) => each.begunEnded),
      ),
      hint: t.successHint,
    },
    { name: t.median, value: median === null ? t.none : duration(median * 1_000, lang), hint: '' },
    { name: t.open, value: String(sum((each) => each.open)), hint: '' },
  ];
}

function shownSystem(each: SystemDay, name: string) {
  return {
    id: each.billType,
    name,
    payments: each.payments,
    paid: money(each.paid),
    refunds: each.refunds,
    refunded: each.refunded > 0 ? money(each.refunded) : '–',
    success: rate(each.begunPaid, each.begunEnded),
    open: each.open,
  };
}

function rate(paid: number, ended: number): string {
  return ended === 0 ? '–' : `${Math.floor((paid / ended) * 1_000) / 10}%`;
}
