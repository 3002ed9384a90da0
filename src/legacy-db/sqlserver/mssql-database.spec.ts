import { RequestError, TransactionError } from 'mssql';
import * as mssql from 'mssql';
import { ManualClock } from '../../../test/support/manual-clock';
import { big, sql, text } from '../sql/sql';
import type { LiveConnection } from './mssql-database';
import { MssqlDatabase } from './mssql-database';
import { UnitSlots } from './unit-slots';

function told(number: number): RequestError {
  const info = { message: 'planted', number };
  return new RequestError(Object.assign(new Error('planted'), { info }), 'EREQUEST');
}

const LOST = Object.assign(new Error('gone'), { code: 'ESOCKET' });
const ABORTED = new TransactionError('Transaction has been aborted.', 'EABORT');

/** What the driver does at each point, attempt by attempt; null: it works. */
interface Script {
  readonly begin?: readonly (Error | null)[];
  readonly statement?: readonly (Error | null)[];
  readonly commit?: readonly (Error | null)[];
  readonly rollback?: readonly (Error | null)[];
}

/** The edge of the driver: transactions and requests that follow a script. */
class Driver {
  readonly log: string[] = [];
  /** Rows changed, as the server tells them with each statement. */
  counts: readonly number[] = [1];
  /** How long each statement takes. ms. */
  takesMs = 0;
  /** What the driver's transaction holds: its connection. */
  held: unknown = { close: () => this.log.push('connection closed') };
  readonly clock = new ManualClock(0);
  readonly database: MssqlDatabase;
  private readonly left: Record<keyof Script, (Error | null)[]>;

  constructor(script: Script) {
    const { begin = [], statement = [], commit = [], rollback = [] } = script;
    this.left = {
      begin: [...begin],
      statement: [...statement],
      commit: [...commit],
      rollback: [...rollback],
    };
    const { clock } = this;
    const fraction = { hex: () => '', fraction: () => 0 };
    const at = () => this.connection();
    this.database = new MssqlDatabase(at, new UnitSlots(2, 1_000, clock), clock, fraction);
  }

  /** One unit that changes one row. */
  unit(): Promise<number> {
    return this.database.write('unit', (db) => db.change(sql`update t set a = ${big(1)}`));
  }

  private play(point: keyof Script): Promise<void> {
    this.log.push(point);
    if (point === 'statement') this.clock.pass(this.takesMs);
    const error = this.left[point].shift() ?? null;
    return error ? Promise.reject(error) : Promise.resolve();
  }

  private connection(): LiveConnection {
    const { log, held } = this;
    const counts = () => this.counts;
    const play = (point: keyof Script): Promise<void> => this.play(point);
    class Request {
      input(name: string, type: mssql.ISqlType, value: unknown): void {
        log.push(`${name} ${(type.type as () => void).name} ${String(value)}`);
      }
      async query(statement: string): Promise<object> {
        log.push(statement);
        await play('statement');
        return { recordset: [], rowsAffected: counts() };
      }
    }
    const transaction = () => ({
      _acquiredConnection: held,
      begin: (level: number) =>
        play('begin').then(() => expect(level).toBe(mssql.ISOLATION_LEVEL.READ_COMMITTED)),
      commit: () => play('commit'),
      rollback: () => play('rollback'),
    });
    const module = { ...mssql, Request, ISOLATION_LEVEL: mssql.ISOLATION_LEVEL };
    return { mssql: module, pool: { transaction } } as unknown as LiveConnection;
  }

  count(point: keyof Script): number {
    return this.log.filter((entry) => entry === point).length;
  }
}

