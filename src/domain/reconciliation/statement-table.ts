import { BILL_TYPE_NAMES } from '../bill';
import { chinaTime } from '../china-time';
import { NO_MONEY, fen, formatYuan } from '../money';
import type { Fen } from '../money';
import type { Cell } from '../reading/csv';
import type { Language, Words } from '../reading/words';
import type { DaysStatement, StatementDays } from './statement-days';
import type { StatementLine, StatementRow } from './statement';

const ALL: Words = { zh: '合计', en: 'all' };

const SUM_HEADS: readonly Words[] = [
  { zh: '日期', en: 'date' },
  { zh: '系统', en: 'system' },
  { zh: '支付笔数', en: 'payments' },
  { zh: '支付金额', en: 'paid' },
  { zh: '退款笔数', en: 'refunds' },
  { zh: '退款金额', en: 'refunded' },
  { zh: '净额', en: 'net' },
  { zh: '服务费', en: 'fees' },
  { zh: '扣费后', en: 'after fees' },
];

const ROW_HEADS: readonly Words[] = [
  { zh: '时间', en: 'time' },
  { zh: '系统', en: 'system' },
  { zh: '类型', en: 'kind' },
  { zh: '金额', en: 'amount' },
  { zh: '商户订单号', en: 'our number' },
  { zh: '支付宝交易号', en: 'trade' },
  { zh: '退款请求号', en: 'refund number' },
  { zh: '收款记录', en: 'receipt' },
];

const KINDS: Readonly<Record<'payment' | 'refund', Words>> = {
  payment: { zh: '支付', en: 'payment' },
  refund: { zh: '退款', en: 'refund' },
};

/** The heads of a statement: a line for each system, and one for all. */
export function sumHeads(language: Language): string[] {
  return SUM_HEADS.map((head) => head[language]);
}

/** A line of a statement. Fees are empty while they are not known. */
export function sumCells(days: StatementDays, line: StatementLine, language: Language): Cell[] {
  const { billType, payments, paid, refunds, refunded, net, fee } = line;
  return [
    plain(daysText(days)),
    billType === null ? ALL[language] : BILL_TYPE_NAMES[billType][language],
    plain(String(payments)),
    yuan(paid),
    plain(String(refunds)),
    yuan(refunded),
    yuan(net),
    fee === null ? null : yuan(fee),
    fee === null ? null : yuan(minus(net, fee)),
  ];
}

/** The heads of the movements a statement is made of. */
export function rowHeads(language: Language): string[] {
  return ROW_HEADS.map((head) => head[language]);
}

/** A movement of a statement; what went back is below zero. */
export function rowCells({ receipt, movement }: StatementRow, language: Language): Cell[] {
  const { kind, amount, tradeNo, requestNo, atMs } = movement;
  return [
    plain(chinaTime(atMs)),
    BILL_TYPE_NAMES[receipt.billType][language],
    KINDS[kind][language],
    yuan(kind === 'refund' ? minus(NO_MONEY, amount) : amount),
    receipt.outTradeNo,
    tradeNo,
    requestNo,
    plain(String(receipt.receiptRowId)),
  ];
}

/** How a statement stands to Alipay's bills, in one line. */
export function standing(
  { dates }: StatementDays,
  { compared, differences }: DaysStatement,
  language: Language,
): string {
  const isZh = language === 'zh';
  if (compared === 0) return isZh ? '尚未与支付宝账单核对' : "not compared with Alipay's bill yet";
  if (compared < dates.length) {
    const [done, all] = [compared, dates.length];
    return isZh ? `${all} 天中已核对 ${done} 天` : `${done} of ${all} days are compared`;
  }
  if (differences === 0) return isZh ? '与支付宝账单一致' : "equal to Alipay's bill";
  return isZh
    ? `与支付宝账单有 ${differences} 处差异`
    : `${differences} differences with Alipay's bill`;
}

/** `2026-11-29`, or `2026-11-01 - 2026-11-30`. */
export function daysText({ from, until }: StatementDays): string {
  return from === until ? from : `${from} - ${until}`;
}

function plain(text: string): Cell {
  return { plain: text };
}

function yuan(amount: Fen): Cell {
  return plain(formatYuan(amount));
}

function minus(one: Fen, other: Fen): Fen {
  return fen(one - other);
}
