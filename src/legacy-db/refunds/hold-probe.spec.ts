import { join } from 'node:path';
import { anOrder, at, paid, storesOf } from '../../../test/database/books';
import { putEmptyBooks, SqliteInspect } from '../../../test/database/sqlite-books';
import { ManualClock } from '../../../test/support/manual-clock';
import { tempFolder } from '../../../test/support/temp-folder';
import { systemRandomness } from '../../config/system-clock';
import { PayError } from '../../domain/errors';
import type { BillType } from '../../domain/bill';
import { fen } from '../../domain/money';
import type { Refunds } from '../../domain/ports/refunds';
import type { Receipt } from '../../domain/receipt/receipt';
import { TELLS_NOBODY } from '../callbacks/callback-writer';
import type { OpenDatabase } from '../open-database';
import { openSqlite } from '../sqlite/open-sqlite';
import { receiptRepositories } from '../systems/receipt-repositories';
import type { EndOrder, SystemReceipts } from '../systems/system-receipts';
import { probeHolds } from './hold-probe';
import { ProbedHolds } from './part-holds';
import { RefundStore } from './refund-store';

const NOW_MS = Date.UTC(2026, 10, 22, 4, 0, 0);

/** How an End of a customer may take holds, for one receipt and its card. Fen. */
interface Books {
  card: number;
  held: number;
  result: string;
}
type Manner = (books: Books, order: EndOrder) => void;

function refuse(): never {
  throw new PayError('ILLEGAL_STATE', 'refused');
}

function take(books: Books, amount: number): void {
  if (books.card < amount) refuse();
  books.card -= amount;
}

/** As the contract says. */
const totals: Manner = (books, { result, held }) => {
  if (result === 'H' ? held <= books.held : held >= books.held) return;
  if (held > 100) refuse();
  take(books, held - books.held);
  books.held = held;
};

/** The one before: all of it is held once, and given up once. */
const older: Manner = (books, { result, held }) => {
  if (held === 0) refuse();
  if (result === 'H' && books.result === 'S') {
    take(books, 100);
    books.result = 'H';
  } else if (result === 'U' && books.result === 'H') {
    books.card += 100;
    books.result = 'S';
  }
};

/** Each hold is an amount of its own. */
const amounts: Manner = (books, { result, held }) =>
  take(books, result === 'H' ? held : -Math.min(held, 100));

class Theirs implements SystemReceipts {
  private readonly books: Books = { card: 0, held: 0, result: '' };

  constructor(
    private readonly hold: Manner,
    private readonly back: Manner = () => undefined,
  ) {}

  begin(): Promise<string> {
    return Promise.resolve('1');
  }

  end(_sql: unknown, order: EndOrder): Promise<string> {
    const { books } = this;
    return Promise.resolve().then(() => {
      if (order.result === 'S') Object.assign(books, { card: 100, result: 'S' });
      else if (order.result === 'R') this.back(books, order);
      else this.hold(books, order);
      return '3';
    });
  }
}

