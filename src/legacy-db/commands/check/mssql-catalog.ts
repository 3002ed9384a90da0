import type { Query } from '../../sql/database';
import { BEGIN, END, REFERENCE_MARK } from '../../sqlserver/procedures/contract';
import { literal, pathOf } from '../../sqlserver/schema/own-tables';
import type { CatalogParameter } from './compare-procedures';
import type { TableShape } from './table-shape';

/*
 * Views and columns that SQL Server has had since 2012 and compatible engines have too: they know
 * sys.all_parameters where they lack sys.parameters. Names are constants of ours, never input.
 */

/** The parameters of a procedure in their order; null: there is no such procedure we may see. */
export async function readParameters(
  query: Query,
  procedure: string,
): Promise<CatalogParameter[] | null> {
  const id = `OBJECT_ID(${literal(procedure)}, N'P')`;
  const [known] = (await query(`select ${id} as object_id`)) as { object_id: unknown }[];
  if (known?.object_id === null || known?.object_id === undefined) return null;
  // Joined by the system type, an alias type of the customer is read as what it stands for.
  const rows = (await query(`select p.name as parameter_name, t.name as type_name,
      cast(p.max_length as int) as max_length, cast(p.precision as int) as precision_digits,
      cast(p.scale as int) as scale_digits, cast(p.is_output as int) as is_output
    from sys.all_parameters p
    join sys.types t on t.user_type_id = p.system_type_id
    where p.object_id = ${id} and p.parameter_id > 0
    order by p.parameter_id`)) as Record<string, string | number>[];
  return rows.map((row) => ({
    name: String(row['parameter_name']),
    type: String(row['type_name']),
    maxLength: Number(row['max_length']),
    precision: Number(row['precision_digits']),
    scale: Number(row['scale_digits']),
    isOutput: Number(row['is_output']) === 1,
  }));
}

/** Does the database tell `a` from `A`? Then names of parameters must be exact. */
export async function tellsCase(query: Query): Promise<boolean> {
  const [row] = (await query(
    `select convert(nvarchar(128), databasepropertyex(db_name(), N'Collation')) as collation_name`,
  )) as { collation_name: string | null }[];
  return /_(?:CS|BIN2?)(?:_|$)/i.test(row?.collation_name ?? '');
}

/** May we execute it? Null: the database does not say. */
export async function mayExecute(query: Query, procedure: string): Promise<boolean | null> {
  const [row] = (await query(
    `select HAS_PERMS_BY_NAME(${literal(procedure)}, N'OBJECT', N'EXECUTE') as allowed`,
  )) as { allowed: number | null }[];
  return row?.allowed === null || row?.allowed === undefined ? null : Number(row.allowed) === 1;
}

/** May we read a table that is there? */
export async function mayRead(query: Query, table: string): Promise<boolean> {
  const [row] = (await query(
    `select HAS_PERMS_BY_NAME(${literal(table)}, N'OBJECT', N'SELECT') as allowed`,
  )) as { allowed: number | null }[];
  return Number(row?.allowed ?? 0) === 1;
}

interface ColumnRow {
  table_name: string;
  column_name: string;
  data_type: string;
  text_length: number | null;
  precision_digits: number | null;
  scale_digits: number | null;
  is_nullable: string;
  collation_name: string | null;
}

/** Those of the tables that the schema has. */
export async function readMssqlTables(
  query: Query,
  schema: string,
  tables: readonly string[],
): Promise<TableShape[]> {
  const columns = (await query(`select TABLE_NAME as table_name, COLUMN_NAME as column_name,
      DATA_TYPE as data_type, cast(CHARACTER_MAXIMUM_LENGTH as int) as text_length,
      cast(NUMERIC_PRECISION as int) as precision_digits,
      cast(NUMERIC_SCALE as int) as scale_digits, IS_NULLABLE as is_nullable,
      COLLATION_NAME as collation_name
    from INFORMATION_SCHEMA.COLUMNS
    where TABLE_SCHEMA = ${literal(schema)} and TABLE_NAME in (${tables.map(literal).join(', ')})
    order by TABLE_NAME, ORDINAL_POSITION`)) as ColumnRow[];
  const names = [...new Set(columns.map((column) => column.table_name))];
  const shapes: TableShape[] = [];
  for (const name of names) {
    const own = columns.filter((column) => column.table_name === name);
    shapes.push({
      name,
      columns: own.map((column) => ({
        name: column.column_name,
        type: typeOf(column),
        nullable: column.is_nullable.toUpperCase() === 'YES',
        collation: column.collation_name,
      })),
      uniqueKeys: await readUniqueKeys(query, pathOf(schema, name)),
    });
  }
  return shapes;
}

function typeOf(column: ColumnRow): string {
  const type = column.data_type.toLowerCase();
  if (column.text_length !== null) {
    return `${type}(${column.text_length < 0 ? 'max' : column.text_length})`;
  }
  if (type !== 'decimal' && type !== 'numeric') return type;
  return `decimal(${column.precision_digits},${column.scale_digits})`;
}

async function readUniqueKeys(query: Query, path: string): Promise<string[][]> {
  const rows = (await query(`select i.index_id as index_id, c.name as column_name
    from sys.indexes i
    join sys.index_columns ic on ic.object_id = i.object_id and ic.index_id = i.index_id
    join sys.columns c on c.object_id = ic.object_id and c.column_id = ic.column_id
    where i.object_id = OBJECT_ID(${literal(path)}, N'U') and i.is_unique = 1
      and ic.is_included_column = 0
    order by i.index_id, ic.key_ordinal`)) as { index_id: number; column_name: string }[];
  const keys = new Map<number, string[]>();
  for (const { index_id: id, column_name: name } of rows) {
    keys.set(id, [...(keys.get(id) ?? []), name]);
  }
  return [...keys.values()];
}

/**
 * Are the numbers of receipts those of our reference procedure, which can be raised? `theirs` too
 * where its text may not be read, or where it is of a version that could not be raised.
 */
export async function readNumbering(query: Query): Promise<'reference' | 'theirs'> {
  const definition = await readDefinition(query, BEGIN.name);
  const ours = definition.includes(REFERENCE_MARK) && definition.includes('dbo.receipt_base');
  return ours ? 'reference' : 'theirs';
}

/**
 * Does End keep what a card has given up as a running total? `older`: our reference procedure from
 * before there were totals; `theirs`: another one, or one whose text may not be read.
 */
export async function readHolds(query: Query): Promise<'totals' | 'older' | 'theirs'> {
  const definition = await readDefinition(query, END.name);
  if (!definition.includes(REFERENCE_MARK)) return 'theirs';
  return definition.includes('heldvalue') ? 'totals' : 'older';
}

/** The text of a procedure; empty where it may not be read. */
async function readDefinition(query: Query, procedure: string): Promise<string> {
  const rows = (await query(`select definition from sys.sql_modules
    where object_id = OBJECT_ID(${literal(procedure)}, N'P')`)) as { definition: string | null }[];
  return rows[0]?.definition ?? '';
}
