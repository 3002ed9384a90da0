import { existsSync } from 'node:fs';
import type { DatabaseConfig, MssqlConfig } from '../../../config/database-config';
import { BILL_TYPES } from '../../../domain/bill';
import { KNOWN_MIGRATIONS, MIGRATIONS, dataSource } from '../../data-source';
import { Refusal } from '../../refusal';
import type { Query, Sql } from '../../sql/database';
import type { Statement } from '../../sql/sql';
import { StillDatabase } from '../../sqlite/still-database';
import { mssqlOf, poolOf } from '../../sqlserver/mssql-data-source';
import { SQL_SERVER } from '../../sqlserver/mssql-database';
import { MssqlSql } from '../../sqlserver/mssql-sql';
import { readOwnTables } from '../../sqlserver/schema/own-tables';
import type { ReadBooks } from '../../verify/read-accounts';
import { EMBEDDED_TABLES, REFERENCE_TABLES } from '../../verify/system-tables';
import { mayRead, readHolds, readNumbering } from '../check/mssql-catalog';

/** Books that are only read, as they are: neither made nor migrated. */
export interface KeptBooks extends ReadBooks {
  /** May others write between two questions? */
  readonly moving: boolean;
  close(): Promise<void>;
}

/** @throws Refusal where there are none, or not of this version */
export function openKeptBooks(config: DatabaseConfig): Promise<KeptBooks> {
  return config.kind === 'sqlite' ? openFile(config.file) : openServer(config);
}

async function openFile(file: string): Promise<KeptBooks> {
  if (!existsSync(file)) throw new Refusal(`there are no books at ${file}`);
  const books = StillDatabase.open(file);
  const close = () => Promise.resolve(books.close());
  try {
    const list = books.handle.prepare("select 1 from sqlite_master where name = 'migrations'");
    if (!list.get()) throw new Refusal(`${file} holds no books`);
    const applied = books.handle.prepare('select name from migrations').pluck().all() as string[];
    refuseOtherVersions(applied);
    const { read, dialect } = books;
    return { read, dialect, systems: EMBEDDED_TABLES, moving: false, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openServer(config: MssqlConfig): Promise<KeptBooks> {
  const source = dataSource(config);
  const close = async () => {
    if (source.isInitialized) await source.destroy();
  };
  try {
    await source.initialize();
    const query: Query = (text) => source.query(text);
    const migrations = MIGRATIONS.map((migration) => new migration());
    refuseOtherVersions((await readOwnTables(query, migrations)).applied);
    const sql = () => new MssqlSql(mssqlOf(source), poolOf(source));
    const read: Pick<Sql, 'rows' | 'sets'> = {
      rows: <Row>(statement: Statement) => sql().rows<Row>(statement),
      sets: (statements) => sql().sets(statements),
    };
    const systems = (await hasReferenceTables(query)) ? REFERENCE_TABLES : null;
    return { read, dialect: SQL_SERVER, systems, moving: true, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function refuseOtherVersions(applied: readonly string[]): void {
  const known: readonly string[] = KNOWN_MIGRATIONS;
  if (applied.some((name) => !known.includes(name))) {
    throw new Refusal('the books belong to a newer version of this program');
  }
  if (KNOWN_MIGRATIONS.every((name) => applied.includes(name))) return;
  throw new Refusal('the schema is not up to date: run db:migrate first');
}

/** Do our procedures keep the systems' receipts, in tables that we may read? */
async function hasReferenceTables(query: Query): Promise<boolean> {
  const ours =
    (await readNumbering(query)) === 'reference' && (await readHolds(query)) === 'totals';
  if (!ours) return false;
  for (const type of BILL_TYPES) {
    if (!(await mayRead(query, REFERENCE_TABLES.of(type).text))) return false;
  }
  return true;
}
