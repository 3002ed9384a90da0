import { createHash } from 'node:crypto';
import { Fen, MAX_AMOUNT, parseChannelAmount } from '../../../domain/money';
import { Refusal } from '../answer';
import { Order } from '../../ledger/trades';
import { MethodWorld } from '../methods/method';

const MAX_DEPTH = 32;

/** What Alipay takes for an amount; what it writes itself is read more freely. */
const AMOUNT = /^\d+(?:\.\d{1,2})?$/;

/** A business refusal: 40004 with an ACQ code. */
export function acq(subCode: string, subMsg: string): Refusal {
  return new Refusal('40004', `ACQ.${subCode}`, subMsg);
}

/** A member that is not acceptable: 40004 ACQ.INVALID_PARAMETER. */
export function invalid(what: string): Refusal {
  return acq('INVALID_PARAMETER', `参数无效:${what}`);
}

/** The members of a biz_content, read with Alipay's limits. Refusals: ACQ.INVALID_PARAMETER. */
export class Fields {
  constructor(private readonly biz: Readonly<Record<string, unknown>>) {}

  has(name: string): boolean {
    const value = this.biz[name];
    return value !== undefined && value !== null && value !== '';
  }

  /** Text of at most `longest` UTF-16 units; a JSON number counts as its text; null: absent. */
  text(name: string, longest: number): string | null {
    if (!this.has(name)) return null;
    const value = this.biz[name];
    if (typeof value !== 'string' && typeof value !== 'number') throw invalid(`${name}不是文本`);
    const text = String(value);
    if (text.length > longest) throw invalid(`${name}超过${longest}个字符`);
    return text;
  }

  /** Like `text`, but must be there and not blank. */
  need(name: string, longest: number): string {
    const text = this.text(name, longest);
    if (text === null || text.trim() === '') throw invalid(`${name}不能为空`);
    return text;
  }

  /** A JSON value whose text has at most `longest` characters. */
  limit(name: string, longest: number): void {
    if (!this.has(name)) return;
    const value = this.biz[name];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text.length > longest) throw invalid(`${name}超过${longest}个字符`);
  }

  list(name: string): readonly unknown[] | null {
    if (!this.has(name)) return null;
    const value = this.biz[name];
    if (!Array.isArray(value)) throw invalid(`${name}不是列表`);
    return value as readonly unknown[];
  }

  /**
   * A number of the merchant's: letters, digits, underscore, and the hyphen, which Alipay's page
   * does not name but many samples have; at most 64.
   */
  ownNumber(name: string): string | null {
    const text = this.text(name, 64);
    if (text !== null && !/^[\w-]+$/.test(text)) throw invalid(`${name}只能是字母、数字、下划线`);
    return text;
  }

  /** Yuan in 0.01 to 100000000.00 with at most two decimals; null: absent. */
  amount(name: string): Fen | null {
    const text = this.text(name, 12);
    if (text === null) return null;
    const amount = AMOUNT.test(text) ? parseChannelAmount(text) : null;
    if (amount === null) throw invalid(`${name}格式错误`);
    if (amount <= 0 || amount > MAX_AMOUNT) throw invalid(`${name}超出范围`);
    return amount;
  }

  needAmount(name: string): Fen {
    const amount = this.amount(name);
    if (amount === null) throw invalid(`${name}不能为空`);
    return amount;
  }

  /**
   * A digest of all members, whatever their order; amounts count by value, so that a repeat with
   * `100` for `100.00` is the same.
   */
  fingerprint(): string {
    const amount = this.amount('total_amount');
    const members = { ...this.biz, total_amount: amount };
    return createHash('sha256').update(canonical(members, 0)).digest('hex');
  }
}

function canonical(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new Refusal('40002', 'isv.illegal-json', 'biz_content嵌套过深');
  if (Array.isArray(value)) {
    return `[${value.map((one) => canonical(one, depth + 1)).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one, depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** What a call names: the numbers as sent, and the order they lead to, if there is one. */
export interface Named {
  readonly outTradeNo: string | null;
  readonly order: Order | undefined;
}

/** The order that out_trade_no or trade_no name; trade_no wins when both are given. */
export function named(fields: Fields, world: MethodWorld): Named {
  const outTradeNo = fields.text('out_trade_no', 64);
  const tradeNo = fields.text('trade_no', 64);
  if (tradeNo !== null) return { outTradeNo, order: world.findByTradeNo(tradeNo) };
  if (outTradeNo === null) throw invalid('商户订单号和支付宝交易号不能同时为空');
  return { outTradeNo, order: world.find(outTradeNo) };
}
