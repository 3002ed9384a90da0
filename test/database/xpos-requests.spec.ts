import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { XposRequestStore } from '../../src/legacy-db/books/xpos-request-store';
import { tempFolder } from '../support/temp-folder';
import { T0, freshNumber } from './books';
import { aRequest } from './xpos-request.suite';

// What holds on either store is in the suite; two processes on one file are SQLite's own.
it('two processes on one SQLite file: the first of many claims stays', async () => {
  const folder = tempFolder();
  const path = join(folder.path, 'books.sqlite');
  const open = [await openSqlite(path, systemClock), await openSqlite(path, systemClock)];
  const first = aRequest();
  const claims = Array.from({ length: 5 }, () =>
    open.map(({ database }) =>
      new XposRequestStore(database).claim({ ...first, outTradeNo: freshNumber('N') }, T0),
    ),
  );
  const numbers = (await Promise.all(claims.flat())).map(({ outTradeNo }) => outTradeNo);
  expect(numbers).toHaveLength(10);
  expect(new Set(numbers).size).toBe(1);
  for (const each of open) await each.close();
  folder.remove();
});
