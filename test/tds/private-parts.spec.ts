import { join } from 'node:path';
import { Secret } from '../../src/config/reading/secret';
import { mssqlDataSource, mssqlOf, poolOf } from '../../src/legacy-db/sqlserver/mssql-data-source';
import { tempFolder } from '../support/temp-folder';
import { SqliteBackend } from './sqlite-backend';
import { TdsServer } from './tds-server';

/** What the adapter reaches for in the real driver, and no other test would miss. */
it('a transaction of mssql holds its connection, which can be closed', async () => {
  const folder = tempFolder();
  const backend = await SqliteBackend.over(join(folder.path, 'server.sqlite'));
  const server = await TdsServer.start(backend);
  const source = mssqlDataSource({ url: new Secret(server.url()) }, []);
  await source.initialize();
  const transaction = poolOf(source).transaction();
  await transaction.begin(mssqlOf(source).ISOLATION_LEVEL.READ_COMMITTED);
  const connection: unknown = Reflect.get(transaction, '_acquiredConnection');
  expect(connection).toHaveProperty('close', expect.any(Function));
  await transaction.rollback();
  expect(Reflect.get(transaction, '_acquiredConnection')).toBeNull();
  await source.destroy();
  await server.down();
  backend.close();
  folder.remove();
});
