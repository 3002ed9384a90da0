import { Table, TableIndex } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openHandle } from '../../sqlite/sqlite-driver';
import { expectedOnMssql, expectedOnSqlite } from './expected-tables';
import type { Migration } from './expected-tables';
import { readSqliteMigrations, readSqliteTables } from './sqlite-catalog';

/** Makes a table with every kind of column, and a key beside it. */
class First1700000000001 implements MigrationInterface {
  readonly name: string = 'First1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    const collation = runner.connection.options.type === 'mssql' ? 'Latin1_General_BIN2' : 'BINARY';
    await runner.createTable(
      new Table({
        name: 'one',
        columns: [
          { name: 'a', type: 'int', isPrimary: true },
          { name: 'b', type: 'nvarchar', length: '20', isPrimary: true },
          { name: 'c', type: 'decimal', precision: 18, scale: 2 },
          { name: 'd', type: 'decimal', precision: 9, isNullable: true },
          { name: 'e', type: 'nvarchar', length: '8', collation },
        ],
        indices: [
          { name: 'ux_c', columnNames: ['c', 'd'], isUnique: true },
          { name: 'ix_d', columnNames: ['d'] },
        ],
      }),
      true,
    );
    const keys = [new TableIndex({ name: 'ux_e', columnNames: ['e'], isUnique: true })];
    keys.push(new TableIndex({ name: 'ix_e', columnNames: ['e', 'a'] }));
    for (const key of keys) await runner.createIndex('one', key);
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

/** Makes another one without any key but its own. */
class Second1700000000002 extends First1700000000001 {
  override readonly name = 'Second1700000000002';

  override async up(runner: QueryRunner): Promise<void> {
    const columns = [{ name: 'id', type: 'int', isPrimary: true }];
    await runner.createTable(new Table({ name: 'two', columns }), true);
  }
}

const MIGRATIONS: readonly Migration[] = [First1700000000001, Second1700000000002];

const sorted = (keys: readonly (readonly string[])[]): string[] =>
  keys.map((key) => key.join()).sort();

it('after all migrations SQL Server has these tables', async () => {
  const [one, two] = await expectedOnMssql(MIGRATIONS);
  expect(one?.columns).toEqual([
    { name: 'a', type: 'int', nullable: false, collation: null },
    { name: 'b', type: 'nvarchar(20)', nullable: false, collation: null },
    { name: 'c', type: 'decimal(18,2)', nullable: false, collation: null },
    { name: 'd', type: 'decimal(9,0)', nullable: true, collation: null },
    { name: 'e', type: 'nvarchar(8)', nullable: false, collation: 'Latin1_General_BIN2' },
  ]);
  expect(sorted(one?.uniqueKeys ?? [])).toEqual(['a,b', 'c,d', 'e']);
  expect([two?.name, two?.uniqueKeys]).toEqual(['two', [['id']]]);
});

it('after all migrations SQLite has these tables, and no others', async () => {
  const tables = await expectedOnSqlite(MIGRATIONS);
  expect(tables.map(({ name }) => name)).toEqual(['one', 'two']);
  const [one, two] = tables;
  expect(one?.columns).toEqual([
    { name: 'a', type: 'int', nullable: false, collation: null },
    { name: 'b', type: 'nvarchar(20)', nullable: false, collation: null },
    { name: 'c', type: 'decimal(18,2)', nullable: false, collation: null },
    { name: 'd', type: 'decimal(9)', nullable: true, collation: null },
    { name: 'e', type: 'nvarchar(8)', nullable: false, collation: null },
  ]);
  // Its own index of the primary key is told beside the key itself.
  expect([...new Set(sorted(one?.uniqueKeys ?? []))]).toEqual(['a,b', 'c,d', 'e']);
  expect([...new Set(sorted(two?.uniqueKeys ?? []))]).toEqual(['id']);
});

describe('the catalog of an SQLite file', () => {
  const handle = openHandle(':memory:');
  const query = (text: string) => Promise.resolve(handle.prepare(text).all() as unknown);
  afterAll(() => handle.close());

  it('tells the migrations it has had in their order, none where it never had any', async () => {
    expect(await readSqliteMigrations(query)).toEqual([]);
    handle.exec(`create table migrations (id integer primary key, name text);
      insert into migrations values (2, 'B'), (1, 'C'), (3, 'A')`);
    expect(await readSqliteMigrations(query)).toEqual(['C', 'B', 'A']);
  });

  it('tells which columns take null: none of the primary key does', async () => {
    handle.exec(`create table t (id int, a INT not null, b INT, primary key (id, a));
      create unique index ux_b on t (b); create index ix_a on t (a)`);
    const [table, ...more] = await readSqliteTables(query);
    expect([table?.name, more]).toEqual(['t', []]);
    expect(table?.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['id', false],
      ['a', false],
      ['b', true],
    ]);
    expect(table?.columns.map(({ type }) => type)).toEqual(['int', 'int', 'int']);
    expect([table?.uniqueKeys[0], sorted(table?.uniqueKeys ?? [])]).toEqual([
      ['id', 'a'],
      ['b', 'id,a', 'id,a'],
    ]);
  });
});
