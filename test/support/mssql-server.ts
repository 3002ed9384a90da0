import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/config/system-clock';
import { Secret } from '../../src/config/secret';
import type { DataSource } from 'typeorm';
import { mssqlDataSource, mssqlOf, poolOf } from '../../src/legacy-db/mssql/mssql-data-source';
import { MssqlSql } from '../../src/legacy-db/mssql/mssql-sql';

/** An SQL Server the tests may make databases on; null: none was named. */
export const TEST_SERVER: string | null = process.env.TEST_MSSQL_URL?.trim() || null;

/** Tables and procedures of ours, in the order in which they can be dropped. */
const OURS = [
  ...['sweep_turn', 'trade', 'alarm', 'receipt_event', 'receipt', 'bill', 'migrations'],
  ...['receipt_scenic', 'receipt_pos', 'receipt_car_rental', 'receipt_shuttle'],
  ...['receipt_equipment', 'receipt_concession', 'receipt_stored_value'],
  ...['receipt_serial', 'card_balance'],
];
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

/**
 * Makes a database of its own on the server of `TEST_MSSQL_URL`. Where the server lets nobody make
 * one, the named database itself is used and emptied, if its name says that it is for tests.
 */
export async function freshDatabase(server: string): Promise<TestDatabase> {
  const name = `threepay_test_${randomBytes(5).toString('hex')}`;
  const master = await connect(server);
  try {
    await master.batch(`create database ${name}`);
  } catch (error) {
    if (!/test/i.test(new URL(server).pathname)) throw error;
    await empty(master);
    await master.close();
    return { url: patient(server), drop: () => emptyLater(server) };
  }
  await master.close();
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
