/** Everything that can be spoilt. Meaning: see "Faults" in this folder's README. */
export const FAULT_KINDS = [
  'delay',
  'reset',
  'http502',
  'html',
  'truncated',
  'bad_sign',
  'no_sign',
  'wrong_out_trade_no',
  'wrong_amount',
  'number_amounts',
  'refuse',
  'system_error',
  'unknown_error',
  'rate_limited',
] as const;

/** One way to spoil a call. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What stands until it is withdrawn, and spoils no call. Meaning: see the README, too. */
export const CONDITION_KINDS = ['seller_balance', 'refund_unseen'] as const;

/** One such state of the simulated Alipay. */
export type ConditionKind = (typeof CONDITION_KINDS)[number];

/** A state that was ordered. */
export interface Condition {
  readonly id: number;
  readonly fault: ConditionKind;
  /** `refund_unseen`: simulated ms before the refund query shows a refund; null: another one. */
  readonly visibleMs: number | null;
}

/** What `POST /sim/faults` asks for. */
export interface FaultOrder {
  /** `alipay.trade.query`, short `query`, or `*` for every method. */
  readonly method: string;
  readonly fault: FaultKind;
  /** How many calls it spoils; 0 or below: until deleted. */
  readonly count: number;
  /** True: the action happens and its answer is spoilt. False: the fault comes instead of it. */
  readonly afterEffect: boolean;
  /** Real milliseconds by which the call is held up, before or after the action. */
  readonly delayMs: number;
  /** `refuse`: the sub_code it answers; null: another fault. */
  readonly subCode: string | null;
  /** The delay comes in the middle of the answer's body instead of before its head. */
  readonly inBody: boolean;
}

/** A fault that waits for its calls. */
export interface Fault extends FaultOrder {
  readonly id: number;
  /** Calls still to be spoilt; null: until deleted. */
  left: number | null;
}

/** The faults on order, first come first served. */
export class Faults {
  private readonly waiting: Fault[] = [];
  private readonly standing: Condition[] = [];
  private lastId = 0;

  add(order: FaultOrder): Fault {
    this.lastId += 1;
    const fault: Fault = { ...order, id: this.lastId, left: order.count > 0 ? order.count : null };
    this.waiting.push(fault);
    return fault;
  }

  /** Lets a state begin; it ends with `clear`. */
  stand(fault: ConditionKind, visibleMs: number | null): Condition {
    this.lastId += 1;
    const condition: Condition = { id: this.lastId, fault, visibleMs };
    this.standing.push(condition);
    return condition;
  }

  /** Whether the merchant's account is short now. */
  get isBalanceShort(): boolean {
    return this.standing.some(({ fault }) => fault === 'seller_balance');
  }

  /** The longest time for which a state hides refunds, ms; 0: none does. */
  get refundVisibleMs(): number {
    return Math.max(0, ...this.standing.map(({ visibleMs }) => visibleMs ?? 0));
  }

  list(): readonly (Fault | Condition)[] {
    return [...this.waiting, ...this.standing];
  }

  /** Withdraws every fault and state; returns how many there were. */
  clear(): number {
    return this.waiting.splice(0).length + this.standing.splice(0).length;
  }

  /** The fault for a call of this method, which uses it up by one; undefined: none. */
  take(method: string): Fault | undefined {
    const fault = this.waiting.find((one) => matches(one.method, method));
    if (fault === undefined || fault.left === null) return fault;
    fault.left -= 1;
    if (fault.left === 0) this.waiting.splice(this.waiting.indexOf(fault), 1);
    return fault;
  }
}

/** Whether `wanted` (a full name, a short one such as `query`, or `*`) means `method`. */
export function matches(wanted: string, method: string): boolean {
  return wanted === '*' || wanted === method || `alipay.trade.${wanted}` === method;
}
