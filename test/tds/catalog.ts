import { expectedOnMssql } from '../../src/legacy-db/commands/check/expected-tables';
import { MIGRATIONS } from '../../src/legacy-db/data-source';
import { BEGIN, END } from '../../src/legacy-db/sqlserver/procedures/contract';
import { readBatches } from '../../src/legacy-db/sqlserver/procedures/reference-scripts';
import type { Answer, Column } from './answers';
import { sqlOf } from './requests';
import { ScriptedBackend } from './tds-server';
import type { TdsValue } from './types';

/** A parameter as sys.all_parameters describes it: name, type, bytes, precision, scale, output. */
export type CatalogRow = [
  name: string,
  type: string,
  bytes: number,
  precision: number,
  scale: number,
  output: 0 | 1,
];

/** A column as INFORMATION_SCHEMA.COLUMNS describes it: name, type, length, null, collation. */
export type ColumnRow = [
  name: string,
  type: string,
  length: number | null,
  nullable: 'YES' | 'NO',
  collation: string | null,
];

/** What a database on SQL Server holds, as far as its catalog is asked. */
export interface Catalog {
  /** By the name with its schema. */
  readonly procedures: Record<string, CatalogRow[]>;
  readonly tables: Record<string, { columns: ColumnRow[]; uniqueKeys: string[][] }>;
  readonly migrations: string[];
  /** What the list `migrations` of a former version, or of anybody else, holds; null: none. */
  formerMigrations: string[] | null;
  /** The texts of procedures that may be read, by the name with its schema. */
  readonly definitions: Record<string, string>;
  /** The collation of the database. */
  collation: string;
  /** Procedures we may not execute. */
  readonly forbidden: string[];
}

const TEXT = (name: string): Column => ({ name, type: 'nvarchar' });
const WHOLE = (name: string): Column => ({ name, type: 'int' });

function answerOf(columns: Column[], rows: TdsValue[][]): Answer {
  return { columns, rows };
}

/** Answers statements that match, by their text. */
type On = (target: RegExp, answer: (sql: string) => Answer) => void;

/** Answers the statements of the commands from that catalog, read afresh each time. */
export function catalogBackend(catalog: Catalog): ScriptedBackend {
  // The table of a path with its schema; a procedure's name as it is.
  const named = (text: string): string => {
    const name = /N'([^']+)'/.exec(text)?.[1] ?? '';
    return /^\[dbo\]\.\[(\w+)\]$/.exec(name)?.[1] ?? name;
  };
  const backend = new ScriptedBackend();
  const on: On = (target, answer) => {
    backend.on(target, (statement) => answer(sqlOf(statement) ?? ''));
  };
  on(/^select OBJECT_ID/i, (sql) => {
    const name = named(sql);
    const there =
      name in catalog.procedures || name in catalog.tables || listsIn(catalog).includes(name);
    return answerOf([WHOLE(/ as (\w+)$/.exec(sql)?.[1] ?? '')], [[there ? 1 : null]]);
  });
  answerLists(on, catalog);
  on(/databasepropertyex/, () => answerOf([TEXT('collation_name')], [[catalog.collation]]));
  on(/HAS_PERMS_BY_NAME/, (sql) =>
    answerOf([WHOLE('allowed')], [[catalog.forbidden.includes(named(sql)) ? 0 : 1]]),
  );
  on(/sys\.all_parameters/, (sql) =>
    answerOf(
      [
        TEXT('parameter_name'),
        TEXT('type_name'),
        WHOLE('max_length'),
        WHOLE('precision_digits'),
        WHOLE('scale_digits'),
        WHOLE('is_output'),
      ],
      catalog.procedures[named(sql)] ?? [],
    ),
  );
  on(/sys\.sql_modules/, (sql) =>
    answerOf([TEXT('definition')], [[catalog.definitions[named(sql)] ?? null]]),
  );
  on(/INFORMATION_SCHEMA\.COLUMNS/, () => answerOf(COLUMNS, columnRows(catalog)));
  on(/sys\.indexes/, (sql) =>
    answerOf(
      [WHOLE('index_id'), TEXT('column_name')],
      (catalog.tables[named(sql)]?.uniqueKeys ?? []).flatMap((key, i) =>
        key.map((column) => [i + 1, column]),
      ),
    ),
  );
  return backend;
}

