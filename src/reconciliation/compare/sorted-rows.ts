import { NO_MONEY, fen } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { BillRow } from '../bill/bill-row';
import { canBeOurs } from './whose-number';

const MARK = '\0';
/** One for all rows: a buffer each is memory that is given back late. A row is far shorter. */
const SCRATCH = Buffer.alloc(65_536);

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
    this.sort();
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

  /** The numbers that can be ours, each once, in their order. */
  *ourNumbers(): Generator<string> {
    this.sort();
    let before = '';
    for (const text of this.packed) {
      const outTradeNo = text.slice(0, text.indexOf(MARK));
      if (outTradeNo !== before && canBeOurs(outTradeNo)) yield outTradeNo;
      before = outTradeNo;
    }
  }

  /** Is a number one of `ourNumbers`? */
  hasOurs(outTradeNo: string): boolean {
    this.sort();
    const start = outTradeNo + MARK;
    let [low, high] = [0, this.packed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.packed[middle] ?? '') < start) low = middle + 1;
      else high = middle;
    }
    return this.packed[low]?.startsWith(start) === true && canBeOurs(outTradeNo);
  }

  /** Alipay's numbers that stand under two numbers of the merchant's. */
  doubledTrades(): ReadonlySet<string> {
    const sums = new Float64Array(this.packed.length);
    this.packed.forEach((text, at) => (sums[at] = checksum(tradeOf(text))));
    sums.sort();
    const again = new Set(sums.filter((sum, at) => sum === sums[at - 1]));
    const numbers = new Map<string, string>();
    const doubled = new Set<string>();
    for (const text of this.packed) {
      const trade = tradeOf(text);
      if (!again.has(checksum(trade))) continue;
      const number = text.slice(0, text.indexOf(MARK));
      if ((numbers.get(trade) ?? number) !== number) doubled.add(trade);
      numbers.set(trade, number);
    }
    return doubled;
  }

  private sort(): void {
    if (!this.sorted) this.packed.sort((one, other) => (one < other ? -1 : 1));
    this.sorted = true;
  }
}

/**
 * A flat text of one byte a character: a text cut out of a file would keep all of that alive. What
 * is as usual takes no room.
 */
function pack(row: BillRow): string {
  const { outTradeNo, tradeNo, line, kind, requestNo, atMs, amount, received, fee, share } = row;
  const cells = [outTradeNo, tradeNo, kind === 'refund' ? 'r' : '', requestNo ?? ''];
  const usual = received === receivedOf(kind, amount);
  const numbers = [line, atMs, amount].map((value) => value.toString(36));
  const rest = [usual ? '' : received, fee === 0 ? '' : fee, share === 0 ? '' : share];
  return SCRATCH.toString('latin1', 0, SCRATCH.write([...cells, ...numbers, ...rest].join(MARK)));
}

function unpack(packed: string): BillRow {
  const cells = SCRATCH.toString('utf8', 0, SCRATCH.write(packed, 'latin1')).split(MARK);
  const [outTradeNo = '', tradeNo = '', kind, requestNo = '', ...numbers] = cells;
  const [line = '', atMs = '', amountText = '', received = '', fee = '', share = ''] = numbers;
  const amount = fen(Number.parseInt(amountText, 36));
  const rowKind = kind === 'r' ? 'refund' : 'payment';
  return {
    line: Number.parseInt(line, 36),
    kind: rowKind,
    tradeNo,
    outTradeNo,
    requestNo: requestNo === '' ? null : requestNo,
    atMs: Number.parseInt(atMs, 36),
    amount,
    received: received === '' ? receivedOf(rowKind, amount) : fen(Number(received)),
    fee: fen(Number(fee)),
    share: fen(Number(share)),
  };
}

/** What the merchant gets of an amount where nothing else is said. */
function receivedOf(kind: BillRow['kind'], amount: Fen): Fen {
  return kind === 'refund' ? fen(NO_MONEY - amount) : amount;
}

function tradeOf(packed: string): string {
  const end = packed.indexOf(MARK);
  return packed.slice(end + 1, packed.indexOf(MARK, end + 1));
}

/** Of a text, 53 bits of two sums (FNV-1a): equal texts have equal ones, others hardly ever. */
function checksum(text: string): number {
  let [one, other] = [0x811c9dc5, 0x1000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x1000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
  }
  return (one >>> 0) * 0x200000 + (other >>> 11);
}
