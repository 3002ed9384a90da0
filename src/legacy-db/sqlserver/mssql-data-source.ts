import type { ConnectionPool, Transaction } from 'mssql';
import { DataSource } from 'typeorm';
import type { DataSourceOptions, Migration, QueryRunner, Table } from 'typeorm';
import type { SqlServerDriver } from 'typeorm/driver/sqlserver/SqlServerDriver';
import type { MssqlConfig } from '../../config/database-config';
import { onlyEncrypted } from './connect/only-encrypted';
import { connectionOptions } from './connection-options';
import { literal, MIGRATIONS_TABLE, pathOf, prepareOwnTables } from './schema/own-tables';

/** The `mssql` package, as TypeORM has loaded it: it is not loaded for books in SQLite. */
export type Mssql = typeof import('mssql');

type MssqlOptions = Extract<DataSourceOptions, { type: 'mssql' }>;

/**
 * The DataSource of SQL Server, the application's and the command line's. It looks for tables in
 * the default schema of the login by `object_id`, and names the table of the migrations alone,
 * where TypeORM names the database with it: `books..migrations`, which not every compatible engine
 * knows. Before it migrates it makes sure that no table of its names is anybody else's.
 */
class MssqlDataSource extends DataSource {
  constructor(options: DataSourceOptions) {
    super(options);
    this.driver.buildTableName = (table, schema) => (schema ? `${schema}.${table}` : table);
  }

  override createQueryRunner(mode?: 'master' | 'slave'): QueryRunner {
    const runner = super.createQueryRunner(mode);
    runner.hasTable = async (table: Table | string): Promise<boolean> => {
      const { schema, tableName } = this.driver.parseTableName(table);
      const path = literal(pathOf(schema ?? (await runner.getCurrentSchema()) ?? 'dbo', tableName));
      const found = (await runner.query(`select object_id(${path}, N'U') as id`)) as {
        id: number | null;
      }[];
      return found[0]?.id !== null && found[0]?.id !== undefined;
    };
    return runner;
  }

  /** @throws Refusal before anything is written, where a table of our name is not ours */
  override async runMigrations(
    options?: Parameters<DataSource['runMigrations']>[0],
  ): Promise<Migration[]> {
    await prepareOwnTables(
      (text) => this.query(text),
      async (text) => void (await poolOf(this).request().batch(text)),
      this.migrations,
    );
    return super.runMigrations(options);
  }
}

/** The DataSource; nothing is connected yet. */
export function mssqlDataSource(
  config: Pick<MssqlConfig, 'url'>,
  migrations: readonly (new () => object)[],
): DataSource {
  const { authentication, options, ...rest } = connectionOptions(config);
  return new MssqlDataSource({
    ...rest,
    // TypeORM hands `strict` on, and does not know it.
    options: options as MssqlOptions['options'] & object,
    authentication,
    extra: {
      // By default `SELECT 1` is sent before each use. Whether the socket stands is told without
      // asking, and a connection that breaks all the same is met by running the unit again.
      validateConnection: 'socket',
      ...(options.encrypt === true ? { beforeConnect: onlyEncrypted } : {}),
    },
    migrations: [...migrations] as (new () => object)[],
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'all',
  });
}

/** The pool under an initialised DataSource. */
export function poolOf(source: DataSource): ConnectionPool {
  return (source.driver as SqlServerDriver).master as ConnectionPool;
}

/** Makes all connections of the pool. What cannot be made now is made when it is needed. */
export async function warm(source: DataSource): Promise<void> {
  const { pool } = source.options as MssqlOptions;
  const alive = (): Promise<unknown> => poolOf(source).request().query('select 1 as alive');
  await Promise.allSettled(Array.from({ length: pool?.max ?? 1 }, alive));
}

/** The package under a DataSource. */
export function mssqlOf(source: DataSource): Mssql {
  return (source.driver as SqlServerDriver).mssql as Mssql;
}

/**
 * Sends one batch as it stands, within the transaction of the migration if there is one. TypeORM
 * would wrap it into `sp_executesql`.
 */
export async function runBatch(runner: QueryRunner, batch: string): Promise<void> {
  const transaction = Reflect.get(runner, 'databaseConnection') as Transaction | null | undefined;
  const parent = runner.isTransactionActive && transaction ? transaction : null;
  await (parent ?? poolOf(runner.dataSource)).request().batch(batch);
}

/** Sends batches as they stand, all or nothing. */
export async function runBatches(source: DataSource, batches: readonly string[]): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    for (const batch of batches) await runBatch(runner, batch);
    await runner.commitTransaction();
  } catch (error) {
    // Undone by the server already, or it is when the connection is released.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
