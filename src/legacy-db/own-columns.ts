import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** Is the migration running on SQL Server? */
export function isSqlServer(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'mssql';
}

/**
 * Makes columns of our own tables, of types both stores have. SQL Server compares their texts by
 * code point: look-alikes are folded in code, by one rule on both stores.
 */
export function ownColumn(
  runner: QueryRunner,
): (name: string, type: string, nullable?: 'null') => TableColumnOptions {
  const binary = isSqlServer(runner) ? { collation: 'Latin1_General_BIN2' } : {};
  return (name, type, nullable) => {
    const [, base = type, length] = /^(\w+)\((\d+)\)$/.exec(type) ?? [];
    return {
      name,
      type: base,
      isNullable: nullable === 'null',
      ...(length ? { length } : {}),
      ...(/char/.test(base) ? binary : {}),
    };
  };
}

/** A row's number, given by the database. */
export function generatedId(runner: QueryRunner, name = 'id'): TableColumnOptions {
  // SQLite generates ids for a column of exactly the type INTEGER only.
  const type = isSqlServer(runner) ? 'bigint' : 'integer';
  return { name, type, isPrimary: true, isGenerated: true, generationStrategy: 'increment' };
}

/** Drops tables that are there. TypeORM's own way reads the whole catalogue first. */
export async function dropTables(runner: QueryRunner, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (await runner.hasTable(name)) await runner.query(`drop table ${name}`);
  }
}
