import { batchKey } from '../../../src/domain/refund/refund';
import type { Fen } from '../../../src/domain/money';
import type { RefundCase } from '../../../src/domain/ports/refunds';
import type { ReceiptName } from '../../../src/pay/operations/query.service';
import type { RefundRow, Row } from '../store/books';
import { LONGEST_DELAY_MS } from '../world/faults';
import type { Checker } from './checker';
import { isPending } from './refund-rules';

/** A desk's request to give money back, or its question after it. */
export interface RefundAsk {
  readonly operation: 'refund' | 'refundQuery';
  readonly name: ReceiptName;
  readonly batchNo: string;
  readonly amount: Fen;
  readonly wantedUntilMs: number | null;
}

/** What a desk is told: the refund, or why there is none. */
export interface RefundTold {
  readonly errcode: number;
  readonly found: RefundCase | null;
}

/** How much later than wanted a refund may be on the disk, behind the slowest commit. ms */
const TOLERANCE_MS = 5_000 + LONGEST_DELAY_MS;
/** A refusal that says that nothing more can go back. */
const NOT_POSSIBLE = 40902;
const OTHER_CONTENT = 40903;

/** How a receipt and its refunds stood when a request arrived. */
interface Seen {
  /** When it arrived, true time. */
  readonly atMs: number;
  readonly row: Row | null;
  readonly refunds: readonly RefundRow[];
}

/** What desks are told of refunds. */
export class RefundAnswers {
  private readonly asked = new Map<RefundAsk, Seen>();
  /** Until when a refund of a batch is wanted by anybody, by the clock of who serves. */
  private readonly wanted = new Map<string, number>();
  private readonly begun = new Set<number>();

  constructor(private readonly checker: Checker) {}

  received(ask: RefundAsk): void {
    const row = this.rowOf(ask);
    const refunds = row ? this.checker.refunds.of(row.id) : [];
    this.asked.set(ask, { atMs: this.checker.world.nowMs, row, refunds });
    if (!row || ask.operation !== 'refund') return;
    const name = `${row.id} ${batchKey(ask.batchNo)}`;
    const untilMs = ask.wantedUntilMs ?? Infinity;
    this.wanted.set(name, Math.max(untilMs, this.wanted.get(name) ?? 0));
  }

  /** A refund begins because somebody wants it, and while he does. */
  committed(): void {
    const { books, world } = this.checker;
    for (const one of books.refunds) {
      if (this.begun.has(one.id) || !isPending(one) || one.cause === 'channel') continue;
      this.begun.add(one.id);
      const untilMs = this.wanted.get(`${one.receipt_row_id} ${one.batch_key}`);
      const ofDuplicate = one.cause === 'duplicate' && one.batch_no.startsWith('\u0001');
      if (untilMs === undefined && !ofDuplicate) {
        this.checker.fail('refund', `refund ${one.id} begins, and nobody wants it`);
      }
      const nowMs = world.nowMs + world.serviceAheadMs;
      if (this.checker.time.clockJumped || untilMs === undefined) continue;
      if (nowMs > untilMs + TOLERANCE_MS) {
        this.checker.fail('late', `refund ${one.id} begins for a caller who has left`);
      }
    }
  }

  /** An answer leaves the service. */
  told(ask: RefundAsk, { errcode, found }: RefundTold): void {
    const row = this.rowOf(ask);
    const refund = row && this.refundOf(row, ask);
    const name = `${ask.operation} ${ask.batchNo} of receipt ${row?.id}`;
    const fail = (what: string): void => this.checker.fail('refund', `${name}: ${what}`);
    if (errcode === OTHER_CONTENT && refund?.amount_fen === ask.amount) fail('called another one');
    if (errcode === NOT_POSSIBLE) this.refused(ask, row, fail);
    if (!found) return;
    if (!row || !refund) return fail('told of a refund that is not there');
    const told = found.refund;
    if (told.id !== refund.id || told.amount !== refund.amount_fen) fail('told of another one');
    if (ask.operation === 'refund' && told.amount !== ask.amount) fail(`told ${told.amount} fen`);
    if (told.state === 'done' && refund.state !== 'done') fail(`told done, ${refund.state}`);
    if (told.state === 'failed' && refund.state !== 'failed') fail(`told "9", ${refund.state}`);
    if (found.receipt.refunded > row.refunded_fen) fail('told of more than went back');
  }

  /** What plainly can go back is not refused: nothing changed while it was asked for. */
  private refused(ask: RefundAsk, row: Row | null, fail: (what: string) => void): void {
    const seen = this.asked.get(ask);
    if (!row || seen?.row !== row || ask.operation !== 'refund') return;
    const { channel } = this.checker;
    if (
      (row.state === 'begun' || row.state === 'waiting') &&
      !channel.answeredSince(row.out_trade_no, seen.atMs)
    ) {
      fail(`refused while ${row.state}, and nobody has asked Alipay`);
    }
    const refunds = this.checker.refunds.of(row.id);
    const same = refunds.every((one, i) => one.state === seen.refunds[i]?.state);
    if (!same || refunds.length !== seen.refunds.length) return;
    if (this.named(row, ask)) return fail('refused, and the batch is there');
    const back = refunds.filter((one) => one.state === 'done' || isPending(one));
    const left = row.amount_fen - back.reduce((all, one) => all + one.amount_fen, 0);
    const cards = row.bill_type === '7' || row.duplicate === 1;
    const stands = row.state === 'paid' || row.giving_back === 'refund';
    if (stands && !cards && ask.amount <= left) fail(`refused, and ${left} fen are left`);
  }

  private rowOf({ name }: RefundAsk): Row | null {
    return this.checker.named({
      billnum: name.billNo,
      billtype: name.billType,
      paytype: name.payType,
      autoid: name.receiptId,
    });
  }

  private refundOf(row: Row, ask: RefundAsk): RefundRow | undefined {
    // All of a duplicate goes back once, whatever batch it is asked for under.
    const whole = this.checker.refunds
      .of(row.id)
      .find((one) => one.cause === 'duplicate' && one.state === 'done');
    return this.named(row, ask) ?? whole;
  }

  private named(row: Row, { batchNo }: RefundAsk): RefundRow | undefined {
    const key = batchKey(batchNo);
    return this.checker.refunds.of(row.id).find((one) => one.batch_key === key);
  }
}