/** Which of our tables are there, and what the lists of migrations hold. */
function answerLists(on: On, catalog: Catalog): void {
  on(/^select N'\w+' as name where /, (sql) => {
    const there = [...Object.keys(catalog.tables), ...listsIn(catalog)];
    const asked = [...sql.matchAll(/N'(\w+)' as name where \w+\(N'\[dbo\]/g)];
    const names = asked.map(([, name = '']) => name).filter((name) => there.includes(name));
    return answerOf(
      [TEXT('name')],
      names.map((name) => [name]),
    );
  });
  on(/^select name from \[dbo\]\.\[\w*migrations\]/, (sql) => {
    const former = sql.includes('[migrations]');
    const names = former ? (catalog.formerMigrations ?? []) : catalog.migrations;
    return answerOf(
      [TEXT('name')],
      names.map((name) => [name]),
    );
  });
  // TypeORM reads its list by itself, too.
  on(/^SELECT \* FROM "threepay_migrations"/, () =>
    answerOf(
      [TEXT('id'), TEXT('timestamp'), TEXT('name')],
      catalog.migrations.map((name, i) => [String(i), name.slice(-13), name]),
    ),
  );
}

/** The lists of migrations that are there. */
function listsIn({ migrations, formerMigrations }: Catalog): string[] {
  const own = migrations.length > 0 ? ['threepay_migrations'] : [];
  return formerMigrations === null ? own : [...own, 'migrations'];
}

const COLUMNS: Column[] = [
  TEXT('table_name'),
  TEXT('column_name'),
  TEXT('data_type'),
  WHOLE('text_length'),
  WHOLE('precision_digits'),
  WHOLE('scale_digits'),
  TEXT('is_nullable'),
  TEXT('collation_name'),
];

function columnRows({ tables }: Catalog): TdsValue[][] {
  return Object.entries(tables).flatMap(([table, { columns }]) =>
    columns.map(([name, type, length, nullable, collation]) => [
      table,
      name,
      type,
      length,
      null,
      null,
      nullable,
      collation,
    ]),
  );
}

const BILL: CatalogRow[] = [
  ['@billnum', 'nvarchar', 40, 0, 0, 0],
  ['@billtype', 'nchar', 2, 0, 0, 0],
  ['@paytype', 'nvarchar', 4, 0, 0, 0],
];
const REFUSAL: CatalogRow[] = [
  ['@errcode', 'int', 4, 10, 0, 1],
  ['@errmsg', 'nvarchar', 400, 0, 0, 1],
];

/** The parameters of the two procedures as the catalog of an SQL Server gives them. */
function contractRows(): Record<string, CatalogRow[]> {
  return {
    'dbo.Sp_3Pay_Offline_ReceiveMoney_Begin': [
      ...BILL,
      ['@paymentvalue', 'decimal', 9, 18, 2, 0],
      ['@body', 'nvarchar', -1, 0, 0, 0],
      ['@detail', 'nvarchar', -1, 0, 0, 0],
      ['@clientip', 'nvarchar', 90, 0, 0, 0],
      ['@cardno', 'nvarchar', 40, 0, 0, 0],
      ['@outtradeno', 'nvarchar', 128, 0, 0, 0],
      ['@autoid', 'nvarchar', 72, 0, 0, 1],
      ...REFUSAL,
    ],
    'dbo.Sp_3Pay_Offline_ReceiveMoney_End': [
      ...BILL,
      ['@outtradeno', 'nvarchar', 128, 0, 0, 0],
      ['@autoid', 'nvarchar', 72, 0, 0, 0],
      ['@result', 'nchar', 2, 0, 0, 0],
      ['@tradeno', 'nvarchar', 128, 0, 0, 0],
      ['@receiptvalue', 'decimal', 9, 18, 2, 0],
      ['@buyer', 'nvarchar', 256, 0, 0, 0],
      ['@paidat', 'datetime2', 7, 23, 3, 0],
      ['@billstatus', 'nvarchar', 20, 0, 0, 1],
      ...REFUSAL,
    ],
  };
}

/** The catalog of a database on which everything is as it must be. */
export async function wholeCatalog(): Promise<Catalog> {
  return {
    procedures: contractRows(),
    tables: await ourTables(),
    migrations: MIGRATIONS.map((migration) => new migration().name),
    formerMigrations: null,
    collation: 'Chinese_PRC_CI_AS',
    definitions: {
      [BEGIN.name]: readBatches('begin.sql').at(-1) ?? '',
      [END.name]: readBatches('end.sql').at(-1) ?? '',
    },
    forbidden: [],
  };
}

/** Our tables as the catalog of an SQL Server tells of them after all migrations. */
async function ourTables(): Promise<Catalog['tables']> {
  const tables: Catalog['tables'] = {};
  for (const { name, columns, uniqueKeys } of await expectedOnMssql(MIGRATIONS)) {
    tables[name] = {
      columns: columns.map((column): ColumnRow => {
        const [, type = '', length] = /^(\w+)(?:\((\w+)\))?$/.exec(column.type) ?? [];
        const units = length === 'max' ? -1 : Number(length);
        const size = length === undefined ? null : units;
        return [column.name, type, size, column.nullable ? 'YES' : 'NO', column.collation];
      }),
      uniqueKeys: uniqueKeys.map((key) => [...key]),
    };
  }
  return tables;
}
