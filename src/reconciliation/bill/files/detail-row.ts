import { parseChinaTime } from '../../../domain/china-time';
import { fen } from '../../../domain/money';
import type { Fen } from '../../../domain/money';
import { billAmount } from './bill-amount';
import { BillRefusal } from '../bill-refusal';
import type { BillRow } from '../bill-row';
import { findColumns } from './columns';
import type { Columns } from './columns';
import type { CsvRecord } from '../zip/csv-records';

const NAMES = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '商品名称',
  '创建时间',
  '完成时间',
  '订单金额(元)',
  '商家实收(元)',
  '退款批次号/请求号',
  '服务费(元)',
  '分润(元)',
  '备注',
] as const;

const KINDS: Readonly<Record<string, BillRow['kind']>> = { 交易: 'payment', 退款: 'refund' };
const TRADE_NO = /^[\w-]{1,64}$/;
const LONGEST_NUMBER = 64;

/** How the rows of a file of details are read, by its header. */
export class DetailRows {
  private readonly at: Columns<(typeof NAMES)[number]>;
  private readonly width: number;
  /** The last time that was read: most rows have one twice, or that of the row before. */
  private lastTime: { readonly text: string; readonly ms: number | null } = { text: '', ms: null };

  /** @throws BillRefusal columnsUnknown */
  constructor(header: readonly string[]) {
    this.at = findColumns(header, NAMES);
    this.width = header.length;
    const { 商品名称: product, 创建时间: made, 完成时间: done, 备注: note } = this.at;
    // What follows free text is how it is found where that holds commas.
    if (made !== product + 1 || done !== product + 2 || note !== this.width - 1) {
      throw new BillRefusal('columnsUnknown', 'the columns of the bill stand in an unknown order');
    }
  }

  /** Null: fewer columns than a row has, so it may have been cut. @throws BillRefusal badRow */
  read({ line, cells }: CsvRecord): BillRow | null {
    if (cells.length < this.width) return null;
    const row = cells.length === this.width ? this.rowOf(line, cells) : this.aligned(line, cells);
    if (row === null) throw new BillRefusal('badRow', `line ${line} of the details: no row`);
    return row;
  }

  /** The row, when the commas of its free text can be meant in one way only; null: in none. */
  private aligned(line: number, cells: readonly string[]): BillRow | null {
    const rows = this.alignments(cells).flatMap((aligned) => this.rowOf(line, aligned) ?? []);
    const [row = null] = rows;
    if (rows.some((other) => !isSame(row, other))) {
      throw new BillRefusal('badRow', `line ${line} of the details can be read in two ways`);
    }
    return row;
  }

  /** The cells as the header has them, once for each way in which the commas can be free text. */
  private alignments(cells: readonly string[]): (readonly string[])[] {
    const extra = cells.length - this.width;
    const { 商品名称: product, 备注: note } = this.at;
    return Array.from({ length: extra + 1 }, (_, inProduct) => [
      ...cells.slice(0, product),
      cells.slice(product, product + inProduct + 1).join(','),
      ...cells.slice(product + inProduct + 1, note + inProduct),
      cells.slice(note + inProduct).join(','),
    ]);
  }

  private timeOf(text: string): number | null {
    if (text !== this.lastTime.text) this.lastTime = { text, ms: parseChinaTime(text) };
    return this.lastTime.ms;
  }

  private rowOf(line: number, cells: readonly string[]): BillRow | null {
    const cell = (name: (typeof NAMES)[number]): string => (cells[this.at[name]] ?? '').trim();
    const kind = KINDS[cell('业务类型')];
    const atMs = this.timeOf(cell('完成时间'));
    const madeMs = this.timeOf(cell('创建时间'));
    const ordered = billAmount(cell('订单金额(元)'));
    const received = billAmount(cell('商家实收(元)'));
    const fee = billAmount(cell('服务费(元)'));
    const share = billAmount(cell('分润(元)'));
    if (kind === undefined || atMs === null || madeMs === null) return null;
    if (ordered === null || received === null || fee === null || share === null) return null;
    const [tradeNo, outTradeNo] = [cell('支付宝交易号'), cell('商户订单号')];
    const requestNo = cell('退款批次号/请求号');
    if (!TRADE_NO.test(tradeNo) || !hasSignOf(kind, ordered, received)) return null;
    if (outTradeNo.length > LONGEST_NUMBER || requestNo.length > LONGEST_NUMBER) return null;
    return {
      line,
      kind,
      tradeNo,
      outTradeNo,
      requestNo: kind === 'refund' && requestNo !== '' ? requestNo : null,
      atMs,
      amount: fen(Math.abs(ordered)),
      received,
      fee,
      share,
    };
  }
}

function hasSignOf(kind: BillRow['kind'], ...amounts: readonly Fen[]): boolean {
  return amounts.every((amount) => (kind === 'payment' ? amount >= 0 : amount <= 0));
}

function isSame(one: BillRow | null, other: BillRow): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
