import { SimClock } from '../clock';
import { Journal } from './journal';
import { atTime, Order } from './trades';

/** An order found by its code; `current` is false when a newer code has replaced that one. */
export interface CodeFinding {
  readonly order: Order;
  readonly current: boolean;
}

/**
 * All numbers ever asked for. In memory for reading; each change is in the journal before it
 * counts. What time alone changes is applied, and kept, when an order is looked at.
 */
export class Ledger {
  private readonly orders = new Map<string, Order>();
  private readonly numberOfTrade = new Map<string, string>();
  private readonly numberOfCode = new Map<string, string>();

  /** `onSave` hears of every change, with the order as it was before. */
  constructor(
    private readonly journal: Journal,
    private readonly clock: SimClock,
    private readonly onSave: (order: Order, before: Order | undefined) => void,
  ) {}

  /** Takes an order over from the journal. */
  restore(order: Order): void {
    this.orders.set(order.outTradeNo, order);
    if (order.tradeNo !== null) this.numberOfTrade.set(order.tradeNo, order.outTradeNo);
    if (order.code !== null) this.numberOfCode.set(order.code, order.outTradeNo);
  }

  /** Keeps the order for good; `cause` is for the reader of the journal. */
  save(order: Order, cause: string): void {
    const before = this.orders.get(order.outTradeNo);
    this.journal.append({ atMs: this.clock.nowMs(), cause, order });
    this.restore(order);
    this.onSave(order, before);
  }

  find(outTradeNo: string): Order | undefined {
    const order = this.orders.get(outTradeNo);
    if (order === undefined) return undefined;
    const aged = atTime(order, this.clock.nowMs());
    if (aged !== order) this.save(aged, 'time');
    return aged;
  }

  findByTradeNo(tradeNo: string): Order | undefined {
    const outTradeNo = this.numberOfTrade.get(tradeNo);
    return outTradeNo === undefined ? undefined : this.find(outTradeNo);
  }

  findByCode(code: string): CodeFinding | undefined {
    const outTradeNo = this.numberOfCode.get(code);
    const order = outTradeNo === undefined ? undefined : this.find(outTradeNo);
    return order && { order, current: order.code === code };
  }

  /** Every order, in the order of first asking. */
  all(): Order[] {
    return [...this.orders.keys()].flatMap((outTradeNo) => this.find(outTradeNo) ?? []);
  }
}