describe('the probe of holds', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'books.sqlite');
  let open: OpenDatabase;
  beforeAll(async () => {
    await putEmptyBooks(file);
    open = await openSqlite(file, new ManualClock(NOW_MS));
  });
  afterAll(async () => {
    await open.close();
    folder.remove();
  });

  const probe = (system: SystemReceipts) =>
    probeHolds(open.database, system, systemRandomness, NOW_MS);

  it('finds ours as they must be, and leaves nothing behind', async () => {
    const inspect = new SqliteInspect(file);
    const before = inspect.counts();
    expect(await probe(open.systems['7'])).toBeNull();
    expect(await probe(open.systems['7'])).toBeNull();
    expect(inspect.counts()).toEqual(before);
    inspect.close();
  });

  it.each<[what: string, system: SystemReceipts, found: string | null]>([
    ['totals', new Theirs(totals), null],
    ['an End from before totals', new Theirs(older), 'H 1.01 is taken'],
    ['amounts', new Theirs(amounts), 'H 1.00 is refused'],
    [
      'totals that take more than was paid',
      new Theirs((books, order) => {
        if (order.held <= 100) totals(books, order);
      }),
      'H 1.01 is taken',
    ],
    [
      'a refund that changes the card, too',
      new Theirs(totals, (books, { refunded }) => take(books, refunded)),
      'R 0.60 is refused',
    ],
    [
      'a hold that is never given up as a whole',
      new Theirs((books, order) => (order.held === 0 ? refuse() : totals(books, order))),
      'U 0.00 is refused',
    ],
    ['no hold at all', new Theirs(refuse), 'H 0.60 is refused'],
    [
      'cards that have to be known',
      { begin: () => Promise.reject(new PayError('ILLEGAL_STATE', 'no card')), end: refuse },
      'Begin is refused',
    ],
  ])('%s', async (_what, system, found) => {
    expect(await probe(system)).toBe(found);
  });

  it('that has not passed keeps parts of recharges back, and nothing else', async () => {
    const stores = storesOf(open);
    const unproven = { areTotals: () => Promise.resolve(false) };
    const repositories = receiptRepositories(open.database, open.systems);
    const refunds = new RefundStore(open.database, repositories, TELLS_NOBODY, unproven);
    const begin = (store: Refunds, receipt: Receipt, amount: number, batchNo = 'B1') => {
      const more = { operatorNo: null, reason: null, outRequestNo: batchNo, asked: false };
      return store.begin({ receipt, batchNo, amount: fen(amount), ...more }, at(NOW_MS));
    };
    const inspect = new SqliteInspect(file);
    const books = { ...stores, inspect, close: () => Promise.resolve() };
    const aPaid = (type: BillType) => paid(books, anOrder(type));
    const [card, whole, other] = [await aPaid('7'), await aPaid('7'), await aPaid('2')];
    const refused = { code: 'ILLEGAL_STATE', shown: expect.stringContaining('全额') as string };
    await expect(begin(refunds, card, 100)).rejects.toMatchObject(refused);
    expect(await refunds.find(card, 'B1')).toBeNull();
    // One that was begun before, by a process that knew better, is told.
    expect((await begin(stores.refunds, card, 100)).kind).toBe('begun');
    expect((await begin(refunds, card, 100)).kind).toBe('repeat');
    await expect(begin(refunds, card, 100, 'B2')).rejects.toMatchObject(refused);
    expect((await begin(refunds, whole, 8_888)).kind).toBe('begun');
    expect((await begin(refunds, other, 100)).kind).toBe('begun');
    inspect.close();
  });

  it('says nothing where the procedure is broken', async () => {
    const broken = new PayError('DATABASE_UNAVAILABLE', 'no procedure');
    const system = { begin: () => Promise.reject(broken), end: refuse };
    await expect(probe(system)).rejects.toBe(broken);
  });
});

describe('whether holds are totals', () => {
  const clock = new ManualClock(NOW_MS);

  it('is tried once, by however many callers, and known from then on', async () => {
    const probe = jest.fn(() => Promise.resolve(null));
    const holds = new ProbedHolds(probe, clock);
    const all = await Promise.all([holds.areTotals(), holds.areTotals(), holds.areTotals()]);
    clock.pass(3_600_000);
    expect([...all, await holds.areTotals()]).toEqual([true, true, true, true]);
    expect(probe).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['they are not', () => Promise.resolve('H 1.01 is taken')],
    ['it cannot be tried', () => Promise.reject(new Error('away'))],
  ])('is a no while %s, and tried again after a minute', async (_what, first) => {
    const probe = jest.fn<Promise<string | null>, []>(first);
    const holds = new ProbedHolds(probe, clock);
    expect(await holds.areTotals()).toBe(false);
    probe.mockResolvedValue(null);
    clock.pass(59_999);
    expect(await holds.areTotals()).toBe(false);
    clock.pass(1);
    expect(await holds.areTotals()).toBe(true);
    expect(probe).toHaveBeenCalledTimes(2);
  });
});
