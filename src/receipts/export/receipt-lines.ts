import { BILL_TYPE_NAMES } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import { csvLine } from '../../domain/reading/csv';
import type { Cell } from '../../domain/reading/csv';
import { STATE_WORDS } from '../../domain/reading/words';
import type { Language, Words } from '../../domain/reading/words';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';

/** A column: its head, and what of a receipt stands in it. */
type Column = readonly [head: Words, cell: (receipt: Receipt, language: Language) => Cell];

const YES: Words = { zh: '是', en: 'yes' };
const NO: Words = { zh: '否', en: 'no' };

const COLUMNS: readonly Column[] = [
  [{ zh: '收款编号', en: 'number' }, ({ id }) => ({ plain: String(id) })],
  [{ zh: '系统', en: 'system' }, ({ billType }, language) => BILL_TYPE_NAMES[billType][language]],
  [{ zh: '单号', en: 'bill' }, ({ billNo }) => billNo],
  [{ zh: '收款流水', en: 'receipt id' }, ({ receiptId }) => receiptId],
  [{ zh: '付款方式', en: 'way of payment' }, ({ payType }) => payType],
  [{ zh: '收款金额(元)', en: 'amount (yuan)' }, ({ amount }) => yuan(amount)],
  [{ zh: '已付金额(元)', en: 'paid (yuan)' }, ({ payment }) => yuan(payment?.amount ?? null)],
  [{ zh: '已退金额(元)', en: 'refunded (yuan)' }, ({ refunded }) => yuan(refunded)],
  [{ zh: '收款状态', en: 'state' }, ({ state }, language) => STATE_WORDS[state][language]],
  [{ zh: '支付状态', en: 'payment' }, (receipt) => payStatusOf(receipt)?.payStatus ?? null],
  [
    { zh: '重复付款', en: 'duplicate' },
    ({ duplicate }, language) => (duplicate ? YES : NO)[language],
  ],
  [{ zh: '支付宝交易号', en: "Alipay's number" }, ({ payment }) => payment?.tradeNo ?? null],
  [{ zh: '商户订单号', en: 'our number' }, ({ outTradeNo }) => outTradeNo],
  [{ zh: '储值卡号', en: 'card' }, ({ cardNo }) => cardNo],
  [{ zh: '付款账号', en: 'buyer' }, ({ payment }) => payment?.buyer ?? null],
  [{ zh: '登记时间', en: 'begun' }, ({ begunAtMs }) => time(begunAtMs)],
  [{ zh: '付款时间', en: 'paid at' }, ({ payment }) => time(payment?.paidAtMs ?? null)],
  [{ zh: '未付款结束时间', en: 'ended unpaid' }, ({ endedAtMs }) => time(endedAtMs)],
  [{ zh: '支付宝状态', en: "Alipay's word" }, ({ channelStatus }) => channelStatus],
];

/** The first line of a file of receipts. */
export function headLine(language: Language): string {
  return csvLine(COLUMNS.map(([head]) => head[language]));
}

/** The line of a receipt: amounts in yuan, times of China. */
export function receiptLine(receipt: Receipt, language: Language): string {
  return csvLine(COLUMNS.map(([, cell]) => cell(receipt, language)));
}

function yuan(amount: Fen | null): Cell {
  return amount === null ? null : { plain: formatYuan(amount) };
}

function time(atMs: number | null): Cell {
  return atMs === null ? null : { plain: chinaTime(atMs) };
}
