import type { QueryRunner, TableColumnOptions } from 'typeorm';
import { Table, TableColumn } from 'typeorm';

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

/**
 * Adds a column to a table of ours that is not there yet. `standard`: a literal for the rows that
 * are there, as both stores take it; without one the column is nullable. TypeORM's own way copies
 * the whole table on SQLite and reads the whole catalogue on SQL Server; this takes no time.
 */
export async function addOwnColumn(
  runner: QueryRunner,
  table: string,
  column: { readonly name: string; readonly type: string; readonly standard?: string },
): Promise<void> {
  const { name, type, standard } = column;
  if (!isSqlServer(runner)) {
    if (await runner.hasColumn(table, name)) return;
    const rest = standard === undefined ? '' : ` not null default ${standard}`;
    await runner.query(`alter table ${table} add ${name} ${type}${rest}`);
    return;
  }
  const asked = `select col_length(N'${table}', N'${name}') as width`;
  const [found] = (await runner.query(asked)) as { width?: number | null }[];
  if (typeof found?.width === 'number') return;
  const own = ownColumn(runner)(name, type, standard === undefined ? 'null' : undefined);
  const literal = standard?.startsWith("'") ? `N${standard}` : standard;
  const made = new TableColumn({ ...own, ...(literal === undefined ? {} : { default: literal }) });
  await runner.addColumn(new Table({ name: table }), made);
}

/** A list of texts for an `in (…)`, spelt as the store wants literals. */
export function literals(runner: QueryRunner, ...texts: readonly string[]): string {
  const mark = isSqlServer(runner) ? 'N' : '';
  return texts.map((text) => `${mark}'${text}'`).join(', ');
}

/** Drops a column that `addOwnColumn` added. */
export async function dropOwnColumn(
  runner: QueryRunner,
  table: string,
  name: string,
): Promise<void> {
  if (isSqlServer(runner)) await runner.dropColumn(table, name);
  else await runner.query(`alter table ${table} drop column ${name}`);
}
