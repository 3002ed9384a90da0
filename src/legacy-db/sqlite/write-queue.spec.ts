import type BetterSqlite3 from 'better-sqlite3';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { tempFolder } from '../../../test/support/temp-folder';
import { systemClock } from '../../config/system-clock';
import type { Clock } from '../../domain/ports/clock';
import type { Sql } from '../sql/database';
import { big, sql, text } from '../sql/sql';
import type { Statement } from '../sql/sql';
import { openHandle } from './sqlite-driver';
import type { WriteConnection } from './write-queue';
import { WriteQueue } from './write-queue';

const SCHEMA = `
  create table note (id integer primary key, unit text not null);
  create table parent (id integer primary key);
  create table child (id integer primary key, parent_id integer not null
    references parent (id) deferrable initially deferred);
`;

/** A queue on a real file; `log` holds what reached the database, in order. */
class Bench {
  readonly log: string[] = [];
  readonly queue: WriteQueue;
  /** A second connection, as another process would have it. */
  readonly other: BetterSqlite3.Database;
  private readonly folder = tempFolder();
  private readonly writer: BetterSqlite3.Database;

  constructor(clock: Clock = systemClock) {
    const file = join(this.folder.path, 'queue.sqlite');
    this.writer = openHandle(file, { timeout: 0 });
    this.writer.pragma('journal_mode = WAL');
    this.writer.pragma('foreign_keys = ON');
    this.writer.exec(SCHEMA);
    this.other = openHandle(file, { timeout: 0 });
    this.queue = new WriteQueue(this.connection(), clock);
  }

  private connection(): WriteConnection {
    const run = (statement: Statement) => {
      const values = statement.values.map(({ value }) => value);
      return this.writer.prepare(statement.texts.join('?')).run(...values);
    };
    const db: Sql = {
      rows: <Row>(statement: Statement) =>
        Promise.resolve(this.writer.prepare(statement.texts.join('?')).all() as Row[]),
      change: async (statement) => Promise.resolve(run(statement).changes),
      insert: async (statement) => Promise.resolve(Number(run(statement).lastInsertRowid)),
      call: () => Promise.reject(new Error('no procedures')),
    };
    return {
      sql: db,
      control: async (statement) => {
        this.writer.exec(statement);
        this.log.push(statement);
        return Promise.resolve();
      },
    };
  }

  /** Hands in a unit that writes `notes` one after the other, with a pause between them. */
  note(unit: string, notes = 1, fails = false): Promise<string> {
    return this.queue.write(unit, async (db) => {
      for (let step = 1; step <= notes; step += 1) {
        this.log.push(`${unit} ${step}`);
        await db.change(sql`insert into note (unit) values (${text(20, unit)})`);
        await wait(3);
      }
      if (fails) throw new Error(`${unit} fails`);
      return `${unit} done`;
    });
  }

  /** The committed notes, as the other connection sees them. */
  notes(): string[] {
    const rows = this.other.prepare('select unit from note order by id').all();
    return (rows as { unit: string }[]).map(({ unit }) => unit);
  }

  async close(): Promise<void> {
    await this.queue.idle();
    this.writer.close();
    this.other.close();
    this.folder.remove();
  }
}

const CONTROL = /^(BEGIN|COMMIT|ROLLBACK)/;

