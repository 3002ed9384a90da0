import { existsSync } from 'node:fs';
import { DataSource } from 'typeorm';
import type { DatabaseConfig, MssqlConfig } from '../../config/database-config';
import { openWriter, sqliteReader, sqliteWriter } from '../data-source';
import { connectionOptions } from '../mssql/connection-options';
import { PROCEDURES } from '../mssql/contract';
import { compareProcedure } from './compare-procedures';
import { comparisonOf } from './difference';
import type { Comparison } from './difference';
import { expectedOnMssql, expectedOnSqlite } from './expected-tables';
import type { Migration } from './expected-tables';
import { mayExecute, readMssqlMigrations, readMssqlTables, readParameters } from './mssql-catalog';
import { readSqliteMigrations, readSqliteTables } from './sqlite-catalog';
import type { Query } from './sqlite-catalog';
import { compareTables } from './table-shape';

/** A database as the commands of the operator see it. */
export interface StoredBooks {
  /** Store and address, fit to print. */
  readonly shown: string;
  /** Names of all migrations this version has, oldest first. */
  readonly migrations: readonly string[];
  /** Connects to what is there and changes nothing. Throws when it cannot. */
  connect(): Promise<void>;
  /** Names of the migrations that were run. */
  applied(): Promise<string[]>;
  /** What must be there against what is. */
  compare(): Promise<Comparison[]>;
  /** Brings the schema up to date; connects by itself. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

/** The database of `DATABASE_URL`; nothing is opened yet. */
export function storedBooks(config: DatabaseConfig): StoredBooks {
  return config.kind === 'sqlite' ? new SqliteBooks(config.file) : new MssqlBooks(config);
}

function namesOf(migrations: readonly Migration[]): string[] {
  return migrations.map((migration) => new migration().name ?? migration.name);
}

/** The migrations a DataSource was made with: this project lists classes, never patterns. */
function migrationsOf(dataSource: DataSource): Migration[] {
  return Object.values(dataSource.options.migrations ?? {}) as Migration[];
}

async function closed(dataSource: DataSource): Promise<void> {
  if (dataSource.isInitialized) await dataSource.destroy();
}

class SqliteBooks implements StoredBooks {
  readonly shown: string;
  private readonly reader: DataSource;
  private readonly writer: DataSource;

  constructor(private readonly file: string) {
    this.shown = `SQLite, ${file}`;
    this.reader = sqliteReader(file);
    this.writer = sqliteWriter(file);
  }

  get migrations(): string[] {
    return namesOf(migrationsOf(this.writer));
  }

  async connect(): Promise<void> {
    if (!existsSync(this.file)) throw new Error('there is no such file yet');
    await this.reader.initialize();
  }

  applied(): Promise<string[]> {
    return readSqliteMigrations(this.query);
  }

  async compare(): Promise<Comparison[]> {
    const expected = await expectedOnSqlite(migrationsOf(this.writer));
    return compareTables(expected, await readSqliteTables(this.query));
  }

  async migrate(): Promise<void> {
    await openWriter(this.writer);
    if (!this.reader.isInitialized) await this.reader.initialize();
  }

  async close(): Promise<void> {
    await closed(this.reader);
    await closed(this.writer);
  }

  private readonly query: Query = (text) => this.reader.query(text);
}

class MssqlBooks implements StoredBooks {
  readonly shown: string;
  private readonly dataSource: DataSource;
  private readonly migrationList: Migration[];

  constructor(private readonly config: MssqlConfig) {
    this.shown = `SQL Server, ${config.shown}`;
    this.migrationList = migrationsOf(sqliteWriter(''));
    this.dataSource = new DataSource({
      ...connectionOptions(config),
      migrations: this.migrationList,
    });
  }

  get migrations(): string[] {
    return namesOf(this.migrationList);
  }

  async connect(): Promise<void> {
    await this.dataSource.initialize();
  }

  applied(): Promise<string[]> {
    return readMssqlMigrations(this.query);
  }

  async compare(): Promise<Comparison[]> {
    const expected = await expectedOnMssql(this.migrationList);
    const names = expected.map(({ name }) => name);
    return [
      ...(await this.compareProcedures()),
      ...compareTables(expected, await readMssqlTables(this.query, names)),
    ];
  }

  async migrate(): Promise<void> {
    if (!this.dataSource.isInitialized) await this.connect();
    await this.dataSource.runMigrations({ transaction: 'each' });
  }

  async close(): Promise<void> {
    await closed(this.dataSource);
  }

  private async compareProcedures(): Promise<Comparison[]> {
    const comparisons: Comparison[] = [];
    for (const contract of PROCEDURES) {
      const found = await readParameters(this.query, contract.name);
      comparisons.push(compareProcedure(contract, this.config.parameterNames, found));
      if (found !== null) comparisons.push(await this.compareRight(contract.name));
    }
    return comparisons;
  }

  private async compareRight(procedure: string): Promise<Comparison> {
    const allowed = await mayExecute(this.query, procedure);
    const right = { object: procedure, part: 'right', expected: 'EXECUTE' };
    if (allowed === false) return comparisonOf('', [{ ...right, found: 'not granted to us' }]);
    const said = allowed ? 'we may execute it' : 'the database does not say whether we may';
    return comparisonOf(`procedure ${procedure}: ${said}`, []);
  }

  private readonly query: Query = (text) => this.dataSource.query(text);
}
