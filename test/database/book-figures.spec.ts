import { join } from 'node:path';
import { BookFiguresStore } from '../../src/legacy-db/books/book-figures';
import type { Database } from '../../src/legacy-db/sql/database';
import type { Statement } from '../../src/legacy-db/sql/sql';
import { SQLITE } from '../../src/legacy-db/sqlite/sqlite-database';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';
import { T0 } from './books';
import { putEmptyBooks } from './sqlite-books';

/** A database that has no rows and writes down what it is asked. */
function recorder(asked: Statement[]): Database {
  const read = { rows: (statement: Statement) => Promise.resolve((asked.push(statement), [])) };
  return { dialect: SQLITE, read } as unknown as Database;
}

describe('the figures of the books on SQLite', () => {
  it('read no receipt of other days to find equal payments', async () => {
    const asked: Statement[] = [];
    await new BookFiguresStore(recorder(asked)).equalPayments(T0);
    const [statement] = asked;
    const folder = tempFolder();
    const path = join(folder.path, 'books.sqlite');
    await putEmptyBooks(path);
    const file = openHandle(path);
    const plan = file
      .prepare(`explain query plan ${statement?.texts.join('?') ?? ''}`)
      .all(...(statement?.values ?? []).map(({ value }) => value)) as { detail: string }[];
    file.close();
    folder.remove();
    const steps = plan.map(({ detail }) => detail);
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([]);
    expect(steps.join()).toContain('SEARCH r USING INDEX ix_receipt_paid (paid_at_ms>?)');
    expect(steps.join()).toContain('USING INDEX ux_receipt_bill (bill_id=?)');
  });
});
