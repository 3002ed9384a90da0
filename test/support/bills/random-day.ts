import { fen } from '../../../src/domain/money';
import type { BillRow } from '../../../src/reconciliation/bill/bill-row';
import type { Movement, OurReceipt } from '../../../src/domain/reconciliation/movement';
import type { VerdictKind } from '../../../src/reconciliation/compare/verdict';
import { dayOf } from './bill-zip';

const MINUTE = 60_000;
const { date, startMs, endMs } = dayOf('2026-11-29');

/** A day of trade, as the bill and as the books tell it, and what a comparison has to find. */
export interface RandomDay {
  readonly rows: BillRow[];
  readonly receipts: OurReceipt[];
  /** Every verdict, as `kind line/key`. */
  readonly expected: string[];
  readonly beforeIsIn: boolean;
  readonly afterIsIn: boolean;
}

/** What can be wrong with one trade, and who notices nothing. */
const PLANTS = [
  'none',
  'none',
  'none',
  'none',
  'dropRow',
  'dropMovement',
  'changeRowFen',
  'changeTrade',
  'dropReceipt',
  'portalRefund',
  'dropRefundRow',
  'changeRefundFen',
  'undecided',
  'doubleTrade',
] as const;

type Plant = (typeof PLANTS)[number];

/** Makes a day of up to `most` trades; the same numbers make the same day. */
export function randomDay(random: () => number, most: number): RandomDay {
  const below = (limit: number): number => Math.floor(random() * limit);
  const day = new DayMaker(random, { beforeIsIn: random() < 0.5, afterIsIn: random() < 0.5 });
  for (let left = below(most); left > 0; left -= 1) day.addTrade();
  for (let left = below(4); left > 0; left -= 1) day.addForeign();
  for (let left = below(3); left > 0; left -= 1) day.addBoundary();
  for (let left = below(3); left > 0; left -= 1) day.addOlderRefund();
  for (let left = below(3); left > 0; left -= 1) day.addOtherDay();
  return day.made();
}

class DayMaker {
  private readonly rows: BillRow[] = [];
  private readonly receipts: OurReceipt[] = [];
  private readonly expected: string[] = [];

  constructor(
    private readonly random: () => number,
    private readonly neighbours: { readonly beforeIsIn: boolean; readonly afterIsIn: boolean },
  ) {}

  made(): RandomDay {
    const byNumber = (one: OurReceipt, other: OurReceipt): number =>
      one.outTradeNo < other.outTradeNo ? -1 : 1;
    return {
      rows: [...this.rows].sort(() => this.random() - 0.5),
      receipts: [...this.receipts].sort(byNumber),
      expected: [...this.expected].sort(),
      ...this.neighbours,
    };
  }

  /** A payment of the day, perhaps with refunds, perhaps with one thing wrong. */
  addTrade(): void {
    const plant = this.pick(PLANTS);
    const atMs = startMs + 11 * MINUTE + this.below(endMs - startMs - 22 * MINUTE);
    const trade = this.trade(atMs);
    const refunds = this.refundsOf(trade, atMs);
    const flags = { late: this.random() < 0.1, duplicate: this.random() < 0.1 };
    const undecided = plant === 'undecided';
    const receipt = this.receiptOf(trade, [], { ...flags, undecided });
    if (plant === 'dropReceipt') {
      this.verdict('unknownReceipt', this.row(trade), null);
      return;
    }
    const movements: Movement[] = [];
    this.plantPayment(plant, trade, receipt, movements);
    refunds.forEach((refund, at) => this.plantRefund(at === 0 ? plant : 'none', refund, movements));
    if (plant === 'portalRefund') {
      const portal = { ...trade, amount: fen(1), requestNo: `portal${this.digits(12)}` };
      this.verdict('refundOnlyAtAlipay', this.row(portal, 'refund'), null);
    }
    this.receipts.push({ ...receipt, movements });
  }

  /** Another program's, under the same account. */
  addForeign(): void {
    const trade = { ...this.trade(startMs + this.below(endMs - startMs)), outTradeNo: '' };
    trade.outTradeNo = this.random() < 0.2 ? '' : `shop_${this.digits(10)}`;
    this.verdict('foreignRow', this.row(trade), null);
    if (this.random() < 0.3) this.verdict('foreignRow', this.row(trade, 'refund'), null);
  }

  /** Within ten minutes of midnight: in the other day's bill, or with its row in this one. */
  addBoundary(): void {
    const atEnd = this.random() < 0.5;
    const gap = 1 + this.below(4 * MINUTE);
    const [inside, outside] = atEnd ? [endMs - gap, endMs + gap] : [startMs + gap, startMs - gap];
    const trade = this.trade(inside);
    if (this.random() < 0.5) {
      const movement = this.movement({ ...trade, atMs: outside });
      this.verdict('equal', this.row(trade), movement);
      this.receipts.push(this.receiptOf(trade, [movement]));
      return;
    }
    const movement = this.movement(trade);
    const isIn = atEnd ? this.neighbours.afterIsIn : this.neighbours.beforeIsIn;
    this.verdict(isIn ? 'paidOnlyHere' : 'dayBoundary', null, movement);
    this.receipts.push(this.receiptOf(trade, [movement]));
  }

  /** Paid days ago; all of it, or parts, went back on this day. */
  addOlderRefund(): void {
    const trade = this.trade(startMs - 3 * 86_400_000);
    const movements = [this.movement(trade)];
    for (const refund of this.refundsOf(trade, startMs + 60 * MINUTE)) {
      const movement = this.movement(refund, 'refund');
      movements.push(movement);
      this.verdict('refundOfOlderDay', this.row(refund, 'refund'), movement);
    }
    this.receipts.push(this.receiptOf(trade, movements));
  }

