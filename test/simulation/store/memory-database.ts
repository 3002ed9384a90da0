import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import type { QueryResult } from 'typeorm';
import { openWriter, sqliteWriter } from '../../../src/legacy-db/data-source';
import { openHandle } from '../../../src/legacy-db/sqlite/sqlite-driver';

/** An error as SQLite's driver throws it. */
export class SqliteFault extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Statements that change nothing but who looks after a receipt, and when. */
const CLAIMS_ALONE =
  /^update receipt set (?:(?:claimed_by|claim_until_ms|due_at_ms) = \?,?\s*)+where/;

/** Tell the observer which receipts a transaction changes. */
const TOUCHED = [
  'create temp trigger inserted after insert on receipt begin select touch(new.id); end',
  'create temp trigger updated after update on receipt begin select touch(new.id); end',
  'create temp trigger deleted after delete on receipt begin select touch(old.id); end',
];

interface Prepared {
  readonly statement: BetterSqlite3.Statement<unknown[]>;
  /** Makes a row of its columns' values; null: the statement reads nothing. */
  readonly row: ((values: unknown[]) => object) | null;
  /** The table it changes; null: none. */
  readonly table: string | null;
  /** Does it control a transaction, and how? */
  readonly control: 'begins' | 'undoes' | null;
}

/**
 * Makes rows with the columns as literal members. The driver's own rows are dictionaries: they are
 * twice as dear to make, and slow to look into.
 */
function rowMaker(columns: readonly { readonly name: string }[]): (values: unknown[]) => object {
  const members = columns.map(({ name }, i) => `${JSON.stringify(name)}: v[${i}]`);
  return Reflect.construct(Function, ['v', `return { ${members.join(', ')} };`]) as (
    values: unknown[],
  ) => object;
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
  /**
   * Told after each commit which tables changed, `claims` standing for those of receipts, and the
   * rows of `receipt` that may have.
   */
  onCommit: (tables: ReadonlySet<string>, receipts: ReadonlySet<number>) => void = () => undefined;
  /** May refuse a statement, as a customer's procedure does. */
  obstacle: (text: string, values: readonly unknown[]) => void = () => undefined;
  private readonly handle: BetterSqlite3.Database;
  private readonly cache = new Map<string, Prepared>();
  private readonly tables: readonly string[];
  private dirty = new Set<string>();
  private touched = new Set<number>();
  private writer: object | null = null;
  private waiting: (() => void)[] = [];

  constructor(schema: readonly string[]) {
    // Made anew in memory: one that is loaded from bytes copies its pages at every commit.
    this.handle = openHandle(':memory:');
    // Small pages: the journal keeps a copy of each page that a transaction changes.
    this.handle.pragma('page_size = 1024');
    for (const statement of schema) this.handle.exec(statement);
    this.handle.function('touch', (id: unknown) => {
      this.touched.add(Number(id));
      return null;
    });
    for (const statement of TOUCHED) this.handle.exec(statement);
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
    this.obstacle = () => undefined;
    for (const table of this.tables) this.prepared(`delete from ${table}`).statement.run();
    this.dirty = new Set();
    this.touched = new Set();
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
    return this.read(this.prepared(text), values) as Row[];
  }

  /** A statement of another system that shares the database. */
  foreign(text: string, ...values: unknown[]): void {
    this.prepared(text).statement.run(...values);
  }

  execute(owner: object, text: string, values: readonly unknown[]): QueryResult {
    const prepared = this.prepared(text);
    if (prepared.row !== null) {
      const records = this.read(prepared, values);
      return { raw: records, records };
    }
    const { control, table } = prepared;
    if (control === 'begins') this.begin(owner);
    else if (this.writer !== null && this.writer !== owner) throw new SqliteFault('SQLITE_BUSY');
    this.obstacle(text, values);
    const { changes, lastInsertRowid } = prepared.statement.run(...values);
    if (table !== null && changes > 0) this.dirty.add(table);
    if (!this.handle.inTransaction) this.settled(control !== 'undoes');
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
    const { dirty, touched } = this;
    this.writer = null;
    if (dirty.size > 0) this.dirty = new Set();
    if (touched.size > 0) this.touched = new Set();
    if (committed && dirty.size > 0) this.onCommit(dirty, touched);
    for (const run of this.waiting.splice(0)) run();
  }

  private read({ statement, row }: Prepared, values: readonly unknown[]): object[] {
    const rows = statement.all(...values) as unknown[][];
    return row === null ? [] : rows.map(row);
  }

  private prepared(text: string): Prepared {
    const known = this.cache.get(text);
    if (known) return known;
    const statement = this.handle.prepare(text);
    const changed = /^\s*(?:update|insert into|delete from)\s+(\w+)/i.exec(text)?.[1] ?? null;
    const table = CLAIMS_ALONE.test(text) ? 'claims' : changed;
    const row = statement.reader ? rowMaker(statement.raw().columns()) : null;
    const control = /^begin/i.test(text) ? 'begins' : /^rollback$/i.test(text) ? 'undoes' : null;
    const prepared = { statement, row, table, control } as const;
    this.cache.set(text, prepared);
    return prepared;
  }
}
