import { Inject, Injectable, Logger } from '@nestjs/common';
import { ALARMS } from '../../domain/ports/alarm';
import type { AlarmKind, Alarms, KnownAlarm } from '../../domain/ports/alarm';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import type { DayDifference } from '../../domain/reconciliation/day-result';
import { differenceMark } from '../day/difference';
import { lineOf } from '../day/difference-line';
import type { DayOutcome } from '../reconciliation.service';

/** Who closes what has settled itself. */
const SELF = 'reconcile';
/** So many differences of a day have an alarm of their own; one more tells of the rest. */
const MOST_ALARMS = 100;

/** What a human has to look at of a day. */
@Injectable()
export class DayAlarms {
  private readonly logger = new Logger(DayAlarms.name);

  constructor(
    @Inject(ALARMS) private readonly alarms: Alarms,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Raises what an outcome leaves to be looked at, and closes what it has settled. What a human has
   * closed is not raised again while it is the same to the fen.
   * @param isLate should the bill have been there by now?
   */
  async tell(date: string, outcome: DayOutcome, isLate: boolean): Promise<void> {
    const subject = `day ${date}`;
    if (outcome.kind === 'compared') {
      await this.settle('billMissing', subject, 'the bill is there');
      await this.settle('billNotBelieved', subject, 'a bill that adds up is there');
      return this.tellDifferences(date, outcome.day.differences, outcome.day.result.differences);
    }
    if (outcome.kind === 'notBelieved') {
      await this.raise('billNotBelieved', subject, `${outcome.fault}: ${outcome.cause}`);
    } else if (isLate) {
      await this.raise('billMissing', subject, `${outcome.kind}: ${outcome.cause}`);
    }
  }

  /** What humans have noted about differences of a day, by `differenceMark`. */
  async notes(date: string): Promise<ReadonlyMap<string, string>> {
    const known = await this.alarms.about('dayDiffers', subjectOf(date, ''));
    const notes = known.filter(isByHuman).map(({ subject, closed }): [string, string] => {
      return [subject.slice(subjectOf(date, '').length), `${closed?.by}: ${closed?.note}`];
    });
    return new Map(notes);
  }

  private async tellDifferences(
    date: string,
    differences: readonly DayDifference[],
    count: number,
  ): Promise<void> {
    const left = differences.filter(({ open, kind }) => !open && kind !== 'billChanged');
    const known = await this.alarms.about('dayDiffers', subjectOf(date, ''));
    const now = new Set(left.map((one) => subjectOf(date, differenceMark(one))));
    const more = left.length > MOST_ALARMS || count > differences.length;
    if (more) now.add(subjectOf(date, 'more'));
    for (const { id, subject, closed } of known) {
      if (closed !== null || now.has(subject)) continue;
      const nowMs = this.clock.nowMs();
      await this.alarms.close(id, { by: SELF, note: 'books and bill agree by now', nowMs });
    }
    const settled = new Set(known.filter(isByHuman).map(({ subject }) => subject));
    for (const one of left.slice(0, MOST_ALARMS)) {
      const subject = subjectOf(date, differenceMark(one));
      if (!settled.has(subject)) await this.raise('dayDiffers', subject, lineOf(one));
      await this.tellUnknown(one);
    }
    if (more && !settled.has(subjectOf(date, 'more'))) {
      const detail = `${count} differences, of which ${MOST_ALARMS} have alarms of their own`;
      await this.raise('dayDiffers', subjectOf(date, 'more'), detail);
    }
    if (differences.some(({ kind }) => kind === 'billChanged')) {
      await this.raise('billChanged', `day ${date}`, 'the bill is not the one compared before');
    }
  }

  /** A payment under a number of ours that no receipt has: as when Alipay's notify tells of one. */
  private async tellUnknown({ kind, tradeNo, outTradeNo, billed }: DayDifference): Promise<void> {
    if (kind !== 'unknownReceipt') return;
    const detail = `Alipay's bill has ${billed} fen under ${outTradeNo}, which is not in the books`;
    await this.raise('unknownPayment', `trade ${tradeNo}`, detail);
  }

  private async raise(kind: AlarmKind, subject: string, detail: string): Promise<void> {
    const isNew = await this.alarms.raise({ subject, kind, detail, nowMs: this.clock.nowMs() });
    if (isNew) this.logger.error(`alarm ${kind}: ${subject}, ${detail}`);
  }

  private async settle(kind: AlarmKind, subject: string, note: string): Promise<void> {
    for (const { id, subject: found, closed } of await this.alarms.about(kind, subject)) {
      if (found !== subject || closed !== null) continue;
      await this.alarms.close(id, { by: SELF, note, nowMs: this.clock.nowMs() });
    }
  }
}

function subjectOf(date: string, mark: string): string {
  return `day ${date} #${mark}`;
}

function isByHuman({ closed }: KnownAlarm): boolean {
  return closed !== null && closed.by !== SELF;
}
