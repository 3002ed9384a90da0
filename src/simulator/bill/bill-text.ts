import { chinaTime } from '../../domain/china-time';
import { Fen, fen, formatYuan } from '../../domain/money';
import { BillRow } from './bill-rows';

/** The account and day that a bill says it is of. */
export interface BillHead {
  /** The seller and four more digits. */
  readonly account: string;
  /** First moments of the day and of the next one, epoch ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly exportedAtMs: number;
}

/** What is told of the rows, which a planted difference may make wrong. */
export interface BillLies {
  /** Added to the number of payments in the trailer, and in the summary. */
  readonly trailer: number;
  readonly summary: number;
  /** Fen taken from what is left for the merchant (实收净额). */
  readonly net: Fen;
}

const TAB = '\t';
const NONE = '0.00';
const RULE = '-'.repeat(41);
const COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,' +
  '对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,' +
  '商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,' +
  '退款批次号/请求号,服务费（元）,分润（元）,备注';
const SUMMARY_COLUMNS =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,' +
  '商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';

/** 业务明细: a row each, in the 25 columns Alipay has had since 2019. Lines end with CR LF. */
export function detailsText(rows: readonly BillRow[], head: BillHead, lies: BillLies): string {
  const payments = rows.filter(({ kind }) => kind === 'payment');
  const refunds = rows.filter(({ kind }) => kind === 'refund');
  const paid = payments.length + lies.trailer;
  return lines([
    '#支付宝业务明细查询',
    ...headLines(head),
    `#${RULE}业务明细列表${RULE.slice(1)}`,
    COLUMNS,
    ...rows.map(rowText),
    `#${RULE}业务明细列表结束${RULE.slice(5)}`,
    `#交易合计：${paid}笔，商家实收共${formatYuan(sumOf(payments))}元，商家优惠共0.00元`,
    `#退款合计：${refunds.length}笔，商家实收退款共${formatYuan(sumOf(refunds))}元，商家优惠退款共0.00元`,
    exported(head),
  ]);
}

/** 业务明细(汇总): a row a store, and 合计. */
export function summaryText(rows: readonly BillRow[], head: BillHead, lies: BillLies): string {
  const stores = [...new Set(rows.map(({ storeId }) => storeId))];
  const none = { ...lies, summary: 0, net: fen(0) };
  // The lie is told of a store as well, so that only the rows can find it out.
  const storeRows = stores.map((store, at) => {
    const told = at === 0 ? lies : none;
    return sumText([`${store}${TAB}`, `${store}${TAB}`], inStore(rows, store), told);
  });
  return lines([
    '#支付宝业务汇总查询',
    ...headLines(head),
    `#${RULE}业务汇总列表${RULE.slice(1)}`,
    SUMMARY_COLUMNS,
    ...storeRows,
    sumText([`合计${TAB}`, TAB], rows, stores.length === 0 ? none : lies),
    `#${RULE.slice(1)}业务汇总列表结束${RULE.slice(4)}`,
    exported(head),
  ]);
}

function rowText(row: BillRow): string {
  const amount = formatYuan(row.amount);
  const { storeId, terminalId } = row;
  return [
    `${row.tradeNo}${TAB}`,
    `${row.outTradeNo}${TAB}`,
    row.kind === 'payment' ? '交易' : '退款',
    row.subject,
    chinaTime(row.createdAtMs),
    chinaTime(row.atMs),
    ...[storeId, storeId, '', terminalId, row.buyer].map((text) => `${text}${TAB}`),
    amount,
    amount,
    ...[NONE, NONE, NONE, NONE, NONE],
    '',
    `${NONE}${TAB}`,
    NONE,
    row.requestNo ?? TAB,
    formatYuan(row.fee),
    NONE,
    row.subject,
  ].join(',');
}

function sumText(names: readonly string[], rows: readonly BillRow[], lies: BillLies): string {
  const payments = rows.filter(({ kind }) => kind === 'payment').length + lies.summary;
  const refunds = rows.filter(({ kind }) => kind === 'refund').length;
  const received = sumOf(rows);
  const fees = fen(rows.reduce((sum, { fee }) => sum + fee, 0));
  const net = fen(received - fees - lies.net);
  const amounts = [received, received, fen(0), fen(0), fen(0), fees, fen(0), net].map(formatYuan);
  return [...names, payments, refunds, ...amounts].join(',');
}

function inStore(rows: readonly BillRow[], store: string): BillRow[] {
  return rows.filter(({ storeId }) => storeId === store);
}

function sumOf(rows: readonly BillRow[]): Fen {
  return fen(rows.reduce((sum, { amount }) => sum + amount, 0));
}

function headLines({ account, startMs, endMs }: BillHead): string[] {
  return [
    `#账号：[${account}]`,
    `#起始日期：[${chineseTime(startMs)}]   终止日期：[${chineseTime(endMs)}]`,
  ];
}

function exported({ exportedAtMs }: BillHead): string {
  return `#导出时间：[${chineseTime(exportedAtMs)}]`;
}

/** `2019年09月16日 00:00:00`. */
function chineseTime(epochMs: number): string {
  return chinaTime(epochMs).replace(/^(\d+)-(\d+)-(\d+)/, '$1年$2月$3日');
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\r\n`).join('');
}
