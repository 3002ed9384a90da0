import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import { BILL_TYPES } from '../../src/domain/bill';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { PreparedConnection } from '../../src/legacy-db/sqlite/prepared-connection';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';
import { anEvening } from './an-evening';
import { aPayment, anOrder, paid, storesOf } from './books';
import { SqliteInspect, putEmptyBooks } from './sqlite-books';

/** Small however many receipts there are: as many rows as tables, migrations or processes. */
const SMALL = /^(migrations|sqlite_sequence|number_mark)$/;

// With a row for each receipt, a unit that looks at all of them is slower with every payment.
it('no unit of an evening looks through a whole table or a whole index', async () => {
  const asked = new Set<string>();
  const query = jest.spyOn(PreparedConnection.prototype, 'query');
  const folder = tempFolder();
  const path = join(folder.path, 'books.sqlite');
  await putEmptyBooks(path);
  const open = await openSqlite(path, systemClock);
  const inspect = new SqliteInspect(path);
  const books = { ...storesOf(open), inspect, close: () => open.close() };
  for (const billType of BILL_TYPES) await paid(books, anOrder(billType), aPayment());
  await anEvening(books);
  for (const [text] of query.mock.calls) asked.add(text);
  query.mockRestore();
  const file = openHandle(path, { readonly: true });
  const through = [...asked]
    .filter((text) => /^\s*(select|update|delete|insert)/i.test(text))
    .flatMap((text) => {
      const plan = file.prepare<unknown[], { detail: string }>(`explain query plan ${text}`);
      const values = Array<null>(text.split('?').length - 1).fill(null);
      return plan.all(...values).map(({ detail }): [string, string] => [detail, text]);
    })
    // Of an index that is searched, SQLite names in brackets by what.
    .filter(([detail]) => /^(SCAN (?!CONSTANT ROW)|SEARCH [^(]*$)/.test(detail))
    .filter(([detail]) => !SMALL.test(detail.split(' ')[1] ?? ''))
    .filter(([, text]) => !/order by id desc\s+limit 1$/.test(text))
    .map(([detail, text]) => `${detail}: ${text.replace(/\s+/g, ' ')}`);
  file.close();
  inspect.close();
  await open.close();
  folder.remove();
  expect(asked.size).toBeGreaterThan(60);
  expect(through).toEqual([]);
});
