import type { BillType } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type {
  Callback,
  CallbackClaim,
  CallbackTry,
  FrozenBody,
} from '../../src/domain/ports/callbacks';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { ReceiptStep } from '../../src/domain/ports/receipt-repository';
import { big, sql, text } from '../../src/legacy-db/sql/sql';
import type { FreshBooks } from './books';
import { MINUTE, T0, aPayment, anOrder, at, freshNumber, some } from './books';

export const HOUR = 60 * MINUTE;
/** The bill type of the system that is told. */
export const TOLD: BillType = '2';

interface Row {
  readonly type: string;
  readonly state: string;
  readonly seq: number | string;
  readonly tries: number;
}

/** What a test does with the outbox of one database. */
export class Desk {
  constructor(readonly books: FreshBooks) {}

  /** A receipt of a system that is told, paid; `at`: when. */
  async paid(nowMs = T0): Promise<Receipt> {
    const waiting = await this.waiting();
    return this.move(waiting, [{ event: 'pay', payment: aPayment() }], nowMs);
  }

  async waiting(): Promise<Receipt> {
    const decision = await this.books.telling[TOLD].begin(anOrder(TOLD));
    if (decision.kind !== 'begun') throw new Error(decision.kind);
    return this.move(decision.receipt, [{ event: 'giveCode', qrCode: freshNumber('Q') }]);
  }

  async move(receipt: Receipt, steps: ReceiptStep[], nowMs = T0): Promise<Receipt> {
    return some(await this.books.telling[receipt.billType].move(receipt, steps, at(nowMs)));
  }

  /** Gives all of a payment back. */
  async giveBack(receipt: Receipt, nowMs = T0): Promise<Receipt> {
    const refunding = await this.move(receipt, [{ event: 'beginRefund' }], nowMs);
    return this.move(refunding, [{ event: 'refundInFull', refunded: fen(8_888) }], nowMs);
  }

  /** Gives a part of a payment back. */
  giveBackInPart(receipt: Receipt): Promise<Receipt> {
    return this.move(receipt, [{ event: 'refundInPart', refunded: fen(33) }]);
  }

  async rows(receipt: Receipt): Promise<Row[]> {
    return this.books.inspect.query<Row>(sql`select type, state, seq, tries from callback
        where receipt_row_id = ${big(receipt.id)} order by id`);
  }

  async states(receipt: Receipt): Promise<string[]> {
    return (await this.rows(receipt)).map(({ type, state }) => `${type} ${state}`);
  }

  /** The alarms about the receiver, oldest first. */
  alarms(): Promise<{ kind: string; detail: string }[]> {
    const subject = text(100, `receiver ${TOLD}`);
    return this.books.inspect.query(
      sql`select kind, detail from alarm where subject = ${subject} order by id`,
    );
  }

  /** Gives every callback its number. */
  async number(billType: BillType = TOLD): Promise<void> {
    while ((await this.books.callbacks.number(billType)) > 0);
  }

  claim(nowMs = T0, limit = 100): CallbackClaim {
    const owner = freshNumber('owner');
    return { billType: TOLD, owner, nowMs, claimUntilMs: nowMs + MINUTE, limit };
  }

  /** What a claim gets of one receipt, with the claim. */
  async due(receipt: Receipt, nowMs = T0): Promise<[Callback[], CallbackClaim]> {
    const claim = this.claim(nowMs);
    const found = await this.books.callbacks.claimDue(claim);
    const others = found.filter((one) => one.receiptRowId !== receipt.id);
    for (const other of others) await this.books.callbacks.release(other, claim);
    return [found.filter((one) => one.receiptRowId === receipt.id), claim];
  }

  /** One try of what is due of a receipt, from claim to end. */
  async tryOnce(receipt: Receipt, made: Partial<CallbackTry>, nowMs = T0): Promise<string> {
    const [[callback], claim] = await this.due(receipt, nowMs);
    if (!callback) return 'not due';
    const begun = await this.books.callbacks.beginTry(callback, claim, bodyOf, nowMs);
    if (!begun) return 'not sent';
    return this.books.callbacks.endTry(begun, claim, aTry({ atMs: nowMs, ...made }), nowMs);
  }
}

/** A try that failed; `changes` make it another. */
export function aTry(changes: Partial<CallbackTry>): CallbackTry {
  const verdict = { kind: 'failed', askedMs: 0 } as const;
  return { atMs: T0, durationMs: 7, status: 500, answer: 'no', verdict, fraction: 0.5, ...changes };
}

/** The end of a try that is taken. */
export const TAKEN = { status: 204, verdict: { kind: 'taken' } } as const;
/** The end of a try that is refused for good. */
export const GONE = { status: 410, verdict: { kind: 'refused' } } as const;

/** A body that shows when it was frozen. */
export function bodyOf(callback: Callback, receipt: Receipt): FrozenBody {
  return { text: `${callback.type} ${callback.seq} ${receipt.state}`, format: 'json' };
}
