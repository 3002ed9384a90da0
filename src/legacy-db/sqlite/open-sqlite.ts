import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Clock } from '../../domain/ports/clock';
import type { DatabaseStatus } from '../../health/database-status';
import { PayError } from '../../domain/errors';
import { KNOWN_MIGRATIONS, openWriter, sqliteReader, sqliteWriter } from '../data-source';
import type { Database } from '../sql/database';
import { MarkedDatabase } from './marks/marked-database';
import { MarksFile } from './marks/marks-file';
import { NumberMarks } from './marks/number-marks';
import type { OpenDatabase } from '../open-database';
import { OUR_HOLDS } from '../refunds/part-holds';
import { EMBEDDED } from '../systems/receipt-repositories';
import { KnownBooks } from '../sql/known-books';
import { sql } from '../sql/sql';
import { SqliteDatabase } from './sqlite-database';

/**
 * Opens the embedded database; makes the file and brings its schema up to date first.
 * @throws PayError DATABASE_UNAVAILABLE
 */
export async function openSqlite(file: string, clock: Clock): Promise<OpenDatabase> {
  const { writer, reader } = await openBoth(file);
  const sqlite = SqliteDatabase.over(writer, reader, clock);
  const inner = new KnownBooks(sqlite, KNOWN_MIGRATIONS);
  const marks = new NumberMarks(inner, new MarksFile(file), clock);
  try {
    await marks.start();
  } catch (error) {
    await letGo([reader, writer]);
    throw error;
  }
  const database = new MarkedDatabase(inner, marks);
  return {
    database,
    systems: EMBEDDED,
    holds: OUR_HOLDS,
    status: statusOf(database),
    close: async () => {
      await sqlite.idle();
      await marks.stop();
      await letGo([reader, writer]);
    },
  };
}

async function openBoth(file: string): Promise<{ writer: DataSource; reader: DataSource }> {
  const sources: DataSource[] = [];
  try {
    const writer = sqliteWriter(file);
    const reader = sqliteReader(file);
    sources.push(reader, writer);
    await openWriter(writer);
    await reader.initialize();
    return { writer, reader };
  } catch (cause) {
    await letGo(sources);
    if (cause instanceof PayError) throw cause;
    throw new PayError('DATABASE_UNAVAILABLE', whyNot(file, cause), { cause });
  }
}

async function letGo(sources: readonly DataSource[]): Promise<void> {
  for (const source of sources) if (source.isInitialized) await source.destroy();
}

/** Why it cannot be opened. SQLite's own words do not say that it is about the folder. */
function whyNot(file: string, cause: unknown): string {
  const words = cause instanceof Error ? cause.message : String(cause);
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
    return words;
  } catch {
    return `the folder ${folder} cannot be written, and log and marks belong there (${words})`;
  }
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
