import { DataSource } from 'typeorm';
import type { MigrationInterface, Table, TableColumn, TableIndex } from 'typeorm';
import { recordMigrations } from '../../sqlserver/schema/recorded-migrations';
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

/** The tables of ours that SQL Server has after all migrations. */
export async function expectedOnMssql(migrations: readonly Migration[]): Promise<TableShape[]> {
  const recorded = await recordMigrations(migrations.map((migration) => new migration()));
  return recorded.map(({ table, keys }) => shapeOf(table, keys));
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
