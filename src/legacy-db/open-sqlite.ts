import type { DataSource } from 'typeorm';
import type { Clock } from '../domain/clock';
import type { DatabaseStatus } from '../domain/database-status';
import { PayError } from '../domain/errors';
import { openWriter, sqliteReader, sqliteWriter } from './data-source';
import type { Database } from './database';
import type { OpenDatabase } from './open-database';
import { EMBEDDED } from './receipt-repositories';
import { sql } from './sql';
import { SqliteDatabase } from './sqlite-database';

/**
 * Opens the embedded database; makes the file and brings its schema up to date first.
 * @throws PayError DATABASE_UNAVAILABLE
 */
export async function openSqlite(file: string, clock: Clock): Promise<OpenDatabase> {
  const { writer, reader } = await openBoth(file).catch((cause: unknown) => {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new PayError('DATABASE_UNAVAILABLE', detail, { cause });
  });
  const database = SqliteDatabase.over(writer, reader, clock);
  return {
    database,
    systems: EMBEDDED,
    status: statusOf(database),
    close: async () => {
      await database.idle();
      await reader.destroy();
      await writer.destroy();
    },
  };
}

async function openBoth(file: string): Promise<{ writer: DataSource; reader: DataSource }> {
  const writer = sqliteWriter(file);
  const reader = sqliteReader(file);
  await openWriter(writer);
  await reader.initialize();
  return { writer, reader };
}

/** A file answers at once or not at all; its schema was brought up to date when it was opened. */
function statusOf(database: Database): DatabaseStatus {
  return {
    problem: async () => {
      try {
        await database.read.rows(sql`select 1 as one`);
        return null;
      } catch {
        return 'the database file cannot be read';
      }
    },
  };
}
