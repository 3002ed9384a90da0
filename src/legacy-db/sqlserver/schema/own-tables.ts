import type { MigrationInterface } from 'typeorm';
import { Refusal } from '../../refusal';
import type { Query } from '../../sql/database';
import { nameOfMigration, recordMigrations } from './recorded-migrations';

/** Lists the migrations that were run. No database of a customer has such a table by chance. */
export const MIGRATIONS_TABLE = 'threepay_migrations';
/** What it was called before: a name that other programs give their tables, too. */
const FORMER_TABLE = 'migrations';
const COLUMNS = ['id', 'timestamp', 'name'];

/** Our tables in the default schema of our login, as its catalog tells of them. */
export interface OwnTables {
  readonly schema: string;
  /** Names of the migrations that were run, oldest first. */
  readonly applied: readonly string[];
  /** Objects that have the name of a table of ours and that no migration of ours has made. */
  readonly foreign: readonly string[];
  /** Are the migrations listed in the table of the former name alone? */
  readonly former: boolean;
}

/**
 * Asks by schema: an unqualified name would also find a table of `dbo`. The objects are asked for
 * first and the migrations afterwards, so tables that another process has just made are its own
 * migrations' and not a stranger's.
 */
export async function readOwnTables(
  query: Query,
  migrations: readonly MigrationInterface[],
): Promise<OwnTables> {
  const [row] = (await query('SELECT SCHEMA_NAME() AS "schema_name"')) as { schema_name: string }[];
  const schema = row?.schema_name ?? 'dbo';
  const tables = await recordMigrations(migrations);
  const names = tables.map(({ table }) => table.name);
  const there = await namesThere(query, schema, names);
  const former = !there.includes(MIGRATIONS_TABLE);
  const list = former ? FORMER_TABLE : MIGRATIONS_TABLE;
  const ours = migrations.map(nameOfMigration);
  const listed = there.includes(list) ? await namesIn(query, pathOf(schema, list)) : [];
  // Another program's list may have the former name: of that one only what is ours counts.
  const applied = former ? listed.filter((name) => ours.includes(name)) : listed;
  const foreign = tables
    .filter(({ table, madeBy }) => there.includes(table.name) && !applied.includes(madeBy))
    .map(({ table }) => table.name);
  return { schema, applied, foreign, former: former && applied.length > 0 };
}

/**
 * Makes sure that the migrations write over nothing of anybody's, and that they find their list.
 * The list of the former name stays as it is, for an older version to go back to.
 * @throws Refusal before anything is written
 */
export async function prepareOwnTables(
  query: Query,
  batch: (text: string) => Promise<void>,
  migrations: readonly MigrationInterface[],
): Promise<void> {
  const own = await readOwnTables(query, migrations);
  if (own.foreign.length > 0) throw new Refusal(foreignText(own));
  if (own.former) await batch(adoption(own));
}

/** What to tell of tables that have our names. */
export function foreignText({ schema, foreign }: OwnTables): string {
  return (
    `${foreign.join(', ')} in schema ${schema}: not made by us, and we need the name. ` +
    'Nothing was written. Give our login a default schema of its own'
  );
}

/** A name with its schema, as a statement takes it. */
export function pathOf(schema: string, table: string): string {
  return `${quoted(schema)}.${quoted(table)}`;
}

/** A text as a literal. */
export function literal(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}

function quoted(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`;
}

async function namesThere(
  query: Query,
  schema: string,
  tables: readonly string[],
): Promise<string[]> {
  // Views and synonyms too: no table can be made beside them.
  const objects = tables.map((table) => {
    const path = literal(pathOf(schema, table));
    return `select ${literal(table)} as name where object_id(${path}) is not null`;
  });
  const lists = [MIGRATIONS_TABLE, FORMER_TABLE].map((table) => {
    const path = literal(pathOf(schema, table));
    const columns = COLUMNS.map((column) => `col_length(${path}, N'${column}') is not null`);
    return `select ${literal(table)} as name where ${columns.join(' and ')}`;
  });
  const rows = (await query([...objects, ...lists].join('\nunion all '))) as { name: string }[];
  return rows.map(({ name }) => name);
}

async function namesIn(query: Query, path: string): Promise<string[]> {
  const rows = (await query(`select name from ${path} order by id`)) as { name: string }[];
  return rows.map(({ name }) => name);
}

/** One batch, all or nothing. Two processes that do it at once: the second one looks again. */
function adoption({ schema, applied }: OwnTables): string {
  const list = pathOf(schema, MIGRATIONS_TABLE);
  return `set xact_abort on;
begin transaction;
create table ${list} (id int identity(1,1) not null primary key,
  timestamp bigint not null, name varchar(255) not null);
insert into ${list} (timestamp, name)
  select timestamp, name from ${pathOf(schema, FORMER_TABLE)}
  where name in (${applied.map(literal).join(', ')}) order by id;
commit transaction;`;
}
