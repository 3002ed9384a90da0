import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'iconv-lite';
import { billDay } from '../../../src/reconciliation/bill/bill-day';
import type { BillDay } from '../../../src/reconciliation/bill/bill-day';
import { writeZip } from '../../../src/simulator/bill/write-zip';
import type { ZipFile } from '../../../src/simulator/bill/write-zip';

const FIXTURES = join(__dirname, '../../fixtures/bill');
const NAME = '20880000000000010156_20190916_业务明细';

/** The day and account of the recorded bill. */
export const RECORDED = dayOf('2019-09-16', '2088000000000001');

/** The day of a date that is there. */
export function dayOf(date: string, sellerId: string | null = null): BillDay {
  const day = billDay(date, { sellerId, tradePrefix: '3pzz' });
  if (day === null) throw new Error(`no day: ${date}`);
  return day;
}

/** A file of the recorded bill. */
export function recorded(name: 'details-25' | 'details-22' | 'summary'): Buffer {
  return readFileSync(join(FIXTURES, `${name}.csv`));
}

/** A change to the bytes of a GBK file by its text. */
export function changed(content: Buffer, change: (text: string) => string): Buffer {
  const text = new TextDecoder('gbk').decode(content);
  const result = change(text);
  if (result === text) throw new Error('nothing was changed');
  return encode(result, 'gbk');
}

/** The two files of a bill under their names. */
export function billFiles(
  details: Buffer = recorded('details-25'),
  summary: Buffer = recorded('summary'),
): [ZipFile, ZipFile] {
  return [
    { name: encode(`${NAME}.csv`, 'gbk'), content: details },
    { name: encode(`${NAME}(汇总).csv`, 'gbk'), content: summary },
  ];
}

/** A zip on the disk; the path of it. */
export function zipIn(folder: string, files: readonly ZipFile[]): string {
  return bytesIn(folder, writeZip(files));
}

/** Bytes on the disk; the path of them. */
export function bytesIn(folder: string, bytes: Buffer): string {
  const path = join(folder, 'bill.zip');
  writeFileSync(path, bytes);
  return path;
}
