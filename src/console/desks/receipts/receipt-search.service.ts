import { Injectable } from '@nestjs/common';
import type { BillType } from '../../../domain/bill';
import { parseChinaTime } from '../../../domain/china-time';
import { parseYuan } from '../../../domain/money';
import type { ReceiptFile } from '../../../domain/reading/receipt-life';
import { everythingOf } from '../../../domain/reading/receipt-search';
import type { ReceiptSearch, Span } from '../../../domain/reading/receipt-search';
import { RECEIPT_STATES } from '../../../domain/receipt/receipt-state';
import { ReceiptReader } from '../../../receipts/receipt-reader.service';

const PAGE = 50;
/** The longest text there is a number of. */
const LONGEST = 64;
const DAY_MS = 86_400_000;

/** What somebody looks for, as the fields of the page have it. */
export interface SearchFields {
  /** A number, an amount or a cashier; empty: everything. */
  readonly text: string;
  readonly billType: string;
  readonly state: string;
  /** `2026-11-30`, both included. */
  readonly from: string;
  readonly to: string;
  readonly cursor: string | null;
}

/** What was found, newest first. */
export interface FoundFiles {
  readonly files: readonly ReceiptFile[];
  /** What brings the next page; null: there is none. */
  readonly next: string | null;
  /** Are there more that no next page brings? */
  readonly isCut: boolean;
}

/** One box for whatever stands on a slip. */
@Injectable()
export class SlipSearch {
  constructor(private readonly reader: ReceiptReader) {}

  /** @throws PayError INVALID_MEMBER: a cursor that is none; DATABASE_UNAVAILABLE */
  async find(fields: SearchFields, billTypes: readonly BillType[]): Promise<FoundFiles> {
    const frame = frameOf(fields, billTypes);
    if (fields.text === '') {
      const { files, next } = await this.reader.search(frame, fields.cursor, PAGE);
      return { files, next, isCut: false };
    }
    const searches = searchesOf(fields, billTypes);
    const found = await Promise.all(searches.map((each) => this.reader.search(each, null, PAGE)));
    const byId = new Map<number, ReceiptFile>();
    for (const { files } of found) for (const file of files) byId.set(file.receipt.id, file);
    const files = [...byId.values()].sort((one, other) => newness(other) - newness(one));
    const isCut = files.length > PAGE || found.some(({ next }) => next !== null);
    return { files: files.slice(0, PAGE), next: null, isCut };
  }
}

/** All that is looked for: what each of them finds is found. */
export function searchesOf(
  fields: SearchFields,
  billTypes: readonly BillType[],
): readonly ReceiptSearch[] {
  const frame = frameOf(fields, billTypes);
  if (fields.text === '') return [frame];
  return meaningsOf(fields.text).map((part) => ({ ...frame, ...part }));
}

/** Everything a text may be: which it is decides what is found. */
function meaningsOf(text: string): Partial<ReceiptSearch>[] {
  if (text.length > LONGEST) return [];
  const reading = parseYuan(text.replace(/^¥/, '').replaceAll(',', ''));
  return [
    { outTradeNo: text },
    { tradeNo: text },
    { cashier: text },
    ...(text.length <= 36 ? [{ receiptId: text }] : []),
    ...(text.length <= 20 ? [{ billNo: text }, { cardNo: text }] : []),
    ...(reading.ok ? [{ amount: reading.amount }] : []),
  ];
}

function frameOf(fields: SearchFields, billTypes: readonly BillType[]): ReceiptSearch {
  const { billType, state, from, to } = fields;
  return {
    ...everythingOf(billTypes.filter((each) => billType === '' || each === billType)),
    state: RECEIPT_STATES.find((each) => each === state) ?? null,
    begun: spanOf(from, to),
  };
}

function spanOf(from: string, to: string): Span {
  const until = dayStart(to);
  return { fromMs: dayStart(from), untilMs: until === null ? null : until + DAY_MS };
}

function dayStart(date: string): number | null {
  return parseChinaTime(`${date} 00:00:00`);
}

function newness({ receipt }: ReceiptFile): number {
  return receipt.begunAtMs + receipt.id / Number.MAX_SAFE_INTEGER;
}
