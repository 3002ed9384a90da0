import { join } from 'node:path';
import { readConfig } from '../../src/config/config';
import { systemClock, systemRandomness } from '../../src/config/system-clock';
import { openMssql } from '../../src/legacy-db/sqlserver/open-mssql';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import type { FreshBooks } from '../database/books';
import { storesOf } from '../database/books';
import { SqliteInspect } from '../database/sqlite-books';
import { tempFolder } from '../support/temp-folder';
import { SqliteBackend } from './sqlite-backend';
import { TdsServer } from './tds-server';

/** Books of the SQL Server adapter, with the server it talks to. */
export interface TdsBooks extends FreshBooks {
  readonly server: TdsServer;
  readonly backend: SqliteBackend;
  readonly open: OpenDatabase;
  readonly inspect: SqliteInspect;
}

/** One more process on a server. */
export async function openOn(server: TdsServer, options = ''): Promise<OpenDatabase> {
  const { database } = readConfig({ DATABASE_URL: server.url(options) }, () => '');
  if (database.kind !== 'mssql') throw new Error('not SQL Server');
  return openMssql(database, systemClock, systemRandomness);
}

/** The adapter of SQL Server on a stub whose memory is SQLite. `options` for `DATABASE_URL`. */
export async function openOverTds(options = ''): Promise<TdsBooks> {
  const folder = tempFolder();
  const path = join(folder.path, 'server.sqlite');
  const backend = await SqliteBackend.over(path);
  const server = await TdsServer.start(backend);
  const open = await openOn(server, options);
  const inspect = new SqliteInspect(path);
  return {
    server,
    backend,
    open,
    ...storesOf(open),
    inspect,
    close: async () => {
      inspect.close();
      await open.close();
      await server.down();
      backend.close();
      folder.remove();
      if (server.problems.length > 0) throw new Error(server.problems.join('; '));
    },
  };
}
