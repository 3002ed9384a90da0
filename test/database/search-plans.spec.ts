import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import { BILL_TYPES } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import { BEFORE_ALL, everythingOf } from '../../src/domain/reading/receipt-search';
import type { Place, ReceiptSearch } from '../../src/domain/reading/receipt-search';
import { DayBookStore } from '../../src/legacy-db/reading/day-book-store';
import { ReceiptReadingStore } from '../../src/legacy-db/reading/receipt-reading-store';
import { RefundBookStore } from '../../src/legacy-db/reading/refund-book-store';
import { lookBehind } from '../../src/legacy-db/reading/search-ways';
import type { Database, Sql } from '../../src/legacy-db/sql/database';
import type { Statement } from '../../src/legacy-db/sql/sql';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { SQLITE } from '../../src/legacy-db/sqlite/sqlite-database';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';
import { anOrder, begun, storesOf, T0 } from './books';
import type { FreshBooks } from './books';
import { putEmptyBooks } from './sqlite-books';

const folder = tempFolder();
const path = join(folder.path, 'books.sqlite');
let open: OpenDatabase;

beforeAll(async () => {
  await putEmptyBooks(path);
  open = await openSqlite(path, systemClock);
});
afterAll(async () => {
  await open.close();
  folder.remove();
});

/** How SQLite goes about each of some questions. */
function explained(statements: readonly Statement[]): string[] {
  const handle = openHandle(path, { readonly: true });
  try {
    return statements.map((statement) => {
      const values = statement.values.map(({ value }) => value);
      const steps = handle.prepare(`explain query plan ${statement.withMarks}`).all(...values);
      return (steps as { detail: string }[]).map(({ detail }) => detail).join('; ');
    });
  } finally {
    handle.close();
  }
}

/** How it goes about a search of one system. */
function plan(changes: Partial<ReceiptSearch>): string {
  const search = { ...everythingOf(['2']), ...changes };
  const statement = lookBehind(search, '2', BEFORE_ALL, { dialect: SQLITE, most: 51 });
  return explained([statement]).join();
}

const SPAN = { fromMs: T0, untilMs: T0 + 1 };

// However many receipts there are: an index finds them, and nothing is sorted.
it.each<[string, Partial<ReceiptSearch>]>([
  ['ix_receipt_type_begun', {}],
  ['ix_receipt_type_begun', { begun: SPAN }],
  ['ix_receipt_type_paid', { paid: SPAN }],
  ['ix_receipt_type_paid', { paid: SPAN, state: 'refunded' }],
  ['ix_receipt_type_paid', { paid: SPAN, cashier: '7' }],
  ['ix_receipt_type_amount', { amount: fen(1) }],
  ['ix_receipt_type_amount', { amount: fen(1), begun: SPAN }],
  ['ix_receipt_type_amount_paid', { amount: fen(1), paid: SPAN }],
  ['ix_receipt_type_state', { state: 'paid' }],
  ['ix_receipt_type_state', { state: 'paid', begun: SPAN }],
  ['ix_receipt_type_receipt', { receiptId: '98|0|1' }],
  ['ix_receipt_card', { cardNo: 'C' }],
  ['sqlite_autoindex_receipt_cashier_1', { cashier: '7' }],
])('%s serves %j', (index, changes) => {
  const words = plan(changes);
  expect(words).toContain(`INDEX ${index} (`);
  expect(words).not.toContain('TEMP B-TREE');
  expect(words).not.toContain('SCAN');
});

// Of these there are so few that they may be sorted.
it.each<[string, Partial<ReceiptSearch>]>([
  ['ux_receipt_bill', { billNo: 'B' }],
  ['ux_receipt_out_trade_no', { outTradeNo: 'N' }],
  ['sqlite_autoindex_trade_1', { tradeNo: 'T' }],
])('%s serves %j', (index, changes) => {
  expect(plan(changes)).toContain(`INDEX ${index} (`);
  expect(plan(changes)).not.toContain('SCAN');
});

/** How it goes about each question that is asked of a store. */
async function plansOf(ask: (database: Database) => Promise<unknown>): Promise<string[]> {
  const asked: Statement[] = [];
  const { database } = open;
  const rows: Sql['rows'] = (statement) => {
    asked.push(statement);
    return database.read.rows(statement);
  };
  await ask({ ...database, dialect: database.dialect, read: { ...database.read, rows } });
  return explained(asked);
}

// SQLite answers in the process that serves the tills: they wait while it reads all receipts.
it.each<[string, number, (database: Database) => Promise<unknown>]>([
  ['a day', 4, (database) => new DayBookStore(database).systems(BILL_TYPES, T0)],
  ['the hours of a day', 1, (database) => new DayBookStore(database).hours(BILL_TYPES, T0)],
  ['the wait of a day', 1, (database) => new DayBookStore(database).medianSeconds(BILL_TYPES, T0)],
  ['the repeats of a day', 1, (database) => new DayBookStore(database).repeats(BILL_TYPES, T0)],
  [
    'unsettled refunds',
    2,
    (database) => new RefundBookStore(database).unsettled(BILL_TYPES, T0, 9),
  ],
])('no look at %s goes through all receipts', async (_what, questions, ask) => {
  const plans = await plansOf(ask);
  expect(plans).toHaveLength(questions);
  for (const steps of plans) {
    expect(steps).not.toMatch(/(?:receipt|\br) USING (?:COVERING )?INDEX \w+ \(bill_type=\?\)/);
    expect(steps).not.toMatch(/SCAN (?:receipt|r)\b(?! USING INDEX ix_receipt_refunded)/);
  }
});

describe('a search whose hits are rare', () => {
  const stores = () => storesOf(open);

  beforeAll(async () => {
    for (let at = 0; at < 30; at += 1) {
      const billType = at % 2 === 0 ? '2' : '3';
      const rare = at === 4 || at === 5;
      const order = anOrder(billType, {
        nowMs: T0 + at,
        amount: fen(100),
        billNo: `R-${at}`,
        payType: '98',
        ...(rare ? { cardNo: 'RARE' } : {}),
      });
      await begun(stores() as FreshBooks, order);
    }
  });

  it('gives a place to go on from, and finds each of them once', async () => {
    const reading = new ReceiptReadingStore(open.database, systemClock, { atOnce: 2, inAll: 6 });
    const search = { ...everythingOf(BILL_TYPES), amount: fen(100), cardNo: 'rare' };
    // By the amount, as if the card had no index.
    const byAmount: ReceiptSearch = { ...search, cardNo: null, state: 'begun', cashier: null };
    const found: string[] = [];
    let calls = 0;
    for (let place: Place | null = BEFORE_ALL; place !== null; calls += 1) {
      const page = await reading.search(byAmount, place, 2);
      found.push(...page.receipts.map(({ billNo }) => billNo));
      place = page.next;
    }
    expect(found).toEqual(Array.from({ length: 30 }, (_, at) => `R-${29 - at}`));
    expect(calls).toBeGreaterThanOrEqual(15);
    const none = await reading.search({ ...byAmount, state: 'paid' }, BEFORE_ALL, 2);
    expect(none.receipts).toEqual([]);
    expect(none.next).not.toBeNull();
    const rare = await reading.search(search, BEFORE_ALL, 5);
    expect(rare.receipts.map(({ billNo }) => billNo)).toEqual(['R-5', 'R-4']);
  });
});
