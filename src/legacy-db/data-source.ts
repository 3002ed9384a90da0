import { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/database-config';
import type { Query } from './sql/database';
import { isBusy } from './sql/db-errors';
import { refuseNewerBooks } from './sql/known-books';
import { OwnTables1795300000000 } from './migrations/1795300000000-own-tables';
import { SystemTables1795300000001 } from './migrations/1795300000001-system-tables';
import { RefundTable1795300000002 } from './migrations/1795300000002-refund-table';
import { Trades1795300000003 } from './migrations/1795300000003-trades';
import { BegunBy1795300000004 } from './migrations/1795300000004-begun-by';
import { XposRequests1795300000005 } from './migrations/1795300000005-xpos-requests';
import { CancelCounts1795300000006 } from './migrations/1795300000006-cancel-counts';
import { AlarmSubjects1795300000007 } from './migrations/1795300000007-alarm-subjects';
import { ForeignRefunds1795300000008 } from './migrations/1795300000008-foreign-refunds';
import { CardKeys1795300000010 } from './migrations/1795300000010-card-keys';
import { BooksRestored1795300000011 } from './migrations/1795300000011-books-restored';
import { PaidIndex1795300000030 } from './migrations/1795300000030-paid-index';
import { EventActors1795300000040 } from './migrations/1795300000040-event-actors';
import { HeldValues1795300000041 } from './migrations/1795300000041-held-values';
import { Refunds1795300000042 } from './migrations/1795300000042-refunds';
import { Callbacks1795300000050 } from './migrations/1795300000050-callbacks';
import { BillVersions1795300000070 } from './migrations/1795300000070-bill-versions';
import { readSqliteMigrations } from './commands/check/sqlite-catalog';
import { readOwnTables } from './sqlserver/schema/own-tables';
import { ReconciledDays1795300000060 } from './migrations/1795300000060-reconciled-days';
import { ReconcileTurns1795300000061 } from './migrations/1795300000061-reconcile-turns';
import { Access1795300000080 } from './migrations/1795300000080-access';
import { ScenicBills1795300000090 } from './migrations/1795300000090-scenic-bills';
import { PeopleViews1795300000071 } from './migrations/1795300000071-people-views';
import { ReceiptSearches1795300000070 } from './migrations/1795300000070-receipt-searches';
import { mssqlDataSource } from './sqlserver/mssql-data-source';
import { isMigrationRace } from './sqlserver/mssql-errors';
import { migrateLocked } from './sqlite/sqlite-data-source';
import { sqliteDriver } from './sqlite/sqlite-driver';
import { makePrivate } from './sqlite/private-file';

/** Every migration, oldest first, of both stores. */
export const MIGRATIONS = [
  OwnTables1795300000000,
  SystemTables1795300000001,
  RefundTable1795300000002,
  Trades1795300000003,
  BegunBy1795300000004,
  XposRequests1795300000005,
  CancelCounts1795300000006,
  AlarmSubjects1795300000007,
  ForeignRefunds1795300000008,
  CardKeys1795300000010,
  BooksRestored1795300000011,
  PaidIndex1795300000030,
  EventActors1795300000040,
  HeldValues1795300000041,
  Refunds1795300000042,
  Callbacks1795300000050,
  ReconciledDays1795300000060,
  ReconcileTurns1795300000061,
  BillVersions1795300000070,
  ReceiptSearches1795300000070,
  PeopleViews1795300000071,
  Access1795300000080,
  ScenicBills1795300000090,
];

/** Their names: a version works on books that have had no others. */
export const KNOWN_MIGRATIONS = MIGRATIONS.map((migration) => new migration().name);

/** The queue waits for other processes itself: SQLite's own waiting would stop this one. ms. */
const WRITER_BUSY_MS = 0;
/** How long a read waits for the rare moments at which even WAL is locked, ms. */
const READER_BUSY_MS = 100;

/** What both connections need of the driver's handle. */
interface Pragmas {
  pragma(text: string): unknown;
}

/**
 * The embedded database's writing DataSource, also the CLI's. A commit is on the disk when it
 * returns: WAL with `synchronous=FULL`.
 * @param file path of the database file; missing folders are made
 */
export function sqliteWriter(file: string): DataSource {
  return new DataSource({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database: file,
    enableWAL: true,
    timeout: WRITER_BUSY_MS,
    migrations: MIGRATIONS,
    prepareDatabase: (handle: Pragmas) => {
      handle.pragma('synchronous = FULL');
      // What a savepoint would need to be undone is kept in memory, not in a file of its own.
      handle.pragma('temp_store = MEMORY');
    },
  });
}

/** A second connection that only reads, so it never sees what is not committed. */
export function sqliteReader(file: string): DataSource {
  return new DataSource({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database: file,
    readonly: true,
    fileMustExist: true,
    timeout: READER_BUSY_MS,
  });
}

/** The DataSource that writes and migrates, of the store the configuration names. */
export function dataSource(config: DatabaseConfig): DataSource {
  return config.kind === 'sqlite' ? sqliteWriter(config.file) : mssqlDataSource(config, MIGRATIONS);
}

/** How often and how soon an opening is tried again while another process migrates. ms. */
const RACE_TRIES = 100;
const RACE_PAUSE_MS = 100;

/**
 * Opens the writer and brings the schema up to date, while other processes may do the same. An
 * embedded database is made where there is none.
 * @throws NewerBooks
 */
export async function openWriter(writer: DataSource): Promise<void> {
  const { options } = writer;
  if (options.type === 'better-sqlite3') makePrivate(options.database);
  for (let tries = 1; ; tries += 1) {
    try {
      if (!writer.isInitialized) await writer.initialize();
      const applied = await appliedTo(writer);
      refuseNewerBooks(applied, KNOWN_MIGRATIONS);
      if (options.type !== 'better-sqlite3') await writer.runMigrations({ transaction: 'all' });
      else if (applied.length < MIGRATIONS.length) await migrateLocked(writer);
      return;
    } catch (error) {
      const raced = isBusy(error) || isMigrationRace(error);
      if (!raced || tries >= RACE_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RACE_PAUSE_MS));
    }
  }
}

/** The names of the migrations that the books have had. */
async function appliedTo(writer: DataSource): Promise<readonly string[]> {
  const query: Query = (text) => writer.query(text);
  if (writer.options.type === 'better-sqlite3') return readSqliteMigrations(query);
  const { applied } = await readOwnTables(
    query,
    MIGRATIONS.map((migration) => new migration()),
  );
  return applied;
}
