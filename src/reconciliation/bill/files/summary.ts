import { NO_MONEY } from '../../../domain/money';
import type { Fen } from '../../../domain/money';
import { billAmount, plus } from './bill-amount';
import type { BillDay } from '../bill-day';
import { BillRefusal } from '../bill-refusal';
import { findColumns, plainText } from './columns';
import type { Columns } from './columns';
import type { CsvRecord } from '../zip/csv-records';
import type { DetailSums } from './details';
import { Frame } from './frame';

const NAMES = [
  '门店编号',
  '交易订单总笔数',
  '退款订单总笔数',
  '商家实收(元)',
  '服务费(元)',
  '分润(元)',
  '实收净额(元)',
] as const;
/** A row a store; more stores than any group has. */
const MOST_STORES = 10_000;

/** One row of the summary: a store's, or that of all. */
export interface SummaryRow {
  readonly payments: number;
  readonly refunds: number;
  readonly received: Fen;
  readonly fees: Fen;
  readonly shares: Fen;
  readonly net: Fen;
}

/** The row of all stores (合计). @throws BillRefusal */
export async function readSummary(
  records: AsyncIterable<CsvRecord>,
  day: BillDay,
): Promise<{ readonly account: string; readonly all: SummaryRow }> {
  const frame = new Frame('支付宝业务汇总查询', '业务汇总列表', day);
  const stores: SummaryRow[] = [];
  let at: Columns<(typeof NAMES)[number]> | null = null;
  let all: SummaryRow | null = null;
  for await (const record of records) {
    if (frame.takes(record)) continue;
    if (at === null) {
      at = findColumns(record.cells, NAMES);
      continue;
    }
    const row = rowOf(record, at);
    if (all !== null) throw wrong('the summary goes on after 合计');
    if (plainText(record.cells[at['门店编号']] ?? '') === '合计') all = row;
    else stores.push(row);
    if (stores.length > MOST_STORES) throw wrong('the summary has more stores than can be');
  }
  const account = frame.finish('summary');
  if (all === null) throw new BillRefusal('fileCut', 'summary: the row 合计 is missing');
  if (!isSame(all, stores.reduce(sum, NOTHING))) throw wrong('合计 is not the sum of the stores');
  return { account, all };
}

/** @throws BillRefusal summaryWrong: the summary tells of other rows than the details hold */
export function refuseOtherRows(all: SummaryRow, details: DetailSums): void {
  const received = plus(details.payments.received, details.refunds.received);
  const same =
    all.payments === details.payments.count &&
    all.refunds === details.refunds.count &&
    all.received === received;
  if (!same) throw wrong('the summary does not add up to the rows');
}

/** Do fees and shares, taken off with whichever sign the bill gives them, leave the net? */
export function explainsNet({ received, fees, shares, net }: SummaryRow): boolean {
  const gap = received - net;
  const signs = [1, -1];
  return signs.some((one) => signs.some((other) => one * fees + other * shares === gap));
}

const NOTHING: SummaryRow = {
  payments: 0,
  refunds: 0,
  received: NO_MONEY,
  fees: NO_MONEY,
  shares: NO_MONEY,
  net: NO_MONEY,
};

function rowOf({ line, cells }: CsvRecord, at: Columns<(typeof NAMES)[number]>): SummaryRow {
  const cell = (name: (typeof NAMES)[number]): string => (cells[at[name]] ?? '').trim();
  const count = (name: (typeof NAMES)[number]): number => {
    if (/^\d{1,12}$/.test(cell(name))) return Number(cell(name));
    throw wrong(`line ${line} of the summary: ${name} is no number`);
  };
  const amount = (name: (typeof NAMES)[number]): Fen => {
    const read = billAmount(cell(name));
    if (read === null) throw wrong(`line ${line} of the summary: ${name} is no amount`);
    return read;
  };
  return {
    payments: count('交易订单总笔数'),
    refunds: count('退款订单总笔数'),
    received: amount('商家实收(元)'),
    fees: amount('服务费(元)'),
    shares: amount('分润(元)'),
    net: amount('实收净额(元)'),
  };
}

function sum(one: SummaryRow, other: SummaryRow): SummaryRow {
  return {
    payments: one.payments + other.payments,
    refunds: one.refunds + other.refunds,
    received: plus(one.received, other.received),
    fees: plus(one.fees, other.fees),
    shares: plus(one.shares, other.shares),
    net: plus(one.net, other.net),
  };
}

function isSame(one: SummaryRow, other: SummaryRow): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function wrong(message: string): BillRefusal {
  return new BillRefusal('summaryWrong', message);
}
