import type { BooksInspect } from '../../database/books-inspect';
import { SqliteInspect } from '../../database/sqlite-books';
import { freshDatabase, testServer } from './mssql-server';
import { ServerInspect } from '../process/server-inspect';

/** Books that nobody used before. */
export interface TestBooks {
  /** As in `DATABASE_URL`. */
  readonly url: string;
  /** Are they on SQL Server? */
  readonly onServer: boolean;
  /** Looks into them, past the service. */
  inspect(): BooksInspect;
  drop(): Promise<void>;
}

/** Books in a file; who made its folder deletes it. */
export function sqliteBooks(file: string): TestBooks {
  return {
    url: `sqlite:${file}`,
    onServer: false,
    inspect: () => new SqliteInspect(file),
    drop: () => Promise.resolve(),
  };
}

/** Books on the server of TEST_MSSQL_URL where it names one, else in a file. */
export async function testBooks(file: string, server = testServer()): Promise<TestBooks> {
  if (server === null) return sqliteBooks(file);
  const database = await freshDatabase(server);
  const inspect = () => new ServerInspect(database.url);
  return { url: database.url, onServer: true, inspect, drop: () => database.drop() };
}
