import type { Query } from '../../sql/database';
import type { TableShape } from './table-shape';

interface ColumnInfo {
  name: string;
  type: string;
  notnull: number;
  pk: number;
}

/** Every table of an SQLite database, but for its own and the list of migrations. */
export async function readSqliteTables(query: Query): Promise<TableShape[]> {
  const names = (await query(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'
     and name <> 'migrations' order by name`,
  )) as { name: string }[];
  const tables: TableShape[] = [];
  for (const { name } of names) tables.push(await readTable(query, name));
  return tables;
}

async function readTable(query: Query, name: string): Promise<TableShape> {
  const columns = (await query(`pragma table_info("${name}")`)) as ColumnInfo[];
  const primary = columns.filter(({ pk }) => pk > 0).map((column) => column.name);
  const indices = (await query(`pragma index_list("${name}")`)) as Record<string, unknown>[];
  const uniqueKeys = [primary];
  for (const index of indices.filter(({ unique }) => unique === 1)) {
    const info = (await query(`pragma index_info("${String(index['name'])}")`)) as {
      name: string;
    }[];
    uniqueKeys.push(info.map((column) => column.name));
  }
  return {
    name,
    columns: columns.map(({ name: column, type, notnull, pk }) => ({
      name: column,
      type: type.toLowerCase(),
      nullable: notnull === 0 && pk === 0,
      collation: null,
    })),
    uniqueKeys,
  };
}

/** The names of the migrations an SQLite database has had, oldest first. */
export async function readSqliteMigrations(query: Query): Promise<string[]> {
  const [table] = (await query(
    `select name from sqlite_master where type = 'table' and name = 'migrations'`,
  )) as unknown[];
  if (!table) return [];
  const rows = (await query('select name from migrations order by id')) as { name: string }[];
  return rows.map(({ name }) => name);
}
