import { fen } from '../../domain/money';
import type { BillRow } from '../bill/bill-row';

const MARK = '\0';

/**
 * The rows of a bill, sorted by the merchant's number. Each is kept as one flat text, which begins
 * with that number, and is made a row again when it is read: a million objects would not do.
 */
export class SortedRows {
  private readonly packed: string[] = [];
  private sorted = true;

  get count(): number {
    return this.packed.length;
  }

  readonly add = (row: BillRow): void => {
    this.packed.push(pack(row));
    this.sorted = false;
  };

  /** The rows of each number, in the order of the numbers' bytes. */
  *groups(): Generator<{ readonly outTradeNo: string; readonly rows: readonly BillRow[] }> {
    if (!this.sorted) this.packed.sort((one, other) => (one < other ? -1 : 1));
    this.sorted = true;
    let rows: BillRow[] = [];
    for (const text of this.packed) {
      const row = unpack(text);
      const [first] = rows;
      if (first !== undefined && first.outTradeNo !== row.outTradeNo) {
        yield { outTradeNo: first.outTradeNo, rows };
        rows = [];
      }
      rows.push(row);
    }
    const [first] = rows;
    if (first !== undefined) yield { outTradeNo: first.outTradeNo, rows };
  }

  /** Alipay's numbers that stand under two numbers of the merchant's. */
  doubledTrades(): ReadonlySet<string> {
    const order = Uint32Array.from(this.packed.keys());
    const key = (at: number): string => tradeKey(this.packed[at] ?? '');
    order.sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      if (a === b) return 0;
      return a < b ? -1 : 1;
    });
    const doubled = new Set<string>();
    let before = '';
    for (const at of order) {
      const now = key(at);
      const [trade, number] = now.split(MARK);
      const [tradeBefore, numberBefore] = before.split(MARK);
      if (trade === tradeBefore && number !== numberBefore) doubled.add(trade ?? '');
      before = now;
    }
    return doubled;
  }
}

/** A flat text of one byte a character: a text cut out of a file would keep all of that alive. */
function pack(row: BillRow): string {
  const { outTradeNo, tradeNo, line, kind, requestNo, atMs, amount, received, fee, share } = row;
  const cells = [outTradeNo, tradeNo, kind, requestNo ?? '', line, atMs];
  const text = [...cells, amount, received, fee, share].join(MARK);
  return Buffer.from(text).toString('latin1');
}

function unpack(packed: string): BillRow {
  const cells = Buffer.from(packed, 'latin1').toString().split(MARK);
  const [outTradeNo = '', tradeNo = '', kind, requestNo, line, atMs, ...amounts] = cells;
  const [amount, received, fee, share] = amounts.map((text) => fen(Number(text)));
  return {
    line: Number(line),
    kind: kind === 'refund' ? 'refund' : 'payment',
    tradeNo,
    outTradeNo,
    requestNo: requestNo === '' ? null : (requestNo ?? null),
    atMs: Number(atMs),
    amount: amount ?? fen(0),
    received: received ?? fen(0),
    fee: fee ?? fen(0),
    share: share ?? fen(0),
  };
}

/** Trade and number, as they are packed. */
function tradeKey(packed: string): string {
  const end = packed.indexOf(MARK);
  const tradeEnd = packed.indexOf(MARK, end + 1);
  return packed.slice(end + 1, tradeEnd) + MARK + packed.slice(0, end);
}
