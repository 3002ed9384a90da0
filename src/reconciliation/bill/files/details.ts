import { NO_MONEY } from '../../../domain/money';
import type { Fen } from '../../../domain/money';
import { billAmount, plus } from './bill-amount';
import type { BillDay } from '../bill-day';
import { BillRefusal } from '../bill-refusal';
import type { BillRow, BillSum } from '../bill-row';
import type { CsvRecord } from '../zip/csv-records';
import { DetailRows } from './detail-row';
import { Frame } from './frame';

/** A row may lie this far outside its day: that is where two clocks can differ. ms. */
const NEAR_MIDNIGHT_MS = 10 * 60_000;

/** What the rows of the details come to. */
export interface DetailSums {
  readonly account: string;
  readonly payments: BillSum;
  readonly refunds: BillSum;
  readonly fees: Fen;
  readonly shares: Fen;
}

/**
 * Reads the file of details (业务明细) and hands over each row. Only when this has returned does the
 * file add up: until then no row may be believed.
 * @throws BillRefusal
 */
export async function readDetails(
  records: AsyncIterable<CsvRecord>,
  day: BillDay,
  onRow: (row: BillRow) => void,
): Promise<DetailSums> {
  const frame = new Frame('支付宝业务明细查询', '业务明细列表', day);
  const sums = new Sums();
  let rows: DetailRows | null = null;
  let cutAt: number | null = null;
  for await (const record of records) {
    if (cutAt !== null) throw new BillRefusal('badRow', `line ${cutAt} of the details: no row`);
    if (frame.takes(record)) continue;
    if (rows === null) {
      rows = new DetailRows(record.cells);
      continue;
    }
    const row = rows.read(record);
    if (row === null) {
      cutAt = record.line;
      continue;
    }
    refuseOtherDay(row, day);
    sums.add(row);
    onRow(row);
  }
  const account = frame.finish('details');
  if (cutAt !== null) throw new BillRefusal('fileCut', `details: cut off in line ${cutAt}`);
  if (rows === null) throw new BillRefusal('columnsUnknown', 'the bill has no header of columns');
  refuseTrailer(frame, '交易合计', sums.payments);
  refuseTrailer(frame, '退款合计', sums.refunds);
  return { account, ...sums };
}

function refuseOtherDay({ atMs, line }: BillRow, { startMs, endMs }: BillDay): void {
  if (atMs >= startMs - NEAR_MIDNIGHT_MS && atMs < endMs + NEAR_MIDNIGHT_MS) return;
  throw new BillRefusal('wrongDay', `line ${line} of the details is of another day`);
}

/** `#交易合计：6笔，商家实收共0.06元，…` and `#退款合计：4笔，商家实收退款共-0.04元，…`. */
function refuseTrailer(frame: Frame, name: string, { count, received }: BillSum): void {
  const line = frame.comment(name);
  const told = /^(\d{1,12})笔,商家实收(?:退款)?共([-+]?[\d.]{1,20})元/.exec(line ?? '');
  if (told === null) throw new BillRefusal('fileCut', `details: the line ${name} is missing`);
  const amount = billAmount(told[2] ?? '');
  if (Number(told[1]) === count && amount === received) return;
  throw new BillRefusal('trailerWrong', `${name} says ${told[0]}, the rows are ${count} others`);
}

class Sums {
  payments: BillSum = { count: 0, received: NO_MONEY };
  refunds: BillSum = { count: 0, received: NO_MONEY };
  fees: Fen = NO_MONEY;
  shares: Fen = NO_MONEY;

  add({ kind, received, fee, share }: BillRow): void {
    const sum = kind === 'payment' ? this.payments : this.refunds;
    const grown = { count: sum.count + 1, received: plus(sum.received, received) };
    if (kind === 'payment') this.payments = grown;
    else this.refunds = grown;
    this.fees = plus(this.fees, fee);
    this.shares = plus(this.shares, share);
  }
}
