import type { Row } from './books';
import type { Told } from './channel-rules';
import type { Checker } from './checker';
import type { NotifyMessage } from './far-side';

/** So many refusals in a row have raised their alarm, whatever failed beside them. */
const SURELY_HEARD = 12;
/** Instants at Alipay are whole seconds. ms. */
const CLOCK_GRAIN_MS = 1_000;

/** What the field has taught: who is called, and what wrong clocks must not do. */
export class FieldRules {
  private readonly refusals = new Map<string, number>();

  constructor(private readonly checker: Checker) {}

  /** A notify of another program's payment was answered: never `success`, and never silently. */
  strangerAnswered(
    { outTradeNo, answer, unverified }: NotifyMessage,
    booked: boolean,
    faultsBefore: number,
  ): void {
    const { checker } = this;
    if (unverified || answer.kind !== 'paid' || checker.far.trades.has(outTradeNo)) return;
    if (booked) checker.fail('7', `success for ${outTradeNo}, which is not ours`);
    if (checker.faultsHappened() > faultsBefore) return;
    const subject = `trade ${answer.tradeNo}`;
    if (checker.books.alarms.some((alarm) => alarm.subject === subject)) return;
    checker.fail('10', `${outTradeNo} is paid, not in the books, and nobody was called`);
  }

  /** A cancel was answered. */
  cancelAnswered(outTradeNo: string, answer: Told): void {
    const state = this.checker.books.byNumber.get(outTradeNo)?.state;
    const ofCode = answer.kind === 'refused' && answer.fault !== 'pace' && state === 'cancelling';
    const short = answer.kind === 'balanceShort' && state === 'refunding';
    const kind = ofCode ? 'undoRefused' : short ? 'refundWaits' : null;
    if (kind === null) return;
    const name = `${outTradeNo} ${kind}`;
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
  }

  /** Somebody was called for everything that Alipay goes on refusing. */
  refusalsTold(row: Row): void {
    for (const kind of ['undoRefused', 'refundWaits']) {
      if ((this.refusals.get(`${row.out_trade_no} ${kind}`) ?? 0) < SURELY_HEARD) continue;
      const { alarms } = this.checker.books;
      if (alarms.some((alarm) => alarm.receipt_row_id === row.id && alarm.kind === kind)) continue;
      this.checker.fail('10', `receipt ${row.id}: no alarm ${kind}`);
    }
  }

  /** A code is ended for its age by Alipay's clock, not by ours: guests may be looking at it. */
  cancelled(row: Row): void {
    const { far, world } = this.checker;
    const trade = far.find(row.out_trade_no);
    if (row.undo_reason !== 'expired' || row.begun_by !== 'scanCode') return;
    if (!trade || trade.stage === 'paid' || world.nowMs >= trade.codeEndsAtMs - CLOCK_GRAIN_MS) {
      return;
    }
    this.checker.fail('early', `receipt ${row.id} is ended before its time`);
  }
}
