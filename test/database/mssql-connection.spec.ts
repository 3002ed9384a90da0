import { readdirSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { readConfig } from '../../src/config/config';
import { MIGRATIONS } from '../../src/legacy-db/data-source';
import { NewerBooks } from '../../src/legacy-db/sql/known-books';
import { MssqlConnection } from '../../src/legacy-db/sqlserver/mssql-connection';
import { mssqlDataSource } from '../../src/legacy-db/sqlserver/mssql-data-source';
import { ManualClock } from '../support/manual-clock';
import { tempFolder } from '../support/temp-folder';
import { catalogBackend, wholeCatalog } from '../tds/catalog';
import type { Catalog } from '../tds/catalog';
import { TdsServer } from '../tds/tds-server';

jest.setTimeout(30_000);

/** Who sleeps does so until a test wakes the sleepers of that long. */
class HeldClock extends ManualClock {
  readonly sleepers: { readonly ms: number; readonly wake: () => void }[] = [];

  override sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ ms, wake }));
  }

  /** Wakes the first sleeper of that long once there is one. */
  async wake(ms: number): Promise<void> {
    await until(() => this.sleepers.some((each) => each.ms === ms));
    const at = this.sleepers.findIndex((each) => each.ms === ms);
    this.sleepers.splice(at, 1)[0]?.wake();
  }
}

/** Waits for something that must come to be. */
async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 400 && !holds(); turns += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(holds()).toBe(true);
}

const WAIT_MS = 10_000;
const LOGIN_REFUSED = 'DATABASE_UNAVAILABLE: connect: ELOGIN';

let catalog: Catalog;
let server: TdsServer;
let clock: HeldClock;
let connection: MssqlConnection;
let told: string[];

beforeEach(async () => {
  catalog = await wholeCatalog();
  server = await TdsServer.start(catalogBackend(catalog));
  clock = new HeldClock(0);
  const { database } = readConfig({ DATABASE_URL: server.url('&poolMax=3') }, () => '');
  if (database.kind !== 'mssql') throw new Error('not SQL Server');
  const make = () => mssqlDataSource(database, MIGRATIONS);
  connection = new MssqlConnection(make, clock, { hex: () => '', fraction: () => 0 });
  told = [];
  for (const level of ['log', 'warn'] as const) {
    const note = (...said: unknown[]): void => void told.push(String(said[0]));
    jest.spyOn(Logger.prototype, level).mockImplementation(note);
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  await connection.close();
  await server.down();
});

function currentFault(): unknown {
  try {
    connection.current();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

describe('the connection to SQL Server', () => {
  it('stands with all of its pool once it is open, and is gone once it is closed', async () => {
    expect(currentFault()).toBe('DATABASE_UNAVAILABLE: not connected yet');
    await connection.open(WAIT_MS);
    expect(server.connections).toBe(3);
    const { pool, mssql } = connection.current();
    expect(pool).toBeInstanceOf(mssql.ConnectionPool);
    expect(await connection.problem()).toBeNull();
    expect(told).toEqual(['the database is there']);
    await connection.close();
    expect(currentFault()).toContain('DATABASE_UNAVAILABLE');
    await until(() => server.connections === 0);
    await connection.close();
  });

  it('is opened once', async () => {
    await connection.open(WAIT_MS);
    const logins = server.logins.length;
    await connection.open(WAIT_MS);
    expect(server.logins).toHaveLength(logins);
  });

  it('makes no file of the name of its database', async () => {
    const folder = tempFolder();
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      await connection.open(WAIT_MS);
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(folder.path)).toEqual([]);
    folder.remove();
  });

  it('does not keep the start waiting, and comes to be by itself', async () => {
    server.plan(/SCHEMA_NAME/, { kind: 'late', delayMs: 300, effect: true });
    const open = connection.open(WAIT_MS);
    await clock.wake(WAIT_MS);
    await open;
    expect(currentFault()).toBe('DATABASE_UNAVAILABLE: not connected yet');
    await until(() => currentFault() === null);
  });

  it('is tried again ever more seldom, tells its trouble once, and mends', async () => {
    server.refuseLogin = 18456;
    await connection.open(WAIT_MS);
    for (const ms of [250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]) {
      expect(currentFault()).toContain(LOGIN_REFUSED);
      expect(await connection.problem()).toBe(LOGIN_REFUSED);
      await clock.wake(ms);
    }
    await until(() => clock.sleepers.some(({ ms }) => ms === 7_500));
    expect(told).toEqual([`the database: ${LOGIN_REFUSED}`]);
    server.refuseLogin = null;
    await clock.wake(7_500);
    await until(() => currentFault() === null);
    expect(clock.sleepers.map(({ ms }) => ms)).toEqual([WAIT_MS]);
  });

  it('does not serve books of a newer version: the start fails', async () => {
    catalog.migrations.push('Tomorrow1999999999999');
    await expect(connection.open(WAIT_MS)).rejects.toBeInstanceOf(NewerBooks);
    expect(currentFault()).toContain('Tomorrow1999999999999');
    await until(() => server.connections === 0);
    const logins = server.logins.length;
    await clock.wake(250);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.logins).toHaveLength(logins);
  });

  it("does not serve where a table of ours is somebody else's, and says which", async () => {
    catalog.migrations.splice(0);
    await connection.open(WAIT_MS);
    expect(currentFault()).toMatch(/^DATABASE_UNAVAILABLE: .*bill/);
    expect(told).toHaveLength(1);
    await until(() => server.connections === 0);
  });

  it('tells trouble with the schema as that of the migration', async () => {
    server.plan(/^select N'\w+' as name where/, { kind: 'error', number: 547 }, 9);
    await connection.open(WAIT_MS);
    expect(currentFault()).toMatch(/db:migrate: SQL Server error 547/);
    await until(() => server.connections === 0);
  });

  it('tells a database that refuses from one that is late', async () => {
    await connection.open(WAIT_MS);
    server.plan(/select 1 as alive/, { kind: 'error', number: 547 });
    expect(await connection.problem()).toBe('the database does not answer');
    server.plan(/select 1 as alive/, { kind: 'late', delayMs: 300, effect: true });
    const late = connection.problem();
    await clock.wake(2_000);
    await clock.wake(2_000);
    expect(await late).toBe('the database does not answer in time');
  });

  it('that is closed while it comes to be does not stay', async () => {
    server.plan(/SCHEMA_NAME/, { kind: 'late', delayMs: 100, effect: true });
    const open = connection.open(WAIT_MS);
    await until(() => server.connections > 0);
    await connection.close();
    await open;
    expect(currentFault()).toContain('DATABASE_UNAVAILABLE');
    await until(() => server.connections === 0);
    expect(told).toEqual([]);
    expect(clock.sleepers.map(({ ms }) => ms)).toEqual([WAIT_MS]);
  });

  it('that is closed between two attempts is not tried again', async () => {
    server.refuseLogin = 18456;
    await connection.open(WAIT_MS);
    const logins = server.logins.length;
    await until(() => clock.sleepers.some(({ ms }) => ms === 250));
    await connection.close();
    await clock.wake(250);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.logins).toHaveLength(logins);
  });
});