describe('the write queue', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());

  it('never lets units of several steps into each other', async () => {
    await Promise.all([bench.note('a', 3), bench.note('b', 3), bench.note('c', 2)]);
    const steps = bench.log.filter((entry) => /^[abc] /.test(entry));
    expect(steps).toEqual(['a 1', 'a 2', 'a 3', 'b 1', 'b 2', 'b 3', 'c 1', 'c 2']);
    expect(bench.notes()).toEqual(['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c']);
  });

  it('keeps the order in which units were handed in, over many commits', async () => {
    const units = Array.from({ length: 150 }, (_one, index) => `u${index}`);
    const answered: string[] = [];
    await Promise.all(
      units.map((unit) =>
        bench.queue
          .write(unit, (db) => db.change(sql`insert into note (unit) values (${text(20, unit)})`))
          .then(() => answered.push(unit)),
      ),
    );
    expect(bench.notes()).toEqual(units);
    expect(answered).toEqual(units);
    expect(bench.log.filter((entry) => entry === 'COMMIT')).toHaveLength(3);
  });

  it('lets units that wait together share one commit, and a later one have its own', async () => {
    await Promise.all([bench.note('a'), bench.note('b')]);
    await bench.note('c');
    const controls = bench.log.filter((entry) => CONTROL.test(entry));
    expect(controls).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']);
    expect(bench.log.slice(-3)).toEqual(['BEGIN IMMEDIATE', 'c 1', 'COMMIT']);
  });

  it('lets what comes just after a commit share the next one', async () => {
    const rest: Promise<string>[] = [];
    await bench.queue.write('a', async () => Promise.resolve(rest.push(bench.note('b'))));
    await new Promise((later) => setImmediate(later));
    await Promise.all([...rest, bench.note('c')]);
    expect(bench.notes()).toEqual(['b', 'c']);
    expect(bench.log.filter((entry) => entry === 'COMMIT')).toHaveLength(2);
  });

  it('undoes a unit that fails alone, with all its steps', async () => {
    const results = await Promise.allSettled([
      bench.note('a', 2),
      bench.note('b', 2, true),
      bench.note('c', 1),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { message: 'b fails' } });
    expect(bench.notes()).toEqual(['a', 'a', 'c']);
    const kept = ['SAVEPOINT unit', 'RELEASE unit'];
    const undone = ['SAVEPOINT unit', 'ROLLBACK TO unit', 'RELEASE unit'];
    const savepoints = bench.log.filter((entry) => entry.endsWith(' unit'));
    expect(savepoints).toEqual([...kept, ...undone, ...kept]);
  });

  it('undoes a unit whose statement the database refuses', async () => {
    const refused = bench.queue.write('refused', async (db) => {
      await db.change(sql`insert into note (id, unit) values (${big(1)}, ${text(20, 'r')})`);
      await db.change(sql`insert into note (id, unit) values (${big(1)}, ${text(20, 'r')})`);
    });
    const [first, second] = await Promise.allSettled([refused, bench.note('a')]);
    expect(first).toMatchObject({ reason: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } });
    expect(second.status).toBe('fulfilled');
    expect(bench.notes()).toEqual(['a']);
  });

  it('goes on after a failure', async () => {
    await expect(bench.note('a', 1, true)).rejects.toThrow('a fails');
    await expect(bench.note('b')).resolves.toBe('b done');
    expect(bench.notes()).toEqual(['b']);
  });

  it('shows nothing outside before the commit', async () => {
    const seen: string[][] = [];
    const unit = bench.queue.write('a', async (db) => {
      await db.change(sql`insert into note (unit) values (${text(20, 'a')})`);
      seen.push(bench.notes());
      await wait(5);
      seen.push(bench.notes());
    });
    await Promise.all([unit, bench.note('b').then(() => seen.push(bench.notes()))]);
    expect(seen).toEqual([[], [], ['a', 'b']]);
  });

  it('answers nobody before the commit, success and failure alike', async () => {
    const settled = (unit: string) => () => bench.log.push(`answered ${unit}`);
    await Promise.all([
      bench.note('a').then(settled('a')),
      bench.note('b', 1, true).catch(settled('b')),
      bench.note('c').then(settled('c')),
    ]);
    const events = bench.log.filter((entry) => entry === 'COMMIT' || entry.startsWith('answered'));
    expect(events[0]).toBe('COMMIT');
    expect(events.slice(1).sort()).toEqual(['answered a', 'answered b', 'answered c']);
  });

  it('takes units handed in by the answer of another', async () => {
    const chained = bench.note('a').then(() => bench.note('b'));
    await expect(chained).resolves.toBe('b done');
    await bench.queue.idle();
    expect(bench.notes()).toEqual(['a', 'b']);
  });

  it('is idle only when everything handed in is settled', async () => {
    const units = [bench.note('a', 3), bench.note('b', 3)];
    await bench.queue.idle();
    expect(bench.notes()).toHaveLength(6);
    await Promise.all(units);
  });
});