describe('a unit of work on SQL Server', () => {
  it('is one transaction with typed parameters', async () => {
    const driver = new Driver({});
    expect(await driver.unit()).toBe(1);
    expect(driver.log).toEqual([
      'begin',
      'p1 BigInt 1',
      'update t set a = @p1',
      'statement',
      'commit',
    ]);
  });

  it.each([1205, 1222, 4060, 40197, 40501, 40613, 49918, 49919, 49920, 233, 10054])(
    'is run again as a whole after %i, three times at most',
    async (number) => {
      const once = new Driver({ statement: [told(number)] });
      expect(await once.unit()).toBe(1);
      expect([once.count('begin'), once.count('rollback'), once.count('commit')]).toEqual([
        2, 1, 1,
      ]);
      const always = new Driver({ statement: Array.from({ length: 9 }, () => told(number)) });
      await expect(always.unit()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      expect([always.count('begin'), always.count('commit')]).toEqual([4, 0]);
    },
  );

  it.each([8152, 2628, 8114, 8115, 547, 50000, 208, 2812, 229])(
    'is not run again after %i',
    async (number) => {
      const driver = new Driver({ statement: [told(number)] });
      await expect(driver.unit()).rejects.toThrow(String(number));
      expect([driver.count('begin'), driver.count('rollback')]).toEqual([1, 1]);
    },
  );

  it('is run again once where a unique key refused a row', async () => {
    const race = new Driver({ statement: [told(2627)] });
    expect(await race.unit()).toBe(1);
    const there = new Driver({ statement: [told(2601), told(2627), told(2627)] });
    await expect(there.unit()).rejects.toMatchObject({ number: 2627 });
    expect(there.count('begin')).toBe(2);
  });

  it('is run again when its connection was lost before the commit', async () => {
    for (const script of [{ begin: [LOST] }, { statement: [LOST], rollback: [LOST] }]) {
      const driver = new Driver(script);
      expect(await driver.unit()).toBe(1);
      expect(driver.count('commit')).toBe(1);
    }
  });

  it('is run again after a commit without an answer, its connection closed', async () => {
    for (const error of [LOST, Object.assign(new Error('late'), { code: 'ETIMEOUT' })]) {
      const driver = new Driver({ commit: [error] });
      expect(await driver.unit()).toBe(1);
      expect(driver.log.filter((entry) => entry === 'connection closed')).toHaveLength(1);
      expect(driver.count('commit')).toBe(2);
    }
  });

  it.each([
    ['is let go already', null],
    ['is not told', undefined],
    ['cannot be closed', {}],
  ])('is run again after a commit without an answer where the connection %s', async (_, held) => {
    const driver = new Driver({ commit: [LOST] });
    driver.held = held;
    expect(await driver.unit()).toBe(1);
    expect(driver.count('commit')).toBe(2);
  });

  it('that could not be undone leaves no connection to others', async () => {
    const driver = new Driver({ statement: [told(547)], rollback: [LOST] });
    await expect(driver.unit()).rejects.toMatchObject({ number: 547 });
    expect(driver.log.at(-1)).toBe('connection closed');
  });

  it('pauses for longer each time it is run again', async () => {
    const driver = new Driver({ begin: [LOST, LOST, LOST] });
    expect(await driver.unit()).toBe(1);
    expect(driver.clock.monotonicMs()).toBe(10 + 20 + 40);
  });

  it('is not begun again once its callers have waited too long', async () => {
    const atLast = new Driver({ statement: [told(1205)] });
    atLast.takesMs = 20_000;
    expect(await atLast.unit()).toBe(1);
    const late = new Driver({ statement: [told(1205)] });
    late.takesMs = 20_001;
    await expect(late.unit()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(late.count('begin')).toBe(1);
  });

  it('whose commit is never answered is no success and no plain failure', async () => {
    const driver = new Driver({ commit: [LOST, LOST, LOST, LOST, LOST] });
    await expect(driver.unit()).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: 'DATABASE_UNAVAILABLE: unit: commit without an answer',
    });
    expect(driver.count('commit')).toBe(4);
  });

  it('that was undone by the server is not committed', async () => {
    const driver = new Driver({ statement: [told(1205)], rollback: [ABORTED] });
    expect(await driver.unit()).toBe(1);
    expect(driver.log).not.toContain('connection closed');
    const late = new Driver({ commit: [ABORTED] });
    await expect(late.unit()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(late.count('commit')).toBe(1);
  });

  it('sends nothing more after a statement that failed', async () => {
    const driver = new Driver({ statement: [told(547)] });
    const stubborn = driver.database.write('stubborn', async (db) => {
      await db.change(sql`insert into t (a) values (${text(3, 'abc')})`).catch(() => 0);
      return db.change(sql`update t set a = ${big(1)}`);
    });
    await expect(stubborn).rejects.toThrow();
    expect([driver.count('statement'), driver.count('commit')]).toEqual([1, 0]);
    const silent = new Driver({ statement: [told(547)] });
    const swallowed = silent.database.write('silent', (db) =>
      db.change(sql`update t set a = ${big(1)}`).catch(() => 0),
    );
    await expect(swallowed).rejects.toMatchObject({ number: 547 });
    expect(silent.count('commit')).toBe(0);
  });

  it('is undone where the server tells no row counts', async () => {
    const driver = new Driver({});
    driver.counts = [];
    await expect(driver.unit()).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('NOCOUNT') as string,
    });
    expect([driver.count('rollback'), driver.count('commit')]).toEqual([1, 0]);
    driver.counts = [0];
    expect(await driver.unit()).toBe(0);
  });

  it('never cuts a text', async () => {
    const driver = new Driver({});
    const long = driver.database.write('long', (db) =>
      db.change(sql`update t set a = ${text(2, 'abc')}`),
    );
    await expect(long).rejects.toThrow('too long');
    expect([driver.count('statement'), driver.count('rollback')]).toEqual([0, 1]);
  });
});

