import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../../src/config/system-clock';
import { Secret } from '../../../src/config/reading/secret';
import type { DataSource } from 'typeorm';
import {
  mssqlDataSource,
  mssqlOf,
  poolOf,
} from '../../../src/legacy-db/sqlserver/mssql-data-source';
import { MssqlSql } from '../../../src/legacy-db/sqlserver/mssql-sql';
import { ALL_TABLES } from '../../database/books-inspect';

/** An SQL Server the tests may make databases on; null: none is named. */
export function testServer(): string | null {
  return process.env.TEST_MSSQL_URL?.trim() || null;
}

/** Tables and procedures of ours; no table refers to another. */
const OURS = [...ALL_TABLES, 'trade', 'sweep_turn', 'threepay_migrations', 'migrations'];
const PROCEDURES = ['Sp_3Pay_Offline_ReceiveMoney_Begin', 'Sp_3Pay_Offline_ReceiveMoney_End'];

/** A database of a test's own. */
export interface TestDatabase {
  /** As in `DATABASE_URL`. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A connection for looking into a database; made by `connect`. */
export interface TestConnection {
  readonly sql: MssqlSql;
  /** Sends a batch as it stands. */
  batch(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Connects to the database of an address. */
export async function connect(url: string): Promise<TestConnection> {
  const source: DataSource = mssqlDataSource({ url: new Secret(url) }, []);
  await source.initialize();
  const pool = poolOf(source);
  return {
    // Anew for each use: after a failed statement one sends nothing more.
    get sql() {
      return new MssqlSql(mssqlOf(source), pool);
    },
    batch: async (text) => {
      await pool.request().batch(text);
    },
    close: () => source.destroy(),
  };
}

/** Is the named database in use here, because the server lets nobody make another? */
let namedInUse = false;

/**
 * Makes a database of its own on the server of `TEST_MSSQL_URL`. Where the server lets nobody make
 * one, the named database itself is used and emptied, if its name says that it is for tests; then
 * for one service at a time.
 */
export async function freshDatabase(server: string): Promise<TestDatabase> {
  const name = `threepay_test_${randomBytes(5).toString('hex')}`;
  const master = await connect(server);
  try {
    await master.batch(`create database ${name}`);
  } catch (error) {
    if (namedInUse || !/test/i.test(new URL(server).pathname)) throw error;
    namedInUse = true;
    await empty(master);
    return { url: patient(server), drop: () => emptyLater(server) };
  } finally {
    await master.close();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: patient(url.href), drop: () => dropDatabase(server, name) };
}

/** Slow engines and many callers at once: the tests wait, the service would not. */
function patient(address: string): string {
  const url = new URL(address);
  for (const [name, value] of [
    ['poolWaitMs', '60000'],
    ['requestTimeoutMs', '60000'],
  ] as const) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.href;
}

async function emptyLater(server: string): Promise<void> {
  const connection = await connect(server);
  await empty(connection);
  await connection.close();
  namedInUse = false;
}

async function empty(connection: TestConnection): Promise<void> {
  for (const name of PROCEDURES) {
    await connection.batch(
      `if object_id(N'dbo.${name}', N'P') is not null drop procedure dbo.${name}`,
    );
  }
  for (const name of OURS) {
    await connection.batch(`if object_id(N'${name}', N'U') is not null drop table ${name}`);
  }
}

// Connections of a process that was killed may live on for a moment.
async function dropDatabase(server: string, name: string): Promise<void> {
  const master = await connect(server);
  const deadline = systemClock.monotonicMs() + 20_000;
  for (;;) {
    try {
      await master.batch(`drop database ${name}`);
      break;
    } catch (error) {
      if (systemClock.monotonicMs() > deadline) throw error;
      await wait(500);
    }
  }
  await master.close();
}
