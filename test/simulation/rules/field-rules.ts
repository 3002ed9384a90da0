import type { Row } from '../store/books';
import type { Told } from './channel-rules';
import type { Checker } from './checker';
import type { NotifyMessage } from '../world/far-side';
import type { Ask, Reply } from '../world/service-process';

/** So many refusals in a row have raised their alarm, whatever failed beside them. */
const SURELY_HEARD = 12;
/** How much later than it was wanted a request may still be served. ms. */
const TOLERANCE_MS = 5_000;
/** The errcode of what came too late. */
const TOO_LATE = 40904;

/** Instants at Alipay are whole seconds. ms. */
const CLOCK_GRAIN_MS = 1_000;

/** States in which nobody has undone anything. */
const STANDS: ReadonlySet<string> = new Set(['begun', 'waiting', 'paid']);

/** What the field has taught: who is called, and what wrong clocks must not do. */
export class FieldRules {
  private readonly refusals = new Map<string, number>();

  /** Until when the charge of a guest's code is wanted, by the code. */
  private readonly wanted = new Map<string, number>();
  /** Cancels that came too late for their callers, with the clock by which they did. */
  private readonly late = new Map<Ask, number>();
  private readonly cancels = new Map<string, number>();

  constructor(private readonly checker: Checker) {}

  /** A request arrives at a process whose clock is so far ahead. */
  received(ask: Ask, aheadMs: number): void {
    const untilMs = Number(ask.validuntil ?? Infinity);
    if (ask.operation === 'barCode') this.wanted.set(ask.barcode, untilMs);
    if (ask.operation !== 'cancel') return;
    const row = this.checker.named(ask);
    if (row) this.checker.wantsBack.add(row.id);
    const name = `${ask.billtype} ${row?.id}`;
    this.cancels.set(name, (this.cancels.get(name) ?? 0) + 1);
    const passed = this.checker.world.nowMs + aheadMs - untilMs > TOLERANCE_MS;
    const open = row !== null && row.undo_reason === null && STANDS.has(row.state);
    if (passed && open) this.late.set(ask, this.checker.world.serviceAheadMs);
  }

  /** A guest's code is about to be charged. */
  charging(authCode: string, aheadMs: number): void {
    const nowMs = this.checker.world.nowMs + aheadMs;
    if (nowMs <= (this.wanted.get(authCode) ?? Infinity) + TOLERANCE_MS) return;
    this.checker.fail('late', `${authCode} is charged for a caller who has left`);
  }

  /** An answer leaves the service. */
  told(ask: Ask, reply: Reply): void {
    const { checker } = this;
    if (reply.errcode === TOO_LATE && ask.operation === 'barCode') {
      const number = checker.channel.chargedAs(ask.barcode);
      if (number !== undefined) checker.fail('late', `${number} was charged, and told as not`);
    }
    const aheadMs = this.late.get(ask);
    if (aheadMs === undefined || aheadMs !== checker.world.serviceAheadMs) return;
    const row = checker.named(ask);
    const alone = this.cancels.get(`${ask.billtype} ${row?.id}`) === 1;
    if (!alone || reply.errcode !== 0 || row?.undo_reason !== 'operator') return;
    checker.fail('late', `receipt ${row.id} is undone for a caller who has left`);
  }

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