describe('a read on SQL Server', () => {
  it('is no transaction, and is run again as units are', async () => {
    const driver = new Driver({ statement: [LOST] });
    expect(await driver.database.read.rows(sql`select a from t`)).toEqual([]);
    expect([driver.count('statement'), driver.count('begin')]).toEqual([2, 0]);
  });

  it('does not write', async () => {
    const driver = new Driver({});
    const change = driver.database.read.change(sql`update t set a = ${big(1)}`);
    await expect(change).rejects.toThrow('a read does not write');
    expect(driver.log).toEqual([]);
  });
});

describe('the places for units', () => {
  it('are given in turn, and who waits too long is told so', async () => {
    const clock = new ManualClock(0);
    const slots = new UnitSlots(1, 1_000, clock);
    let release = (): void => undefined;
    const first = slots.use('first', () => new Promise<void>((done) => (release = done)));
    const late = slots.use('late', () => Promise.resolve());
    await expect(late).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    release();
    await first;
    expect(await slots.use('next', () => Promise.resolve(5))).toBe(5);
    await slots.idle();
  });

  it('are not held by those who wait for a unit of their own bill', async () => {
    const slots = new UnitSlots(2, 1_000, new StoppedClock(0));
    const ends: (() => void)[] = [];
    const began: string[] = [];
    const use = (name: string, bill: string | null): Promise<void> =>
      slots.use(
        name,
        () => {
          began.push(name);
          return new Promise<void>((end) => ends.push(end));
        },
        bill,
      );
    const all = [use('a1', 'a'), use('a2', 'a'), use('a3', 'a'), use('b1', 'b'), use('x', null)];
    await settle();
    expect(began).toEqual(['x', 'a1']);
    ends.shift()?.();
    await settle();
    expect(began).toEqual(['x', 'a1', 'b1']);
    while (ends.length > 0) {
      ends.shift()?.();
      await settle();
    }
    await Promise.all(all);
    expect(began.slice(3)).toEqual(['a2', 'a3']);
    await slots.idle();
  });

  it('take so many of a bill, and no more', async () => {
    const slots = new UnitSlots(1, 1_000, new StoppedClock(0));
    let end = (): void => undefined;
    const first = slots.use('first', () => new Promise<void>((done) => (end = done)), 'a');
    const others = Array.from({ length: 500 }, () =>
      slots.use('next', () => Promise.resolve(), 'a'),
    );
    for (const other of others) void other.catch(() => undefined);
    await expect(slots.use('late', () => Promise.resolve(), 'a')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('too many wait for this bill') as string,
    });
    end();
    await first;
    await Promise.allSettled(others);
    expect(await slots.use('again', () => Promise.resolve(5), 'a')).toBe(5);
  });
});

/** Nobody's time is ever over. */
class StoppedClock extends ManualClock {
  override sleep(): Promise<void> {
    return new Promise(() => undefined);
  }
}

/** Everything that can go on has gone on. */
function settle(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
