import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/config/system-clock';
import type { BillType } from '../../src/domain/bill';
import { MIGRATIONS } from '../../src/legacy-db/data-source';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { itLong, rows } from '../support/long';
import { tempFolder } from '../support/temp-folder';
import { SqliteInspect } from './sqlite-books';

const CHILD = join(__dirname, 'books.child.js');

jest.setTimeout(30_000);

let folder: ReturnType<typeof tempFolder>;
let file: string;

beforeEach(() => {
  folder = tempFolder();
  file = join(folder.path, 'books.sqlite');
});
afterEach(() => {
  children.splice(0).forEach((one) => one.kill('SIGKILL'));
  folder.remove();
});

const children: ChildProcess[] = [];

function child(...args: string[]): ChildProcess {
  const one = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(one);
  return one;
}

/** Everything a process prints, as it comes. */
function output(process: ChildProcess): { text: string } {
  const all = { text: '' };
  process.stdout?.on('data', (chunk: Buffer) => (all.text += chunk.toString()));
  process.stderr?.on('data', (chunk: Buffer) => (all.text += chunk.toString()));
  return all;
}

/** The rows of the system tables and of our own agree, and the file is whole. */
function expectSound(inspect: SqliteInspect): void {
  expect(inspect.rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const { receipt = 0, receipt_event: events, bill, ...others } = inspect.counts();
  expect([events, bill]).toEqual([receipt, receipt]);
  const system = Object.entries(others).filter(([name]) => /^receipt_(?!serial)/.test(name));
  expect(system.reduce((sum, [, count]) => sum + count, 0)).toBe(receipt);
}

/** What two processes print that write until each has printed more than `most` lines. */
async function writtenByTwo(pauseMs: number, most: number): Promise<string[]> {
  const migrated = await openSqlite(file, systemClock);
  await migrated.close();
  const processes = ['a', 'b'].map((name) => child('write', file, name, String(pauseMs)));
  const outputs = processes.map(output);
  await waitUntil(() => outputs.every(({ text }) => linesIn(text) > most));
  processes.forEach((one) => one.kill('SIGKILL'));
  await Promise.all(processes.map((one) => once(one, 'exit')));
  return outputs.map(({ text }) => text);
}

function linesIn(text: string): number {
  return text.split('\n').length;
}

describe('the SQLite file of several processes', () => {
  it('is migrated by all of them at once without harm', async () => {
    const processes = [1, 2, 3, 4].map(() => child('migrate', file));
    const outputs = processes.map(output);
    const exits = await Promise.all(processes.map((one) => once(one, 'exit')));
    const codes = exits.map(([code]) => code as number);
    // Who lost the race for the lock says so and tries again.
    expect({ codes, outputs }).toMatchObject({ codes: [0, 0, 0, 0] });
    const inspect = new SqliteInspect(file);
    expect(inspect.rows('select * from migrations')).toHaveLength(MIGRATIONS.length);
    inspect.close();
  });

  it('serves two processes that write as one', async () => {
    const texts = await writtenByTwo(10, 30);
    const inspect = new SqliteInspect(file);
    expectSound(inspect);
    for (const text of texts) expectAcknowledged(inspect, text);
    inspect.close();
  });

  itLong('starves neither of two processes that write without a pause', async () => {
    const lines = (await writtenByTwo(0, 1_000)).map(linesIn);
    const [least = 0, most = 0] = lines.sort((one, other) => one - other);
    expect(least / most).toBeGreaterThan(0.1);
  });

  it('loses nothing that was acknowledged to a process killed while it writes', async () => {
    let known = 0;
    const pauses = rows([3, 41], [17, 88]);
    for (const [round, pauseMs] of pauses.entries()) {
      const writer = child('write', file, `k${round}_`, '0');
      const all = output(writer);
      await waitUntil(() => all.text.includes('begun'));
      await wait(pauseMs);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const inspect = new SqliteInspect(file);
      expectSound(inspect);
      known += expectAcknowledged(inspect, all.text);
      // Of four lanes at most four Begins were committed and not yet printed.
      const { receipt = 0 } = inspect.counts();
      expect(receipt - known).toBeLessThanOrEqual(4 * (round + 1));
      inspect.close();
    }
    expect(known).toBeGreaterThan(5 * pauses.length);
  });
});

async function waitUntil(done: () => boolean): Promise<void> {
  for (let waitedMs = 0; !done(); waitedMs += 5) {
    if (waitedMs > 20_000) throw new Error('waited too long');
    await wait(5);
  }
}

/** Every whole line names a Begin that must be there; gives their number. */
function expectAcknowledged(inspect: SqliteInspect, text: string): number {
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  for (const line of lines) {
    const [kind, outTradeNo = '', billType] = line.split(' ');
    expect(kind).toBe('begun');
    const [row] = inspect.rows<{ bill_type: BillType }>(
      'select bill_type from receipt where out_trade_no = ?',
      outTradeNo,
    );
    expect([outTradeNo, row?.bill_type]).toEqual([outTradeNo, billType]);
  }
  return lines.length;
}
