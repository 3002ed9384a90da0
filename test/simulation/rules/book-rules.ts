import { billKey, ENDED, OPEN } from './checker';
import type { Checker } from './checker';
import type { EventRow, Row, SystemRow } from '../store/books';

/** Where a receipt may go, from the table of states in the specification. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  begun: ['waiting', 'paid', 'cancelling', 'closed', 'failed'],
  waiting: ['paid', 'cancelling', 'closed', 'failed'],
  cancelling: ['cancelled', 'closed', 'refunding', 'paid'],
  paid: ['refunding', 'refunded'],
  refunding: ['paid', 'refunded'],
  closed: ['paid'],
  cancelled: ['paid'],
  failed: ['paid'],
  refunded: [],
};

/** What never changes once a receipt is begun. */
const FIXED = [
  'bill_id',
  'bill_type',
  'bill_no',
  'receipt_id',
  'pay_type',
  'amount_fen',
  'card_no',
  'out_trade_no',
  'begun_by',
  'precreate_call',
  'code_ends_at_ms',
  'begun_at_ms',
] as const satisfies readonly (keyof Row)[];

/** What never changes once it is known. */
const ONCE = [
  'qr_code',
  'trade_no',
  'paid_fen',
  'told_at_ms',
  'scanned_at_ms',
] as const satisfies readonly (keyof Row)[];

/** Money counted for the bill, or on its way back. */
const BOOKED: ReadonlySet<string> = new Set(['paid', 'refunding', 'refunded']);

/** A clock wrong by less is nobody's business. ms. */
const LEAST_WRONG_MS = 30_000;

export function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}

/** Invariants 2 to 6 and 10 over the committed rows. */
export class BookRules {
  /** What a card spent elsewhere. Fen. */
  readonly spent = new Map<string, number>();
  private readonly lastState = new Map<number, string>();
  /** The history entry that began a receipt, and the one that booked its payment. */
  private readonly begunBy = new Map<number, number>();
  private readonly bookedBy = new Map<number, number>();
  private readonly held = new Set<number>();
  /** Receipts of which all went back by a cancel, or without us, and the card gave it up. */
  private readonly heldWhole = new Set<number>();

  constructor(private readonly checker: Checker) {}

  committed(before: ReadonlyMap<number, Row>, added: readonly EventRow[]): void {
    const { books } = this.checker;
    this.history(added);
    this.noteWhole(before);
    for (const id of before.keys()) {
      if (!books.receipts.has(id)) this.checker.fail('5', `receipt ${id} vanished`);
    }
    for (const row of books.receipts.values()) {
      const old = before.get(row.id);
      // A row that stayed as it was must agree with what did not.
      this.row(row);
      if (old === row) continue;
      if (old) this.change(old, row);
      else this.begun(row, before);
      if (row.trade_no !== null && (old?.trade_no ?? null) === null) this.booked(old, row, before);
    }
    this.bills();
    this.cards();
    this.refunds();
    this.alarms();
  }

  private history(added: readonly EventRow[]): void {
    for (const { id, receipt_row_id: row, event, state } of added) {
      const from = this.lastState.get(row);
      if (from === undefined) {
        if (state !== 'begun') this.checker.fail('5', `receipt ${row} starts as ${state}`);
        this.begunBy.set(row, id);
      } else if (from !== state && !NEXT[from]?.includes(state)) {
        this.checker.fail('5', `receipt ${row}: ${from} to ${state} by ${event}`);
      }
      if (event === 'pay' || event === 'beginRefund') {
        if (!this.bookedBy.has(row)) this.bookedBy.set(row, id);
        else if (event === 'pay') this.checker.fail('3', `receipt ${row} is paid a second time`);
      }
      if (event === 'beginRefund') this.held.add(row);
      if (event === 'endRefund') this.held.delete(row);
      this.lastState.set(row, state);
    }
  }

  private noteWhole(before: ReadonlyMap<number, Row>): void {
    for (const row of this.checker.books.receipts.values()) {
      if (row.state !== 'refunded' || before.get(row.id)?.state === 'refunded') continue;
      const byRefunds = this.checker.refunds.justEnded(row.id) && row.duplicate === 0;
      if (this.held.has(row.id) && !byRefunds) this.heldWhole.add(row.id);
    }
  }

