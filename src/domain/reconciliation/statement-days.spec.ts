import { BILL_TYPES } from '../bill';
import { fen } from '../money';
import type { DailyBooks } from '../ports/daily-books';
import type { SystemFee } from './day-result';
import type { OurReceipt } from './movement';
import { MOST_DAYS, statementDays, statementOf } from './statement-days';
import type { StatementDays } from './statement-days';
import { standing } from './statement-table';

const DAY_MS = 86_400_000;
/** The beginning of 2026-11-22 in China. */
const START = Date.parse('2026-11-22T00:00:00+08:00');

function days(from: string, until: string): StatementDays {
  const found = statementDays(from, until);
  if (found === null) throw new Error('no such days');
  return found;
}

const TWO_DAYS = days('2026-11-22', '2026-11-23');

/** A payment of one yuan. */
function aPaid(id: number): OurReceipt {
  const outTradeNo = `N${id}`;
  const at = { tradeNo: `T${id}`, requestNo: null, atMs: START, timeKnown: true, settledOn: null };
  const payment = { key: `receipt ${id} paid`, kind: 'payment', amount: fen(100), ...at } as const;
  const flags = { undecided: false, late: false, duplicate: false };
  return { receiptRowId: id, outTradeNo, billType: '1', ...flags, movements: [payment] };
}

interface Day {
  readonly fees: readonly SystemFee[];
  readonly differences: number;
}

type Read = 'receiptsBetween' | 'receiptsSettledOn' | 'dayResult' | 'feesOf';

/** Books of these receipts, with what came of the days that were compared. */
class Books implements Pick<DailyBooks, Read> {
  asked: number[] = [];

  constructor(
    private readonly receipts: readonly OurReceipt[],
    private readonly compared: Readonly<Record<string, Day>> = {},
  ) {}

  async *receiptsBetween(fromMs: number, untilMs: number): AsyncIterable<OurReceipt> {
    this.asked = [fromMs, untilMs];
    for (const receipt of this.receipts) yield await Promise.resolve(receipt);
  }

  async *receiptsSettledOn(): AsyncIterable<OurReceipt> {
    // No bill holds what lies elsewhere by the books.
  }

  dayResult(date: string) {
    const day = this.compared[date];
    if (day === undefined) return Promise.resolve(null);
    const of = { date, account: '2088', digest: 'd', comparedAtMs: START, foreignRows: 0 };
    const zero = { payments: 0, paid: fen(0), refunds: 0, refunded: fen(0), net: fen(0) };
    return Promise.resolve({ ...of, ...zero, differences: day.differences });
  }

  feesOf(date: string) {
    return Promise.resolve([...(this.compared[date]?.fees ?? [])]);
  }
}

/** Sums up both days; with how often others had a turn meanwhile. */
async function summed(books: Books) {
  let turns = 0;
  const clock = { turn: () => Promise.resolve(void (turns += 1)) };
  const read: Pick<DailyBooks, Read> = books;
  const all = await statementOf(TWO_DAYS, { books: read as DailyBooks, clock });
  return { ...all, turns };
}

describe('the days of a statement', () => {
  it('are both dates and all between', () => {
    expect(days('2026-02-27', '2026-03-01').dates).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
    ]);
    expect(days('2026-11-22', '2026-11-22').dates).toEqual(['2026-11-22']);
  });

  it('are a quarter at most, in their order, and days of the calendar', () => {
    expect(days('2026-10-01', '2026-12-31').dates).toHaveLength(MOST_DAYS);
    expect(statementDays('2026-10-01', '2027-01-01')).toBeNull();
    expect(statementDays('2026-11-23', '2026-11-22')).toBeNull();
    // Each alone is refused, though it would lie near 1970.
    expect(statementDays('1970-02-30', '1970-01-02')).toBeNull();
    expect(statementDays('1970-01-01', '1970-02-30')).toBeNull();
  });
});

describe('a statement of several days', () => {
  it('asks the books for those days alone', async () => {
    const books = new Books([]);
    await summed(books);
    expect(books.asked).toEqual([START, START + 2 * DAY_MS]);
  });

  it('adds the fees of its days, system by system', async () => {
    const compared: Readonly<Record<string, Day>> = {
      '2026-11-22': { fees: [{ billType: '1', fee: fen(2) }], differences: 1 },
      '2026-11-23': {
        fees: [
          { billType: '1', fee: fen(3) },
          { billType: '7', fee: fen(-1) },
        ],
        differences: 2,
      },
    };
    const { lines, differences } = await summed(new Books([], compared));
    const fees = new Map(lines.map(({ billType, fee }) => [billType, fee]));
    expect([fees.get('1'), fees.get('7'), fees.get('2'), fees.get(null)]).toEqual([5, -1, 0, 4]);
    expect(lines).toHaveLength(BILL_TYPES.length + 1);
    expect(differences).toBe(3);
  });

  it('gives others a turn after every hundred receipts, and counts each once', async () => {
    const receipts = Array.from({ length: 250 }, (_, at) => aPaid(at + 1));
    const { lines, turns } = await summed(new Books([...receipts, aPaid(7)]));
    expect(lines[0]).toMatchObject({ payments: 250, paid: 25_000 });
    expect(turns).toBe(2);
  });
});

describe("how a statement stands to Alipay's bills", () => {
  it.each([
    [0, 0, "not compared with Alipay's bill yet", '尚未与支付宝账单核对'],
    [1, 0, '1 of 2 days are compared', '2 天中已核对 1 天'],
    [2, 0, "equal to Alipay's bill", '与支付宝账单一致'],
    [2, 3, "3 differences with Alipay's bill", '与支付宝账单有 3 处差异'],
  ])('%i compared, %i differences', (compared, differences, en, zh) => {
    const all = { lines: [], compared, differences };
    expect([standing(TWO_DAYS, all, 'en'), standing(TWO_DAYS, all, 'zh')]).toEqual([en, zh]);
  });
});
