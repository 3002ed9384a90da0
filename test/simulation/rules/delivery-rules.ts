import { ENDED } from './checker';
import type { Checker } from './checker';
import type { MemoryDatabase } from '../store/memory-database';
import type { Row } from '../store/books';

/** Tables that a deliverer changes; a bill's row alone is how it is locked. */
const TABLES: ReadonlySet<string> = new Set(['callback', 'callback_try', 'callback_receiver']);
/** How long an event waits for an earlier one of its receipt. ms. */
const WAITS_FOR_EARLIER_MS = 30 * 60_000;
/** A receiver that takes nothing for so long is told to a human. ms. */
const FAILING_MS = 60 * 60_000;
/** After so many tries an event is given up. */
const MOST_TRIES = 10;
/** A try and the claim around it, and what is looked for after them. ms. */
const TRY_MS = 60_000;

/** A row of the outbox as the observer reads it. */
export interface OutboxRow {
  readonly id: number;
  readonly bill_type: string;
  readonly receipt_row_id: number;
  readonly event_id: string;
  readonly type: string;
  readonly seq: number;
  readonly state: string;
  readonly tries: number;
  readonly body: string | null;
  readonly written_at_ms: number;
  readonly due_at_ms: number | null;
  readonly claim_until_ms: number;
}

/** A request that came to a receiver. */
export interface Arrival {
  readonly eventId: string;
  readonly body: string;
  /** Does the signature hold, by the library, with the secret the receiver knows? */
  readonly isGenuine: boolean;
}

/**
 * What the receivers see and what the outbox says of it: signed, in the order of each receipt, the
 * same body at every try, true when it was first said, and in the end the same on both sides.
 */
export class DeliveryRules {
  /** Told when the outbox has changed. */
  onChange: () => void = () => undefined;
  /** What the receivers have taken, each id once, with its body. */
  readonly ledger = new Map<string, string>();
  /** What a receiver wants no more. */
  readonly refused = new Set<string>();
  rows: ReadonlyMap<string, OutboxRow> = new Map();
  /** Does anybody deliver in this story? */
  private isOn = false;
  private readonly failingSince = new Map<string, number>();
  private readonly sends = new Map<string, number>();

  constructor(
    private readonly checker: Checker,
    private readonly database: MemoryDatabase,
  ) {}

  /** Somebody delivers, to the systems of these bill types: the rows that a migration has made. */
  begin(billTypes: readonly string[]): void {
    this.isOn = true;
    for (const billType of billTypes) {
      const row = 'insert into callback_receiver (bill_type, last_seq) values (?, 0)';
      this.database.foreign(row, billType);
    }
  }

  /** Reads what a commit has changed. */
  committed(tables: ReadonlySet<string>): void {
    if (!this.isOn || ![...tables].some((each) => TABLES.has(each))) return;
    const before = this.rows;
    const rows = this.database.rows<OutboxRow>(
      `select id, bill_type, receipt_row_id, event_id, type, seq, state, tries, body,
        written_at_ms, due_at_ms, claim_until_ms from callback order by id`,
    );
    this.rows = new Map(rows.map((row) => [row.event_id, row]));
    for (const row of rows) this.row(before.get(row.event_id) ?? null, row);
    for (const [type, last] of this.lastSeqs()) {
      const numbered = rows.filter(({ bill_type, seq }) => bill_type === type && seq > 0);
      const seqs = new Set(numbered.map(({ seq }) => seq));
      if (seqs.size !== numbered.length || seqs.size !== last) this.fail(`seq of ${type} has gaps`);
    }
    this.onChange();
  }

  /** A try begins: it must have been counted. */
  sent(eventId: string): void {
    const times = (this.sends.get(eventId) ?? 0) + 1;
    this.sends.set(eventId, times);
    const tries = this.rows.get(eventId)?.tries ?? 0;
    if (times > tries) this.fail(`${eventId} is sent ${times} times, counted ${tries}`);
  }

  /** A try came to nothing, for all its process knows. */
  failed(eventId: string): void {
    const billType = this.rows.get(eventId)?.bill_type ?? '';
    if (!this.failingSince.has(billType)) this.failingSince.set(billType, this.checker.world.nowMs);
  }

  /** Is there a reason for an alarm about a receiver? */
  justifies(kind: string): boolean {
    if (kind === 'callbackGivenUp')
      return [...this.rows.values()].some(({ state }) => state === 'givenUp');
    if (kind !== 'receiverFailing') return false;
    const since = Math.min(Infinity, ...this.failingSince.values());
    return this.checker.time.clockJumped || this.checker.world.nowMs - since >= FAILING_MS;
  }

  /** A request came. */
  heard({ eventId, body, isGenuine }: Arrival): void {
    if (!isGenuine) this.fail(`${eventId} came with a signature that does not hold`);
    const row = this.rows.get(eventId);
    if (!row) return this.fail(`${eventId} came and is not in the outbox`);
    if (row.seq === 0) this.fail(`${eventId} came without a number`);
    if (row.body !== body) this.fail(`${eventId} came with another body than the outbox holds`);
    if (this.checker.time.clockJumped) return;
    const { world } = this.checker;
    const waited = world.nowMs - row.written_at_ms >= WAITS_FOR_EARLIER_MS;
    const earlier = this.ofReceipt(row).find((one) => one.id < row.id && isOpen(one));
    if (earlier && !waited) this.fail(`${eventId} came before ${earlier.event_id} of its receipt`);
  }

