import type { Database, Sql } from '../../sql/database';
import { sql } from '../../sql/sql';
import { SQLITE } from '../sqlite-database';
import { MarkedDatabase } from './marked-database';
import type { NumberMarks } from './number-marks';
import { BeyondMarks } from './number-marks';

const INSERT = sql`insert into receipt_serial (outtradeno) values ('x')`;
const CHANGE = sql`update bill set bill_status = '0'`;

describe('units on the marked database', () => {
  let log: string[];
  /** How often the marks do not cover what a unit gave. */
  let beyond: number;
  let database: MarkedDatabase;

  beforeEach(() => {
    log = [];
    beyond = 0;
    const unit: Sql = {
      rows: async () => Promise.resolve([]),
      change: async () => Promise.resolve(1),
      insert: async () => Promise.resolve(7),
      call: () => Promise.reject(new Error('no procedures')),
    };
    const write: Database['write'] = (_name, work) => {
      log.push('unit');
      return work(unit);
    };
    const marks: Pick<NumberMarks, 'guard' | 'extend'> = {
      guard: async () => {
        log.push('guard');
        beyond -= 1;
        return beyond >= 0 ? Promise.reject(new BeyondMarks('x')) : Promise.resolve();
      },
      extend: async () => Promise.resolve(void log.push('extend')),
    };
    const once: Database['once'] = () => Promise.reject(new Error('by writing'));
    const inner: Database = { dialect: SQLITE, read: unit, write, once };
    database = new MarkedDatabase(inner, marks as NumberMarks);
  });

  it('that give no number are not looked at', async () => {
    expect(await database.write('a', (db) => db.change(CHANGE))).toBe(1);
    expect(log).toEqual(['unit']);
  });

  it('that give one are, before they commit', async () => {
    expect(await database.write('a', (db) => db.insert(INSERT))).toBe(7);
    expect(log).toEqual(['unit', 'guard']);
  });

  it('beyond the marks are run again once these cover them', async () => {
    beyond = 4;
    expect(await database.write('a', (db) => db.insert(INSERT))).toBe(7);
    const again = Array<string[]>(4).fill(['unit', 'guard', 'extend']).flat();
    expect(log).toEqual([...again, 'unit', 'guard']);
  });

  it('are not run again for ever', async () => {
    beyond = 100;
    const unit = database.write('a', (db) => db.insert(INSERT));
    await expect(unit).rejects.toBeInstanceOf(BeyondMarks);
    expect(log.filter((entry) => entry === 'unit')).toHaveLength(5);
  });

  it('that fail by themselves are not run again', async () => {
    const own = new Error('its own');
    await expect(database.write('a', () => Promise.reject(own))).rejects.toBe(own);
    expect(log).toEqual(['unit']);
  });
});
