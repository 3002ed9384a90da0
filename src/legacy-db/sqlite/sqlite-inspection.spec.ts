import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder';
import { systemClock } from '../../config/system-clock';
import { sqliteWriter } from '../data-source';
import { openSqlite } from './open-sqlite';
import { inspectSqlite } from './sqlite-inspection';

const folder = tempFolder();
afterAll(() => folder.remove());

const at = (name: string) => join(folder.path, name);

async function made(name: string, statement?: string): Promise<string> {
  const open = await openSqlite(at(name), systemClock);
  await open.close();
  if (statement !== undefined) {
    const source = await sqliteWriter(at(name)).initialize();
    await source.query(statement);
    await source.destroy();
  }
  return at(name);
}

it('finds the books of this version in order, while the service works on them too', async () => {
  const expected = { verdict: 'ok', found: 'SQLite, opened, written; schema up to date' };
  const open = await openSqlite(at('in-use.sqlite'), systemClock);
  await expect(inspectSqlite(at('in-use.sqlite'))).resolves.toMatchObject(expected);
  await open.close();
  await expect(inspectSqlite(at('in-use.sqlite'))).resolves.toMatchObject(expected);
});

it('makes neither a file nor a folder', async () => {
  const found = { verdict: 'ok', found: 'no file yet: made at the first start' };
  await expect(inspectSqlite(at('a/b/none.sqlite'))).resolves.toMatchObject(found);
  expect([at('a'), at('none.sqlite')].filter(existsSync)).toEqual([]);
});

it.each<[string, string, string]>([
  ['an older version', "delete from migrations where name like 'SystemTables%'", 'warn'],
  ['a newer version', "insert into migrations (timestamp, name) values (9, 'New9')", 'fail'],
])('tells the books of %s, and does not change them', async (name, statement, verdict) => {
  const file = await made(`${verdict}.sqlite`, statement);
  const first = await inspectSqlite(file);
  expect([name, first.verdict]).toEqual([name, verdict]);
  expect(await inspectSqlite(file)).toEqual(first);
});

it('tells a file that is no database, and one below another file', async () => {
  writeFileSync(at('text'), 'no database'.repeat(500));
  await expect(inspectSqlite(at('text'))).resolves.toMatchObject({
    verdict: 'fail',
    found: 'cannot be read as a database',
  });
  await expect(inspectSqlite(at('text/below'))).resolves.toMatchObject({
    verdict: 'fail',
    found: 'its folder cannot be made',
  });
});

it('tells a database that another process holds', async () => {
  const file = await made('held.sqlite');
  const source = await sqliteWriter(file).initialize();
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  await runner.query('pragma user_version = 7');
  await expect(inspectSqlite(file)).resolves.toMatchObject({
    verdict: 'fail',
    found: 'is locked all the time',
  });
  await runner.rollbackTransaction();
  await source.destroy();
});