  /** What holds of a row by itself. */
  private row(row: Row): void {
    const { checker } = this;
    const fail = (invariant: string, what: string): void =>
      checker.fail(invariant, `receipt ${row.id} (${row.state}): ${what}`);
    if (this.lastState.get(row.id) !== row.state) fail('5', 'moved without a word in its history');
    if (BOOKED.has(row.state) !== (row.trade_no !== null)) fail('5', `trade ${row.trade_no}`);
    if (row.paid_fen !== null && row.paid_fen !== row.amount_fen) fail('4', `paid ${row.paid_fen}`);
    if (row.refunded_fen > (row.paid_fen ?? 0)) fail('5', `refunded ${row.refunded_fen}`);
    if (row.state === 'refunded' && row.refunded_fen !== row.amount_fen) fail('5', 'refunded less');
    if (row.state === 'waiting' && (row.qr_code === null) !== (row.begun_by === 'barCode')) {
      fail('5', `waiting with the code ${row.qr_code}`);
    }
    if (row.trade_no !== null) this.trade(row, fail);
    const system = checker.books.system.get(row.out_trade_no);
    if (!system) fail('5', 'no row in the table of its system');
    else this.systemRow(row, system, fail);
  }

  /** A booked payment is a paid trade, told by a verified answer. */
  private trade(row: Row, fail: (invariant: string, what: string) => void): void {
    const { far, channel, books } = this.checker;
    const trade = far.find(row.out_trade_no);
    if (!trade || trade.paidAtMs === null) return fail('2', 'nothing was paid at Alipay');
    if (trade.tradeNo !== row.trade_no) fail('2', `trade ${row.trade_no}, not ${trade.tradeNo}`);
    if (!channel.toldPaid(row.out_trade_no, row.trade_no, row.amount_fen)) {
      fail('2', 'no verified answer said so');
    }
    if (trade.amount + trade.crookedBy !== row.amount_fen) fail('4', 'another amount was paid');
    for (const other of books.receipts.values()) {
      if (other.id !== row.id && other.trade_no === row.trade_no) fail('3', `as ${other.id}`);
    }
  }

  private systemRow(
    row: Row,
    system: SystemRow,
    fail: (invariant: string, what: string) => void,
  ): void {
    if (system.autoid !== row.receipt_id || billKey(system.billnum) !== billKey(row.bill_no)) {
      fail('5', 'the row of its system is another one');
    }
    if (system.paymentvalue !== yuan(row.amount_fen)) fail('4', `system ${system.paymentvalue}`);
    const { result } = system;
    const counted = row.duplicate === 0;
    const sold = row.refunded_fen > 0 ? 'R' : 'S';
    const expected: Readonly<Record<string, string | null>> = {
      closed: 'C',
      cancelled: 'C',
      failed: 'F',
      paid: sold,
      refunding: sold,
      refunded: 'R',
    };
    if (counted && result !== (expected[row.state] ?? null)) fail('3', `system says ${result}`);
    if (!counted && result === 'S') fail('6', 'a duplicate counts as a sale');
    if (!counted || row.trade_no === null) return;
    this.cardHold(row, system, fail);
    if (system.tradeno !== row.trade_no) fail('3', `system trade ${system.tradeno}`);
    if (system.receiptvalue !== yuan(row.amount_fen)) fail('4', `system ${system.receiptvalue}`);
    const refunded = row.refunded_fen === 0 ? null : yuan(row.refunded_fen);
    if (system.refundvalue !== refunded) fail('5', `system refund ${system.refundvalue}`);
  }

  /** Its card has given up what goes back and what went back, by us. */
  private cardHold(
    row: Row,
    { heldvalue = null }: SystemRow,
    fail: (invariant: string, what: string) => void,
  ): void {
    if (row.bill_type !== '7') return;
    const held = heldvalue ?? '0.00';
    const due = yuan(this.heldOf(row));
    if (held !== due) fail('3', `its card gives up ${held}, not ${due}`);
  }

  /** What a card has to have given up for a receipt. Fen */
  private heldOf({ id, state, giving_back: givingBack, amount_fen: amount }: Row): number {
    const byCancel = state === 'refunding' && givingBack === 'cancel';
    return byCancel || this.heldWhole.has(id) ? amount : this.checker.refunds.ours(id);
  }

  private change(old: Row, row: Row): void {
    const { checker } = this;
    for (const name of FIXED) {
      if (old[name] !== row[name]) checker.fail('5', `receipt ${row.id} changed its ${name}`);
    }
    for (const name of ONCE) {
      if (old[name] !== null && old[name] !== row[name]) {
        checker.fail('5', `receipt ${row.id} changed its ${name}`);
      }
    }
    if (row.refunded_fen < old.refunded_fen) checker.fail('5', `receipt ${row.id} un-refunded`);
    if (old.trade_no !== null && old.duplicate !== row.duplicate) {
      checker.fail('6', `receipt ${row.id} became a duplicate later`);
    }
    if (old.told_at_ms === null && row.told_at_ms !== null && !checker.answers.wasTold(row.id)) {
      checker.fail('untold', `receipt ${row.id} counts as told, and nobody was told`);
    }
    if (old.state !== 'cancelling') return;
    if (old.undo_reason === 'operator' && row.state === 'paid') {
      checker.fail('undo', `receipt ${row.id} is kept though an operator undoes it`);
    }
    if (row.undo_reason !== 'operator' && row.state === 'refunding') {
      checker.fail('undo', `receipt ${row.id} goes back though nobody asked for it`);
    }
  }

