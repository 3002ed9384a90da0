import { DataSource } from 'typeorm';
import type { MigrationInterface, QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';
import { sqliteDriver } from '../../sqlite/sqlite-driver';
import { readSqliteTables } from './sqlite-catalog';
import type { ColumnShape, TableShape } from './table-shape';

/** A migration as the DataSources list it. */
export type Migration = new () => MigrationInterface;

/** The tables SQLite has after all migrations: they are run on a database in memory. */
export async function expectedOnSqlite(migrations: readonly Migration[]): Promise<TableShape[]> {
  const scratch = new DataSource({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database: ':memory:',
    migrations: [...migrations],
  });
  await scratch.initialize();
  try {
    await scratch.runMigrations({ transaction: 'all' });
    return await readSqliteTables((text) => scratch.query(text));
  } finally {
    await scratch.destroy();
  }
}

/**
 * The tables of ours that SQL Server has after all migrations: they are told to a runner that
 * writes down what they make. Scripts, and the tables these make, are not ours to judge.
 */
export async function expectedOnMssql(migrations: readonly Migration[]): Promise<TableShape[]> {
  const tables = new Map<string, Table>();
  const keys = new Map<string, TableIndex[]>();
  const runner = {
    dataSource: { options: { type: 'mssql' } },
    connection: { options: { type: 'mssql' } },
    // Asked for an object it says that this is there: so no script is sent.
    query: () => Promise.resolve([{ id: 1 }]),
    hasTable: (name: string) => Promise.resolve(tables.has(name)),
    createTable: (table: Table) => Promise.resolve(void tables.set(table.name, table)),
    addColumn: (table: Table | string, column: TableColumn) =>
      Promise.resolve(tables.get(nameOf(table))?.addColumn(column)),
    createIndex: (table: Table | string, index: TableIndex) =>
      Promise.resolve(void keys.set(nameOf(table), [...(keys.get(nameOf(table)) ?? []), index])),
    dropIndex: (table: Table | string, { name }: TableIndex) => {
      const made = tables.get(nameOf(table));
      if (made) made.indices = made.indices.filter((index) => index.name !== name);
      const others = (keys.get(nameOf(table)) ?? []).filter((index) => index.name !== name);
      return Promise.resolve(void keys.set(nameOf(table), others));
    },
  };
  for (const migration of migrations) await new migration().up(runner as unknown as QueryRunner);
  return [...tables.values()].map((table) => shapeOf(table, keys.get(table.name) ?? []));
}

function nameOf(table: Table | string): string {
  return typeof table === 'string' ? table : table.name;
}

function shapeOf(table: Table, moreKeys: readonly TableIndex[]): TableShape {
  const unique = [...table.indices, ...moreKeys].filter((index) => index.isUnique);
  const primary = table.columns.filter((column) => column.isPrimary).map(({ name }) => name);
  return {
    name: table.name,
    columns: table.columns.map(columnOf),
    uniqueKeys: [primary, ...unique.map((index) => index.columnNames)],
  };
}

function columnOf(column: TableColumn): ColumnShape {
  const { name, type, length, precision, scale, isNullable, collation } = column;
  const size = length || (precision ? `${precision},${scale ?? 0}` : '');
  return {
    name,
    type: size ? `${type}(${size})` : type,
    nullable: isNullable,
    collation: collation ?? null,
  };
}