  /** When all that waits has been told at the latest, true time; null: nothing waits. */
  endMs(aheadMs: number): number | null {
    const open = [...this.rows.values()].filter(isOpen);
    if (open.length === 0) return null;
    const { nowMs } = this.checker.world;
    const due = open.map((row) => Math.max(row.due_at_ms ?? 0, row.claim_until_ms) - aheadMs);
    return Math.max(nowMs, ...due) + open.length * TRY_MS;
  }

  /** All has been told: both sides say the same, and what they say is what the books hold. */
  settled(): void {
    for (const row of this.rows.values()) {
      if (isOpen(row)) this.fail(`${row.event_id} ${row.type} is ${row.state} for ever`);
    }
    for (const eventId of this.ledger.keys()) {
      const { state, tries = 0 } = this.rows.get(eventId) ?? {};
      // Every answer to ten tries was lost: nobody could know.
      const unheard = state === 'givenUp' && tries >= MOST_TRIES;
      if (state !== 'taken' && !unheard)
        this.fail(`${eventId} was taken, and is ${state} in the outbox`);
    }
    for (const receipt of this.checker.books.receipts.values()) this.view(receipt);
  }

  private row(old: OutboxRow | null, row: OutboxRow): void {
    if (old === null) return;
    if (old.seq > 0 && row.seq !== old.seq) this.fail(`${row.event_id} has another number`);
    if (old.body !== null && row.body !== old.body) this.fail(`${row.event_id} has another body`);
    if (row.tries < old.tries) this.fail(`${row.event_id} has fewer tries`);
    if (old.body === null && row.body !== null) this.frozen(row, row.body);
    if (old.state === row.state) return;
    if (!isOpen(old)) this.fail(`${row.event_id} was ${old.state}, and is ${row.state}`);
    this.ended(row);
  }

  /** A body is made: it tells the receipt as it stands, and no money that is on its way back. */
  private frozen(row: OutboxRow, body: string): void {
    const receipt = this.checker.books.receipts.get(row.receipt_row_id);
    if (!receipt) return this.fail(`${row.event_id} tells of no receipt`);
    const counts = receipt.state === 'paid' && receipt.duplicate === 0;
    const told = payStatus(body);
    if (told === 'SUCCESS' && !counts) this.fail(`${row.event_id} says SUCCESS: ${receipt.state}`);
    if (counts && receipt.refunded_fen === 0 && told !== 'SUCCESS') {
      this.fail(`${row.event_id} says ${told} of a payment that counts`);
    }
    const opens = row.type === 'payment.paid' || row.type === 'payment.late';
    if (opens && receipt.state !== 'paid') {
      this.fail(`${row.event_id} ${row.type} is sent of a receipt that is ${receipt.state}`);
    }
    if (!body.includes(`"seq":${row.seq}}`)) this.fail(`${row.event_id} tells another number`);
  }

  private ended({ event_id: id, state, receipt_row_id, tries }: OutboxRow): void {
    const receipt = this.checker.books.receipts.get(receipt_row_id);
    if (state === 'taken' && !this.ledger.has(id)) this.fail(`${id} is taken, and nobody took it`);
    if (state === 'superseded' && (this.sends.has(id) || receipt?.state === 'paid')) {
      this.fail(`${id} is superseded: sent ${this.sends.get(id) ?? 0} times`);
    }
    if (state === 'givenUp' && !this.refused.has(id) && tries < MOST_TRIES) {
      this.fail(`${id} is given up after ${tries} tries`);
    }
  }

  /** What a system believes of a receipt at the end, from the last that it was told. */
  private view(receipt: Row): void {
    const last = [...this.rows.values()].findLast((row) => row.receipt_row_id === receipt.id);
    const body = last && this.ledger.get(last.event_id);
    if (body === undefined) return;
    const believed = payStatus(body);
    const counts = receipt.state === 'paid' && receipt.duplicate === 0;
    const whole = counts && receipt.refunded_fen === 0;
    const settledState = counts || receipt.state === 'refunded' || ENDED.has(receipt.state);
    if (!settledState) return;
    if (whole !== (believed === 'SUCCESS')) {
      this.fail(`receipt ${receipt.id} is ${receipt.state}, and its system believes ${believed}`);
    }
  }

  private ofReceipt({ receipt_row_id: id }: OutboxRow): OutboxRow[] {
    return [...this.rows.values()].filter((row) => row.receipt_row_id === id);
  }

  private lastSeqs(): [string, number][] {
    const rows = this.database.rows<{ bill_type: string; last_seq: number }>(
      'select bill_type, last_seq from callback_receiver where last_seq > 0',
    );
    return rows.map(({ bill_type, last_seq }) => [bill_type, last_seq]);
  }

  private fail(what: string): void {
    this.checker.fail('delivery', what);
  }
}

/** Does a commit change nothing but how callbacks are delivered? */
export function tellsAlone(tables: ReadonlySet<string>): boolean {
  if (!tables.has('callback') || tables.has('receipt')) return false;
  return [...tables].every((each) => TABLES.has(each) || each === 'bill');
}

/** Is it still to be told? */
export function isOpen({ state }: OutboxRow): boolean {
  return state === 'written' || state === 'waiting';
}

function payStatus(body: string): string | null {
  return /"paystatus":"(\w+)"/.exec(body)?.[1] ?? null;
}
