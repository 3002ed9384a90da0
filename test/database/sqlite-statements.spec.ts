import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreparedConnection } from '../../src/legacy-db/sqlite/prepared-connection';
import type { FreshBooks } from './books';
import { T0, aMove, aPayment, anOrder, at, begun, some, waiting } from './books';
import { openFreshSqlite } from './sqlite-books';

/** The figures of docs/performance.md: statements of each unit to SQLite. */
const FIGURES = new Map(
  readFileSync(join(__dirname, '../../docs/performance.md'), 'utf8')
    .split('\n')
    .map((line) => /^\| unit: (\S[^|]*?) +\| +(\d+) +\|/.exec(line) ?? [])
    .map(([, name = '', all]) => [name, Number(all)]),
);

describe('statements to SQLite', () => {
  let books: FreshBooks;
  beforeAll(async () => (books = await openFreshSqlite()));
  afterAll(() => books.close());

  const order = () => anOrder('2');
  const receipts = () => books.repositories['2'];

  /** Makes ready what is looked at, and gives the unit that is. */
  const UNITS: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
    'Begin, new bill': () => Promise.resolve(() => begun(books, order())),
    'Begin, repeat of a live code': async () => {
      const first = order();
      await waiting(books, first);
      return () => receipts().begin({ ...first, outTradeNo: `again ${first.outTradeNo}` });
    },
    'the code is given': async () => {
      const receipt = await begun(books, order());
      const give = aMove('giveCode', { qrCode: 'q' });
      return async () => some(await receipts().move(receipt, ...give));
    },
    'a guest has scanned': async () => {
      const receipt = await waiting(books, order());
      return async () => some(await receipts().noteChannel(receipt, 'WAIT_BUYER_PAY', at(T0)));
    },
    'a payment gets into the books': async () => {
      const receipt = await waiting(books, order());
      const pay = aMove('pay', { payment: aPayment() });
      return async () => some(await receipts().move(receipt, ...pay));
    },
    'a till was told': async () => {
      const receipt = await waiting(books, order());
      return () => receipts().markTold(receipt.id, T0);
    },
  };

  it.each(Object.entries(UNITS))('%s', async (name, prepare) => {
    const unit = await prepare();
    const spy = jest.spyOn(PreparedConnection.prototype, 'query');
    await unit();
    const sent = spy.mock.calls.map(([text]) => text.replace(/\s+/g, ' ').slice(0, 70));
    spy.mockRestore();
    const figure = FIGURES.get(name);
    // What was sent is told where the figures differ.
    expect(sent.length === figure ? figure : [sent.length, ...sent]).toBe(figure);
  });
});
