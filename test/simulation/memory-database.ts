import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { QueryResult } from 'typeorm';
import { openWriter, sqliteWriter } from '../../src/legacy-db/data-source';

/** An error as SQLite's driver throws it. */
export class SqliteFault extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Statements that change nothing but who looks after a receipt, and when. */
const CLAIMS_ALONE =
  /^update receipt set (?:(?:claimed_by|claim_until_ms|due_at_ms) = \?,?\s*)+where/;

interface Prepared {
  readonly statement: BetterSqlite3.Statement<unknown[]>;
  readonly reader: boolean;
  /** The table it changes; null: none. */
  readonly table: string | null;
}

/** The schema as the product's migrations make it, as statements. */
export async function migratedSchema(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  try {
    const file = join(folder, 'schema.sqlite');
    const source = sqliteWriter(file);
    await openWriter(source);
    const made = await source.query<{ sql: string }[]>(
      "select sql from sqlite_master where sql is not null and name not like 'sqlite_%'",
    );
    await source.destroy();
    return made.map((row) => row.sql);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * One real SQLite database in memory that the processes of a story share. Only one of them at a
 * time is inside a transaction; the others find the file busy.
 */
export class MemoryDatabase {
  /** Told after each commit which tables changed; `claims` stands for those of receipts. */
  onCommit: (tables: ReadonlySet<string>) => void = () => undefined;
  /** May refuse a statement, as a customer's procedure does. */
  obstacle: (text: string, values: readonly unknown[]) => void = () => undefined;
  private readonly handle: BetterSqlite3.Database;
  private readonly cache = new Map<string, Prepared>();
  private readonly tables: readonly string[];
  private dirty = new Set<string>();
  private writer: object | null = null;
  private waiting: (() => void)[] = [];

  constructor(schema: readonly string[]) {
    // Made anew in memory: one that is loaded from bytes copies its pages at every commit.
    this.handle = new BetterSqlite3(':memory:');
    for (const statement of schema) this.handle.exec(statement);
    const names = this.handle
      .prepare("select name from sqlite_master where type = 'table'")
      .pluck()
      .all() as string[];
    this.tables = names.filter((name) => !/^(migrations|sqlite_stat)/.test(name));
  }

  /** Empties every table, so that the next story starts afresh. */
  clear(): void {
    if (this.handle.inTransaction) this.handle.exec('ROLLBACK');
    this.writer = null;
    this.waiting = [];
    this.dirty = new Set();
    this.obstacle = () => undefined;
    for (const table of this.tables) this.prepared(`delete from ${table}`).statement.run();
  }

  /** Is anybody in the middle of a transaction? */
  isOpen(): boolean {
    return this.writer !== null;
  }

  /** Runs as soon as nobody is inside a transaction. */
  whenClosed(run: () => void): void {
    if (this.writer === null) run();
    else this.waiting.push(run);
  }

  /** Rows for the observer. */
  rows<Row>(text: string, ...values: unknown[]): Row[] {
    return this.prepared(text).statement.all(...values) as Row[];
  }

  /** A statement of another system that shares the database. */
  foreign(text: string, ...values: unknown[]): void {
    this.prepared(text).statement.run(...values);
  }

  execute(owner: object, text: string, values: readonly unknown[]): QueryResult {
    const prepared = this.prepared(text);
    if (prepared.reader) {
      const records = prepared.statement.all(...values);
      return { raw: records, records };
    }
    const upper = text.slice(0, 8).toUpperCase();
    if (upper.startsWith('BEGIN')) this.begin(owner);
    else if (this.writer !== null && this.writer !== owner) throw new SqliteFault('SQLITE_BUSY');
    this.obstacle(text, values);
    const { changes, lastInsertRowid } = prepared.statement.run(...values);
    if (prepared.table !== null && changes > 0) this.dirty.add(prepared.table);
    if (!this.handle.inTransaction) this.settled(upper !== 'ROLLBACK');
    return { raw: lastInsertRowid, records: [], affected: changes };
  }

  /** Its process is gone: what it had not committed is undone. */
  drop(owner: object): void {
    if (this.writer !== owner) return;
    if (this.handle.inTransaction) this.handle.exec('ROLLBACK');
    this.settled(false);
  }

  private begin(owner: object): void {
    if (this.writer !== null) throw new SqliteFault('SQLITE_BUSY');
    this.writer = owner;
  }

  private settled(committed: boolean): void {
    const tables = this.dirty;
    this.writer = null;
    this.dirty = new Set();
    if (committed && tables.size > 0) this.onCommit(tables);
    for (const run of this.waiting.splice(0)) run();
  }

  private prepared(text: string): Prepared {
    const known = this.cache.get(text);
    if (known) return known;
    const statement = this.handle.prepare(text);
    const changed = /^\s*(?:update|insert into|delete from)\s+(\w+)/i.exec(text)?.[1] ?? null;
    const table = CLAIMS_ALONE.test(text) ? 'claims' : changed;
    const prepared = { statement, reader: statement.reader, table };
    this.cache.set(text, prepared);
    return prepared;
  }
}