describe('the write queue before a commit', () => {
  it.each([
    ['a lone unit', 1, 0, { turns: 1, group: 1 }],
    ['units that come one a turn', 1, 20, { turns: 8, group: 9 }],
    ['one unit less than a commit takes', 63, 0, { turns: 2, group: 63 }],
    ['as many as a commit takes', 64, 0, { turns: 1, group: 64 }],
  ])('of %s waits while more of them come', async (_what, atOnce, inTurn, { turns, group }) => {
    let left = inTurn;
    let waited = 0;
    const units: Promise<void>[] = [];
    const handIn = (): void => {
      units.push(bench.queue.write('unit', async () => Promise.resolve(void bench.log.push('u'))));
    };
    const turn = async (): Promise<void> => {
      waited += 1;
      await systemClock.turn();
      if (left > 0) handIn();
      left -= 1;
    };
    const bench = new Bench({ ...systemClock, turn });
    for (let number = 0; number < atOnce; number += 1) handIn();
    await bench.queue.idle();
    await Promise.all(units);
    const counts = ['u', 'COMMIT'].map((entry) => bench.log.filter((one) => one === entry).length);
    expect([waited, ...counts]).toEqual([turns, group, 1]);
    await bench.close();
  });
});

describe('the write queue beside other processes', () => {
  it('leaves them a gap after 100 ms of writing, and then has as long again', async () => {
    let nowMs = 0;
    const bench = new Bench({
      ...systemClock,
      monotonicMs: () => nowMs,
      sleep: async (ms) => Promise.resolve(void bench.log.push(`gap of ${ms}`)),
    });
    const units: Promise<void>[] = [];
    /** Units one behind the other that take so long, ms: each hands in the next. */
    const handIn = ([tookMs, ...more]: readonly number[]): void => {
      if (tookMs === undefined) return;
      const unit = bench.queue.write('unit', async () => {
        nowMs += tookMs;
        bench.log.push(`at ${nowMs}`);
        handIn(more);
        return Promise.resolve();
      });
      units.push(unit);
    };
    handIn([99, 1, 99, 1, 50]);
    await bench.queue.idle();
    await Promise.all(units);
    const seen = bench.log.filter((entry) => !CONTROL.test(entry));
    const first = ['at 99', 'at 100', 'gap of 4'];
    expect(seen).toEqual([...first, 'at 199', 'at 200', 'gap of 4', 'at 250']);
    await bench.close();
  });
});

describe('the write queue in trouble', () => {
  it('waits for another connection that is writing', async () => {
    const bench = new Bench();
    bench.other.exec("BEGIN IMMEDIATE; insert into note (unit) values ('other')");
    const unit = bench.note('a');
    await wait(60);
    expect(bench.log).toEqual([]);
    bench.other.exec('COMMIT');
    await expect(unit).resolves.toBe('a done');
    expect(bench.notes()).toEqual(['other', 'a']);
    await bench.close();
  });

  it('gives up after its deadline: the database is not available, nothing is written', async () => {
    let now = 0;
    const clock: Clock = { ...systemClock, monotonicMs: () => (now += 1_000) };
    const bench = new Bench(clock);
    bench.other.exec('BEGIN IMMEDIATE');
    const units = [bench.note('a'), bench.note('b')];
    for (const unit of units) {
      await expect(unit).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    }
    bench.other.exec('ROLLBACK');
    await expect(bench.note('c')).resolves.toBe('c done');
    expect(bench.notes()).toEqual(['c']);
    await bench.close();
  });

  it('does not wait where the database has another trouble', async () => {
    const waits: number[] = [];
    const sleep = async (ms: number) => Promise.resolve(void waits.push(ms));
    const trouble = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
    const control = (): Promise<never> => Promise.reject(trouble);
    const call = control;
    const db: Sql = { rows: call, change: call, insert: call, call };
    const queue = new WriteQueue({ sql: db, control }, { ...systemClock, sleep });
    const unit = queue.write('a', () => Promise.resolve());
    await expect(unit).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(waits).toEqual([]);
  });

  it('rejects every unit of a commit that fails, and keeps none of them', async () => {
    const bench = new Bench();
    const orphan = bench.queue.write('orphan', (db) =>
      db.change(sql`insert into child (parent_id) values (${big(99)})`),
    );
    const results = await Promise.allSettled([bench.note('a'), orphan, bench.note('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(results[0]).toMatchObject({ reason: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } });
    expect(bench.notes()).toEqual([]);
    await expect(bench.note('c')).resolves.toBe('c done');
    expect(bench.notes()).toEqual(['c']);
    await bench.close();
  });

  it('rejects every unit when the database undoes the transaction by itself', async () => {
    const bench = new Bench();
    const first = bench.note('a');
    const undone = bench.queue.write('undone', (db) =>
      db.change(sql`insert or rollback into note (id, unit) values (${big(1)}, 'u')`),
    );
    const results = await Promise.allSettled([first, undone, bench.note('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(bench.notes()).toEqual([]);
    await bench.close();
  });
});
