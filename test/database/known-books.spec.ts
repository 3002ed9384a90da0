import { join } from 'node:path';
import { systemClock, systemRandomness } from '../../src/config/system-clock';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { sql } from '../../src/legacy-db/sql/sql';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { watchWrites } from '../../src/legacy-db/sql/watched-database';
import { tempFolder } from '../support/temp-folder';

const NEWER = "insert into migrations (timestamp, name) values (1895300000000, 'New1895300000000')";
const REFUSED = {
  code: 'DATABASE_UNAVAILABLE',
  message: expect.stringContaining('a newer version (New1895300000000)') as string,
};

let folder: ReturnType<typeof tempFolder>;
let file: string;
let open: OpenDatabase;

beforeEach(async () => {
  folder = tempFolder();
  file = join(folder.path, 'books.sqlite');
  open = await openSqlite(file, systemClock);
});
afterEach(async () => {
  await open.close();
  folder.remove();
});

/** What a newer version does to the books while this one is running. */
function newer(...statements: string[]): void {
  const other = openHandle(file);
  statements.forEach((statement) => other.exec(statement));
  other.close();
}

/** A unit of the sweep's. */
function count(): Promise<number> {
  return open.database.write('count', (unit) =>
    unit.change(sql`update sweep_turn set turns = turns + 1`),
  );
}

function counted(): Promise<unknown[]> {
  return open.database.read.rows(sql`select turns from sweep_turn`);
}

it('a start on the books of a newer version is refused, and changes nothing', async () => {
  newer(NEWER);
  await expect(openSqlite(file, systemClock)).rejects.toMatchObject(REFUSED);
});

it('units are refused from the moment the books are migrated; reads go on', async () => {
  await count();
  newer(NEWER);
  await expect(count()).rejects.toMatchObject(REFUSED);
  const together = await Promise.allSettled([count(), count()]);
  expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await counted()).toEqual([{ turns: 1 }]);
});

it('a unit that waits for the migration finds its result', async () => {
  const other = openHandle(file);
  other.exec('begin immediate');
  const waiting = count();
  await systemClock.sleep(50);
  other.exec(`${NEWER}; commit`);
  other.close();
  await expect(waiting).rejects.toMatchObject(REFUSED);
});

it('the process is not ready any more', async () => {
  const { status } = watchWrites(open, systemClock, systemRandomness);
  newer(NEWER);
  expect(await status.problem()).toBe('the database takes no writes');
});
