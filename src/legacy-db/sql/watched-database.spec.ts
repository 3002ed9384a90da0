import { statSync } from 'node:fs';
import { systemRandomness } from '../../config/system-clock';
import { PayError } from '../../domain/errors';
import { ManualClock } from '../../../test/support/manual-clock';
import { tempFolder } from '../../../test/support/temp-folder';
import { onceByWriting } from './carry-out';
import type { Database } from './database';
import type { OpenDatabase } from '../open-database';
import { openSqlite } from '../sqlite/open-sqlite';
import { longText, sql } from './sql';
import { SQLITE } from '../sqlite/sqlite-database';
import { openHandle } from '../sqlite/sqlite-driver';
import { watchWrites } from './watched-database';

const PROOF_MS = 5_000;

let folder: ReturnType<typeof tempFolder>;
let file: string;
let clock: ManualClock;
let open: OpenDatabase;
let units: string[];

beforeEach(async () => {
  folder = tempFolder();
  file = `${folder.path}/books.sqlite`;
  clock = new ManualClock(Date.UTC(2026, 10, 22));
  units = [];
  const store = await openSqlite(file, clock);
  open = watchWrites({ ...store, database: counted(store.database) }, clock, systemRandomness);
});
afterEach(async () => {
  await open.close();
  folder.remove();
});

/** The database, and the names of the units it was given. */
function counted(database: Database): Database {
  const write: Database['write'] = (name, work) => {
    units.push(name);
    return database.write(name, work);
  };
  const once: Database['once'] = (name, decide) => onceByWriting({ write }, name, decide);
  return { dialect: database.dialect, read: database.read, write, once };
}

/** Another program that keeps the file for itself. */
function lock(): () => void {
  const rival = openHandle(file);
  rival.exec('BEGIN EXCLUSIVE');
  return () => {
    rival.exec('ROLLBACK');
    rival.close();
  };
}

function aUnit(name = 'aUnit'): Promise<number> {
  return open.database.write(name, (unit) => unit.change(sql`update bill set bill_status = '0'`));
}

describe('the status of a database', () => {
  it('tells of a lock that somebody else holds, though nobody writes', async () => {
    expect(await open.status.problem()).toBeNull();
    const release = lock();
    clock.pass(PROOF_MS);
    expect(await open.status.problem()).toBe('the database takes no writes');
    expect(await open.status.problem()).toBe('the database takes no writes');
    release();
    expect(await open.status.problem()).toBeNull();
  });

  it('tells of units that fail in a row, although one got through just before', async () => {
    await aUnit();
    const release = lock();
    const failed = await Promise.allSettled([aUnit(), aUnit(), aUnit()]);
    expect(failed.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    expect(await open.status.problem()).toBe('the database takes no writes');
    release();
    await aUnit();
    expect(await open.status.problem()).toBeNull();
  });

  it('forgets units that failed once one gets through', async () => {
    await aUnit();
    const fail = (): Promise<never> => Promise.reject(new PayError('DATABASE_UNAVAILABLE', 'x'));
    const failTwice = () =>
      Promise.allSettled([open.database.write('no', fail), open.database.write('no', fail)]);
    await failTwice();
    await aUnit();
    await failTwice();
    expect(await open.status.problem()).toBeNull();
    expect(units).not.toContain('probe');
  });

  it('tells first what the store itself says', async () => {
    const problem = () => Promise.resolve('the schema is old');
    const told = watchWrites({ ...open, status: { problem } }, clock, systemRandomness);
    expect(await told.status.problem()).toBe('the schema is old');
    expect(units).toEqual([]);
    expect(told.database.dialect).toBe(SQLITE);
  });

  it('believes a unit that got through, and tries one only when there was none', async () => {
    await aUnit('real');
    expect(await open.status.problem()).toBeNull();
    expect(units).toEqual(['real']);
    clock.pass(PROOF_MS);
    await Promise.all([open.status.problem(), open.status.problem()]);
    expect(units).toEqual(['real', 'probe']);
    await open.status.problem();
    expect(units).toEqual(['real', 'probe']);
  });

  it('is tried when units fail in a row at once, though one got through just before', async () => {
    // No page more than there are: what SQLite says of a full disk.
    await open.database.write('fill', (unit) => unit.rows(sql`pragma max_page_count = 1`));
    const tooMuch = sql`insert into alarm (receipt_row_id, kind, detail, raised_at_ms)
      values (1, 'x', ${longText('x'.repeat(1_000_000))}, 1)`;
    for (let failed = 0; failed < 3; failed += 1) {
      expect(await open.status.problem()).toBeNull();
      expect(units).not.toContain('probe');
      const unit = open.database.write('tooMuch', (db) => db.insert(tooMuch));
      await expect(unit).rejects.toThrow('SQLITE_FULL');
    }
    await open.status.problem();
    expect(units).toContain('probe');
  });

  it('does not take the fault of a unit for one of the database', async () => {
    await aUnit('real');
    const refuse = (): Promise<never> => Promise.reject(new PayError('ALREADY_PAID', 'x'));
    for (let i = 0; i < 5; i += 1) {
      await expect(open.database.write('refused', refuse)).rejects.toThrow('ALREADY_PAID');
    }
    expect(await open.status.problem()).toBeNull();
    expect(units).not.toContain('probe');
  });

  it('is tried by what goes onto the disk, and leaves nothing behind', async () => {
    const others = sql`insert into xpos_request
      (app_key, request_id, content, out_biz_id, out_trade_no, asked_at_ms)
      values ('app', 'r', 'c', 'o', 'n', 1)`;
    await open.database.write('xpos', (unit) => unit.insert(others));
    clock.pass(PROOF_MS);
    const log = (): number => statSync(`${file}-wal`).size;
    const before = log();
    expect(await open.status.problem()).toBeNull();
    expect(log()).toBeGreaterThan(before);
    expect(units).toEqual(['xpos', 'probe']);
    const rows = await open.database.read.rows(sql`select request_id from xpos_request`);
    expect(rows).toEqual([{ request_id: 'r' }]);
  });
});
