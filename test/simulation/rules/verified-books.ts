import { BILL_TYPES } from '../../../src/domain/bill';
import { SQLITE } from '../../../src/legacy-db/sqlite/sqlite-database';
import type { Sql } from '../../../src/legacy-db/sql/database';
import type { Statement } from '../../../src/legacy-db/sql/sql';
import { EMBEDDED_TABLES } from '../../../src/legacy-db/verify/system-tables';
import { verifyBooks } from '../../../src/legacy-db/verify/verify-books';
import type { MemoryDatabase } from '../store/memory-database';
import type { Checker } from './checker';

/** From the first moment on every system is told. */
const SINCE = Object.fromEntries(BILL_TYPES.map((type) => [type, 0]));

/** What an accountant would be told of the books of a story: that they contradict nothing. */
export async function verifyStory(database: MemoryDatabase, checker: Checker): Promise<void> {
  const rows = <Row>({ withMarks, values }: Statement): Promise<Row[]> =>
    Promise.resolve(database.rows<Row>(withMarks, ...values.map(({ value }) => value)));
  const read: Pick<Sql, 'rows'> = { rows };
  const books = { read, dialect: SQLITE, systems: EMBEDDED_TABLES, since: SINCE, pause: null };
  await verifyBooks(books, ({ subject, kind, expected, found }) => {
    checker.fail('verify', `${subject}: ${kind} must be ${expected}, is ${found}`);
    return Promise.resolve();
  });
}
