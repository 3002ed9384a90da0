import type { Clock } from '../domain/clock';
import { openWriter, sqliteReader, sqliteWriter } from './data-source';
import type { OpenDatabase } from './open-database';
import { EMBEDDED } from './receipt-repositories';
import { sql } from './sql';
import { SqliteDatabase } from './sqlite-database';

/** Opens the embedded database; makes the file and brings its schema up to date first. */
export async function openSqlite(file: string, clock: Clock): Promise<OpenDatabase> {
  const writer = sqliteWriter(file);
  await openWriter(writer);
  const reader = sqliteReader(file);
  await reader.initialize();
  const database = SqliteDatabase.over(writer, reader, clock);
  return {
    database,
    systems: EMBEDDED,
    status: {
      problem: () =>
        database.read.rows(sql`select 1 from bill where id = 0`).then(
          () => null,
          () => 'the database file cannot be read',
        ),
    },
    close: async () => {
      await database.idle();
      await reader.destroy();
      await writer.destroy();
    },
  };
}
