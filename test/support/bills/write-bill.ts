import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { encode } from 'iconv-lite';
import { fen } from '../../../src/domain/money';
import type { Fen } from '../../../src/domain/money';
import type { BillDay } from '../../../src/reconciliation/bill/bill-day';
import type { BillRow } from '../../../src/simulator/bill/bill-rows';
import { detailsText, summaryText } from '../../../src/simulator/bill/bill-text';
import { writeZip } from '../../../src/simulator/bill/write-zip';

const ACCOUNT = '20880000000000010156';
const NO_LIES = { trailer: 0, summary: 0, net: fen(0) };

/** A payment of a bill, as its receipt tells of it; a refund has an amount below 0. */
export interface Billed {
  readonly outTradeNo: string;
  readonly amount: Fen;
  readonly requestNo?: string;
  readonly payment: { readonly tradeNo: string; readonly paidAtMs: number | null } | null;
}

/** Writes the bill of a day with these payments; the path of it. */
export function writeBill(folder: string, day: BillDay, payments: readonly Billed[]): string {
  const { startMs, endMs } = day;
  const head = { account: ACCOUNT, startMs, endMs, exportedAtMs: endMs };
  const rows = payments.map((one) => rowOf(one, startMs));
  const files = [
    { name: 'x_业务明细.csv', content: detailsText(rows, head, NO_LIES) },
    { name: 'x_业务明细(汇总).csv', content: summaryText(rows, head, NO_LIES) },
  ].map(({ name, content }) => ({ name: encode(name, 'gbk'), content: encode(content, 'gbk') }));
  const path = join(folder, `${day.date}.zip`);
  writeFileSync(path, writeZip(files));
  return path;
}

function rowOf(billed: Billed, startMs: number): BillRow {
  const { outTradeNo, amount, payment, requestNo = null } = billed;
  const atMs = payment?.paidAtMs ?? startMs + 12 * 3_600_000;
  return {
    tradeNo: payment?.tradeNo ?? `T${outTradeNo}`,
    outTradeNo,
    kind: amount < 0 ? 'refund' : 'payment',
    subject: '门票',
    storeId: '',
    terminalId: '',
    buyer: '',
    createdAtMs: atMs,
    atMs,
    amount,
    requestNo,
    fee: fen(0),
  };
}
