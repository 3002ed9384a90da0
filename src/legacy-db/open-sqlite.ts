import type { Clock } from '../domain/clock';
import { openWriter, sqliteReader, sqliteWriter } from './data-source';
import type { Database } from './database';
import { SqliteDatabase } from './sqlite-database';

/** A database that is ready for use. */
export interface OpenDatabase {
  readonly database: Database;
  /** Waits for what was handed in, then closes the file. */
  close(): Promise<void>;
}

/** Opens the embedded database; makes the file and brings its schema up to date first. */
export async function openSqlite(file: string, clock: Clock): Promise<OpenDatabase> {
  const writer = sqliteWriter(file);
  await openWriter(writer);
  const reader = sqliteReader(file);
  await reader.initialize();
  const database = SqliteDatabase.over(writer, reader, clock);
  return {
    database,
    close: async () => {
      await database.idle();
      await reader.destroy();
      await writer.destroy();
    },
  };
}