  /** Nothing of this day. */
  addOtherDay(): void {
    const trade = this.trade(endMs + 11 * MINUTE);
    this.receipts.push(this.receiptOf(trade, [this.movement(trade)]));
  }

  private plantPayment(
    plant: Plant,
    trade: Trade,
    receipt: OurReceipt,
    movements: Movement[],
  ): void {
    const movement = this.movement(trade);
    const agreed = receipt.late ? 'lateMoney' : 'equal';
    const booked = (): number => movements.push(movement);
    switch (plant) {
      case 'dropRow':
        booked();
        return this.verdict('paidOnlyHere', null, movement);
      case 'dropMovement':
        return this.verdict('paidOnlyAtAlipay', this.row(trade), null);
      case 'undecided':
        return this.verdict('open', this.row(trade), null);
      case 'changeRowFen':
        booked();
        return this.verdict('amountDiffers', this.row({ ...trade, amount: fen(7) }), movement);
      case 'changeTrade':
        booked();
        return this.verdict('tradeNoDiffers', this.row(this.otherTrade(trade)), movement);
      case 'doubleTrade': {
        booked();
        const other = { ...trade, outTradeNo: this.number(trade.atMs) };
        this.receipts.push(this.receiptOf(other, []));
        this.verdict('tradeForTwoReceipts', this.row(other), null);
        return this.verdict('tradeForTwoReceipts', this.row(trade), movement);
      }
      case 'none':
      case 'dropReceipt':
      case 'portalRefund':
      case 'dropRefundRow':
      case 'changeRefundFen':
        booked();
        return this.verdict(receipt.duplicate ? 'duplicate' : agreed, this.row(trade), movement);
    }
  }

  private plantRefund(plant: Plant, refund: Trade, movements: Movement[]): void {
    const movement = this.movement(refund, 'refund');
    movements.push(movement);
    if (plant === 'undecided') return this.verdict('open', null, movement);
    if (plant === 'dropRefundRow') {
      const kind = movement.timeKnown ? 'refundOnlyHere' : 'timeUnknown';
      return this.verdict(kind, null, movement);
    }
    const wrong = { ...refund, amount: fen(refund.amount + 1) };
    if (plant === 'changeRefundFen' && movement.requestNo !== null) {
      return this.verdict('refundAmountDiffers', this.row(wrong, 'refund'), movement);
    }
    this.verdict('equal', this.row(refund, 'refund'), movement);
  }

  /** One cancel of the whole, or parts under numbers of their own. */
  private refundsOf(trade: Trade, atMs: number): Trade[] {
    if (this.random() < 0.6) return [];
    if (this.random() < 0.3) return [{ ...trade, atMs, requestNo: null }];
    const parts = 1 + this.below(3);
    return Array.from({ length: parts }, () => {
      const amount = fen(1 + this.below(20));
      return { ...trade, atMs, amount, requestNo: this.number(atMs) };
    });
  }

  private otherTrade(trade: Trade): Trade {
    return { ...trade, tradeNo: this.trade(trade.atMs).tradeNo };
  }

  private trade(atMs: number): Trade {
    const tradeNo = `20261129${this.digits(20)}`;
    const amount = fen(100 + this.below(100_000));
    return { outTradeNo: this.number(atMs), tradeNo, amount, atMs, requestNo: null };
  }

  private row(trade: Trade, kind: BillRow['kind'] = 'payment'): BillRow {
    const { amount, requestNo } = trade;
    const made: BillRow = {
      ...trade,
      line: this.rows.length + 6,
      kind,
      amount,
      received: fen(kind === 'payment' ? amount : 0 - amount),
      // What a cancel shows in its row is not known: its trade's number, or none.
      requestNo:
        kind === 'refund' && this.random() < 0.5 ? (requestNo ?? trade.outTradeNo) : requestNo,
      fee: fen(this.below(3)),
      share: fen(0),
    };
    this.rows.push(made);
    return made;
  }

  private movement(trade: Trade, kind: Movement['kind'] = 'payment'): Movement {
    const { tradeNo, requestNo, amount, atMs } = trade;
    const key = `${kind} ${this.digits(12)}`;
    const timeKnown = kind === 'payment' || requestNo !== null;
    return { key, kind, tradeNo, requestNo, amount, atMs, timeKnown, settledOn: null };
  }

  private receiptOf(
    { outTradeNo }: Trade,
    movements: readonly Movement[],
    more: Partial<OurReceipt> = {},
  ): OurReceipt {
    const about = { undecided: false, late: false, duplicate: false, ...more };
    return { receiptRowId: 1, outTradeNo, billType: '2', movements, ...about };
  }

  private verdict(kind: VerdictKind, row: BillRow | null, movement: Movement | null): void {
    this.expected.push(`${kind} ${row?.line ?? '-'}/${movement?.key ?? '-'}`);
  }

  private number(atMs: number): string {
    const random = Array.from({ length: 20 }, () => this.below(16).toString(16)).join('');
    return atMs.toString(16).padStart(12, '0') + random;
  }

  private digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }

  private pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

interface Trade {
  outTradeNo: string;
  readonly tradeNo: string;
  readonly amount: BillRow['amount'];
  readonly atMs: number;
  readonly requestNo: string | null;
}

/** The day that is made. */
export const RANDOM_DATE = { date, startMs, endMs };