  /** A new receipt: nothing counted and untold may be there, and no repeat within the guard. */
  private begun(row: Row, before: ReadonlyMap<number, Row>): void {
    const { checker } = this;
    const begun = this.begunBy.get(row.id) ?? Infinity;
    for (const other of checker.books.receipts.values()) {
      if (other.bill_id !== row.bill_id || other.id >= row.id) continue;
      if (other.duplicate === 1 || this.stateBefore(other.id, begun) !== 'paid') continue;
      if (other.told_at_ms === null) {
        checker.fail('untold', `receipt ${row.id} begun while ${other.id} is paid and untold`);
      } else if (
        before.get(other.id)?.told_at_ms === other.told_at_ms &&
        other.amount_fen === row.amount_fen &&
        row.begun_at_ms < other.told_at_ms + checker.rules.repeatGuardMs
      ) {
        checker.fail('guard', `receipt ${row.id} repeats ${other.id} too soon`);
      }
    }
  }

  /** How a receipt stood when an entry of the history was written. */
  private stateBefore(id: number, eventId: number): string | undefined {
    const { events } = this.checker.books;
    return events.findLast((event) => event.receipt_row_id === id && event.id < eventId)?.state;
  }

  /** A payment got into the books: does it count, or is it a duplicate? */
  private booked(old: Row | undefined, row: Row, before: ReadonlyMap<number, Row>): void {
    const { checker } = this;
    const alarms = checker.books.alarms.filter(({ receipt_row_id: id }) => id === row.id);
    const alarmed = (kind: string): boolean => alarms.some((alarm) => alarm.kind === kind);
    let sure = false;
    let possible = false;
    for (const rival of checker.books.receipts.values()) {
      const past = before.get(rival.id);
      if (rival.id === row.id || rival.bill_id !== row.bill_id || rival.duplicate === 1) continue;
      const kept = row.duplicate === 0 && row.state !== 'refunded'; // That is money of nobody.
      if (kept && (rival.state === 'begun' || rival.state === 'waiting')) {
        // Nobody has been told of the payment: no code of the bill may be shown, or shown again.
        checker.fail('untold', `receipt ${rival.id} is ${rival.state} after ${row.id} was paid`);
      }
      const money = (each: Row | undefined): boolean =>
        each?.state === 'paid' || each?.state === 'refunding';
      if (!money(rival) && !money(past)) continue;
      const booked = this.bookedBy.get(rival.id) ?? 0;
      if (rival.id < row.id && booked < (this.begunBy.get(row.id) ?? 0)) continue;
      possible = true;
      sure ||= rival.state === 'paid' && past?.state === 'paid';
    }
    const is = `receipt ${row.id} is ${row.duplicate === 1 ? 'a' : 'no'} duplicate`;
    if (sure && row.duplicate === 0) checker.fail('6', `${is}, and another one is paid`);
    if (!possible && row.duplicate === 1) checker.fail('6', `${is}, and no other one is paid`);
    if (row.duplicate === 1 && !alarmed('duplicatePayment')) checker.fail('10', `${is}, no alarm`);
    if (old && ENDED.has(old.state) && !alarmed('lateMoney')) {
      checker.fail('10', `receipt ${row.id} was paid late, no alarm`);
    }
  }

  private bills(): void {
    const { checker } = this;
    const { bills, receipts } = checker.books;
    for (const bill of bills.values()) {
      const rows = [...receipts.values()].filter((row) => row.bill_id === bill.id);
      if (rows.some((row) => billKey(row.bill_no) !== bill.bill_key)) {
        checker.fail('6', `bill ${bill.bill_key} is not the bill of its receipts`);
      }
      const open = rows.filter(({ state }) => OPEN.has(state));
      if (open.length > 1) checker.fail('6', `bill ${bill.bill_key} has two open receipts`);
      if ((open[0]?.id ?? null) !== bill.live_receipt_id) {
        checker.fail('6', `bill ${bill.bill_key} names ${bill.live_receipt_id} as its live one`);
      }
      const counted = rows.filter(({ trade_no, duplicate }) => trade_no !== null && !duplicate);
      const paid = counted.reduce((sum, row) => sum + (row.paid_fen ?? 0), 0);
      const back = counted.reduce((sum, row) => sum + row.refunded_fen, 0);
      const status = paid === 0 ? '0' : back === 0 ? '3' : back < paid ? '2' : '4';
      if (status !== bill.bill_status) {
        checker.fail('5', `bill ${bill.bill_key} has status ${bill.bill_status}, not ${status}`);
      }
    }
  }

