import { formatYuan } from '../../../domain/money';
import type { RefundCase } from '../../../domain/ports/refunds';
import { DUPLICATE_BATCH, isPending } from '../../../domain/refund/refund';
import type { Refund, RefundState } from '../../../domain/refund/refund';

/** The words told to callers. Source: wire member refundstatus. */
export const REFUND_STATUS = {
  queued: '0', // 待办理
  asked: '1', // 办理中
  done: '2', // 已办理
  failed: '9', // 失败
} as const satisfies Record<RefundState, string>;

/** So long a refund may be pending before a person is asked to look at it. ms. */
export const LONG_PENDING_MS = 24 * 3_600_000;

/** Alipay's final refusals, in words for a desk. Source: Alipay trade.refund, open/02ekfs. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['TRADE_HAS_FINISHED', '交易已完结 (Alipay refuses this refund: the trade is finished)'],
  ['TRADE_NOT_ALLOW_REFUND', '该交易不允许退款 (Alipay refuses this refund: it is not allowed)'],
  ['NOT_ALLOW_PARTIAL_REFUND', '不支持部分退款 (Alipay refunds this payment as a whole only)'],
  ['REASON_TRADE_BEEN_FREEZEN', '交易被冻结 (Alipay refuses this refund: the trade is frozen)'],
]);

const PENDING = {
  query:
    '退款办理中,请稍后查询退款,请勿另付现金 ' +
    '(the refund is not decided yet: query it again, and give no cash)',
  waits:
    '商户账户余额不足,补足后自动退款,请勿另付现金 ' +
    "(the merchant's account holds too little: it goes on by itself, give no cash)",
  withdrawn:
    '退款已撤回,正在确认款项未退出,请勿另付现金 ' +
    '(withdrawn: it is being made sure that nothing went back, give no cash yet)',
  long:
    '退款超过24小时仍未完成,请联系管理员,请勿另付现金 ' +
    '(pending for more than 24 hours: tell the operator, and give no cash)',
} as const;

const FAILED = {
  refused: '未退款 (Alipay refuses this refund: nothing went back)',
  withdrawn: '退款已由管理员撤回,未退款 (an operator withdrew this refund: nothing went back)',
  disagrees: '支付宝可退金额不足,未退款 (Alipay holds less than was to go back: nothing went back)',
} as const;

/** The tag that tells of a refund; its amounts as plain decimal text. Pure. */
export function refundTag({ receipt, refund }: RefundCase): Record<string, string> {
  return {
    billnum: receipt.billNo,
    autoid: receipt.receiptId,
    // What a duplicate is owed has a name of ours, which is nobody's batch.
    batchno: refund.batchNo === DUPLICATE_BATCH ? '' : refund.batchNo,
    refundstatus: REFUND_STATUS[refund.state],
    refundvalue: formatYuan(refund.amount),
    refundedtotal: formatYuan(receipt.refunded),
  };
}

/** What a refund comes to, for people; `ok`: its money went back. Pure. */
export function refundText(refund: Refund, nowMs: number): string {
  if (isPending(refund)) return pendingText(refund, nowMs);
  return refund.state === 'done' ? 'ok' : failedText(refund);
}

function pendingText({ queuedAtMs, lastWord, givenUp }: Refund, nowMs: number): string {
  if (givenUp === 'withdrawn') return PENDING.withdrawn;
  if (nowMs - queuedAtMs > LONG_PENDING_MS) return PENDING.long;
  const waits = givenUp === null && lastWord?.startsWith('balanceShort');
  return waits ? PENDING.waits : PENDING.query;
}

function failedText({ givenUp, lastWord }: Refund): string {
  if (givenUp === 'withdrawn' || givenUp === 'disagrees') return FAILED[givenUp];
  const code = /\bACQ\.(\w+)/.exec(lastWord ?? '')?.[1] ?? '';
  return `支付宝拒绝退款:${REFUSALS.get(code) ?? FAILED.refused}`;
}
