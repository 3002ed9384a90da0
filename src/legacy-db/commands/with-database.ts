import { existsSync } from 'node:fs';
import type { DatabaseConfig } from '../../config/database-config';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { openWriter, sqliteReader, sqliteWriter } from '../data-source';
import { Refusal } from '../refusal';
import type { Database } from '../sql/database';
import { SqliteDatabase } from '../sqlite/sqlite-database';
import { openMssql } from '../sqlserver/open-mssql';

/** The books a command works on, and what it tells time by. */
export interface CommandBooks {
  readonly database: DatabaseConfig;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/**
 * Opens the books of the service for one piece of work, beside a service that runs. No numbers are
 * given here, so none are reserved. @throws Refusal where there are no books
 */
export async function withDatabase<T>(
  { database: config, clock, randomness }: CommandBooks,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (config.kind === 'mssql') {
    const open = await openMssql(config, clock, randomness);
    return useAndClose(open.database, work, () => open.close());
  }
  if (!existsSync(config.file)) throw new Refusal(`there are no books at ${config.file}`);
  const writer = sqliteWriter(config.file);
  const reader = sqliteReader(config.file);
  const close = async () => {
    // The writer last: it takes the log of the file with it.
    for (const source of [reader, writer]) if (source.isInitialized) await source.destroy();
  };
  try {
    await openWriter(writer);
    await reader.initialize();
  } catch (error) {
    await close();
    throw error;
  }
  return useAndClose(SqliteDatabase.over(writer, reader, clock), work, close);
}

async function useAndClose<T>(
  database: Database,
  work: (database: Database) => Promise<T>,
  close: () => Promise<void>,
): Promise<T> {
  try {
    return await work(database);
  } finally {
    await close();
  }
}