  /** A card holds what was paid for it and neither went back nor is held, less what it spent. */
  private cards(): void {
    const { books } = this.checker;
    const expected = new Map<string, number>();
    for (const [card, fen] of this.spent) expected.set(card, -fen);
    for (const row of books.receipts.values()) {
      if (row.card_no === null || row.trade_no === null || row.duplicate === 1) continue;
      const kept = row.amount_fen - this.heldOf(row);
      const balance = (expected.get(row.card_no) ?? 0) + kept;
      expected.set(row.card_no, balance);
    }
    for (const [card, fen] of expected) {
      const balance = books.cards.get(card) ?? '0.00';
      if (balance !== yuan(fen))
        this.checker.fail('3', `card ${card}: ${balance}, not ${yuan(fen)}`);
    }
  }

  /** A duplicate is owed its money, once, until all of it went back; nothing else is. */
  private refunds(): void {
    const { refunds, books } = this.checker;
    for (const row of books.receipts.values()) {
      const owed = refunds.of(row.id).filter(({ cause }) => cause === 'duplicate');
      const name = `receipt ${row.id} (${row.state})`;
      if (owed.length !== row.duplicate) this.checker.fail('6', `${name}: owed ${owed.length}x`);
      const [one] = owed;
      if (!one) continue;
      if (one.amount_fen !== row.amount_fen) this.checker.fail('6', `${name}: owed another amount`);
      // What was finally refused is given back under another batch, or by a cancel.
      const ended = one.state === 'done' || one.state === 'failed';
      const alarm = this.checker.books.alarms.some(
        ({ receipt_row_id: id, kind, open_mark: mark }) =>
          id === row.id && kind === 'duplicatePayment' && mark === 0,
      );
      if (alarm === (row.state === 'refunded')) {
        this.checker.fail('10', `${name}: its alarm is ${alarm ? 'open' : 'closed'}`);
      }
      if (row.state === 'refunded' ? !ended : one.state === 'done') {
        this.checker.fail('6', `${name}: what it is owed is ${one.state}`);
      }
    }
  }

  private alarms(): void {
    const seen = new Set<string>();
    for (const alarm of this.checker.books.alarms) {
      const { receipt_row_id: row, kind, subject, open_mark: mark } = alarm;
      const name = `${kind} of ${subject}`;
      if (seen.has(`${name} ${mark}`)) this.checker.fail('10', `two alarms ${name}`);
      seen.add(`${name} ${mark}`);
      const justified =
        row === 0
          ? this.justifiedApart(kind) || this.checker.delivery.justifies(kind)
          : this.justified(row, kind);
      if (!justified) this.checker.fail('10', `alarm ${name} for nothing`);
    }
  }

  /** Alarms about no receipt: they tell what is true. */
  private justifiedApart(kind: string): boolean {
    const { world } = this.checker;
    if (kind === 'clockWrong') return world.worstClockMs >= LEAST_WRONG_MS;
    return kind === 'unknownPayment';
  }

  private justified(id: number, kind: string): boolean {
    const { books, channel, refunds } = this.checker;
    const row = books.receipts.get(id);
    if (!row) return false;
    const number = row.out_trade_no;
    const said = (...words: readonly string[]): boolean =>
      words.some((word) => refunds.heard(number, word));
    switch (kind) {
      case 'duplicatePayment':
        return row.duplicate === 1;
      case 'amountMismatch':
        if (said('discordant', 'otherAmount')) return true;
        return channel.toldWrongAmount(number, row.amount_fen);
      case 'unverifiedAnswer':
        return channel.toldUnverified(number);
      case 'tradeVanished':
        return said('noTrade') || channel.toldAfterSeen(number, 'notExist');
      case 'payableAgain':
        return channel.toldAfterSeen(number, 'pending');
      case 'undoRefused':
        return channel.cancelRefused(number);
      case 'refundWaits':
        return said('balanceShort') || channel.cancelRefused(number);
      case 'foreignRefund':
        if (said('disagrees') || row.cancel_tries > 0) return true;
        return this.checker.refundedElsewhere.has(number);
      default:
        return true;
    }
  }
}
