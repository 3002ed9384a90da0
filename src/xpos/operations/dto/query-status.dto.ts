import { PARM_PAY, RESULT_PAY } from '../../../wire/operation/contract';
import { RequestMember, TagMember } from '../../../wire/operation/members';
import { WireType } from '../../../wire/operation/wire-type';
import { CHECKOUT_STATUSES } from '../checkout';
import type { StatusAsk } from '../checkout';
import { OUT_TRADE_NO } from './samples';

const MAX_ID = 64;
const WHOLE = /^-?\d{1,19}$/;
const LARGEST = 2n ** 63n - 1n;
const LONE_SURROGATE = /\p{Surrogate}/u;
const CHECKOUT_ID = {
  zh: '订单支付单号：收款的商户订单号',
  en: "the receipt's number at Alipay (out_trade_no)",
  maxLength: 64,
  example: OUT_TRADE_NO,
};

/** Missing, null, empty and blank are the same: the id is not given. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && !value.trim());
}

/** Is this text a whole number of 64 bits? */
export function isOrderId(text: string): boolean {
  return WHOLE.test(text) && BigInt(text) <= LARGEST && BigInt(text) >= -LARGEST - 1n;
}

function orderIdReason(value: unknown, owner: object): string | null {
  if (!isGiven(value)) {
    const other: unknown = Reflect.get(owner, 'checkout_id');
    return isGiven(other)
      ? null
      : '与 checkout_id 至少填一项 (either it or checkout_id is required)';
  }
  if (typeof value === 'string' && isOrderId(value.trim())) return null;
  return '须为 64 位整数 (must be a whole number of 64 bits)';
}

function checkoutIdReason(value: unknown): string | null {
  if (!isGiven(value)) return null;
  if (typeof value !== 'string') return '须为文本 (must be text)';
  if (value.length > MAX_ID) return `最多 ${MAX_ID} 个字符 (at most ${MAX_ID} characters)`;
  return LONE_SURROGATE.test(value) ? '含有无效字符 (holds half a character)' : null;
}

/** Body of QueryStatus; at least one of the two. Its ids are text, so that 64 bits stay exact. */
@WireType('XposQueryStatusParm', PARM_PAY)
export class QueryStatusDto {
  @RequestMember(
    {
      zh: '订单号：收款的数字编号，64 位整数；与 checkout_id 至少填一项，都填则须属于同一笔收款',
      en:
        'numeric id of the receipt, 64 bits, as a number or as text; at least one of the two, ' +
        'and both must name one receipt',
      ...{ kind: 'text', maxLength: 20, example: '1' },
    },
    orderIdReason,
  )
  biz_order_id?: string | null;

  @RequestMember({ ...CHECKOUT_ID, kind: 'text' }, checkoutIdReason)
  checkout_id?: string | null;
}

/** The tag of QueryStatus: the model of TOP's querystatus. Source: TOP, alisports documents. */
@WireType('XposQueryStatusResult', RESULT_PAY)
export class XposQueryStatusResult {
  @TagMember('long', {
    zh: '目前已支付的累计金额，单位分；付款入账前为 0',
    en: 'collected so far, in fen; 0 until the payment is saved',
    maxLength: null,
    range: [0, 10_000_000_000],
    example: 8888,
  })
  paid_fee: number;

  @TagMember('text', {
    zh: '付款完成时间 yyyy-MM-dd HH:mm:ss(北京时间);未付款为 null',
    en: 'when it was paid, China time; null before',
    maxLength: 19,
    example: '2026-11-22 12:00:00',
  })
  paid_time: string | null;

  @TagMember('text', {
    zh: '状态：INIT 初始，PROCESSING 处理中或未知，SUCCEEDED 成功，FAILED 失败，CANCELED 取消',
    en:
      'INIT nobody scanned, PROCESSING scanned or not known, SUCCEEDED paid and saved, FAILED ' +
      'refused, CANCELED unpayable',
    maxLength: 10,
    allowed: CHECKOUT_STATUSES,
    example: 'SUCCEEDED',
  })
  checkout_status: string;

  @TagMember('text', CHECKOUT_ID)
  checkout_id: string;

  @TagMember('text', {
    zh: '外部业务号(主订单号)：单号',
    en: 'the bill number',
    maxLength: 64,
    example: 'DEMO-1001',
  })
  out_biz_id: string;

  @TagMember('text', {
    zh: '详情结果信息',
    en: 'the result in words',
    maxLength: null,
    example: '查询成功',
  })
  result_message: string;

  @TagMember('text', {
    zh: '结果码：0 正常，1 支付宝结果未知，REFUND 款项退回中或已退回',
    en: '0; 1 where Alipay could not be asked; REFUND where money goes or went back',
    maxLength: 20,
    example: '0',
  })
  result_code: string;

  @TagMember('boolean', {
    zh: '查询是否成功；**不表示已付款**',
    en: 'was the query answered? It does **not** mean paid',
    maxLength: null,
    example: true,
  })
  success: boolean;
}

/** What a valid body asks for. */
export function toStatusAsk({ biz_order_id, checkout_id }: QueryStatusDto): StatusAsk {
  return {
    bizOrderId: isGiven(biz_order_id) ? BigInt((biz_order_id ?? '').trim()) : null,
    checkoutId: isGiven(checkout_id) ? (checkout_id ?? null) : null,
  };
}
