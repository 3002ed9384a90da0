import type { MigrationInterface, QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';

/** What migrations make on SQL Server, without a server. */
export interface RecordedTable {
  readonly table: Table;
  /** The migration that makes the table. */
  readonly madeBy: string;
  /** Keys that were made beside the table's own. */
  keys: TableIndex[];
}

/** A migration's name, by which the database remembers it. */
export function nameOfMigration(migration: MigrationInterface): string {
  return migration.name ?? migration.constructor.name;
}

/**
 * The tables of ours that SQL Server has after these migrations: they are told to a runner that
 * writes down what they make. Scripts, and the tables these make, are not ours to judge.
 */
export async function recordMigrations(
  migrations: readonly MigrationInterface[],
): Promise<RecordedTable[]> {
  const tables = new Map<string, RecordedTable>();
  let madeBy = '';
  const of = (table: Table | string) => tables.get(typeof table === 'string' ? table : table.name);
  const runner = {
    dataSource: { options: { type: 'mssql' } },
    connection: { options: { type: 'mssql' } },
    // Asked for an object it says that this is there: so no script is sent.
    query: () => Promise.resolve([{ id: 1 }]),
    hasTable: (name: string) => Promise.resolve(tables.has(name)),
    createTable: (table: Table) =>
      Promise.resolve(void tables.set(table.name, { table, madeBy, keys: [] })),
    addColumn: (table: Table | string, column: TableColumn) =>
      Promise.resolve(of(table)?.table.addColumn(column)),
    createIndex: (table: Table | string, index: TableIndex) =>
      Promise.resolve(void of(table)?.keys.push(index)),
    dropIndex: (table: Table | string, { name }: TableIndex) => {
      const made = of(table);
      if (made) {
        made.table.indices = made.table.indices.filter((index) => index.name !== name);
        made.keys = made.keys.filter((index) => index.name !== name);
      }
      return Promise.resolve();
    },
  };
  for (const migration of migrations) {
    madeBy = nameOfMigration(migration);
    await migration.up(runner as unknown as QueryRunner);
  }
  return [...tables.values()];
}
