import type BetterSqlite3 from 'better-sqlite3';
import type { Sql } from '../sql/database';
import { PreparedConnection } from './prepared-connection';
import { readsOf, SQLITE } from './sqlite-database';
import { openHandle } from './sqlite-driver';

/**
 * Books as they stand at one moment, for reading alone. A service may go on writing: nothing of it
 * is seen, and it waits for nobody here. Its log grows until this is closed.
 */
export class StillDatabase {
  readonly dialect = SQLITE;
  readonly read: Sql;

  private constructor(readonly handle: BetterSqlite3.Database) {
    this.read = readsOf(new PreparedConnection(handle));
  }

  /** Throws as the driver does. Nothing is made, and nothing is migrated. */
  static open(file: string): StillDatabase {
    const handle = openHandle(file, { readonly: true, fileMustExist: true });
    try {
      // Each page is read once: what SQLite keeps of the file would only cost memory.
      handle.pragma('cache_size = -2000');
      handle.exec('BEGIN');
      // The moment: with it the file is read for the first time.
      handle.prepare('select count(*) from sqlite_master').get();
      return new StillDatabase(handle);
    } catch (error) {
      handle.close();
      throw error;
    }
  }

  close(): void {
    this.handle.close();
  }
}
