import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { itLong } from '../support/long';
import { MarkedFile } from './marked-file';

const CHILD = join(__dirname, 'marks.child.js');
const BLOCK = 10_000;

jest.setTimeout(30_000);

let at: MarkedFile;

beforeEach(() => (at = new MarkedFile()));
afterEach(() => at.remove());

/** Runs the child to its end; gives the numbers it told. */
function run(...args: string[]): { told: string[]; signal: string | null; errors: string } {
  const { stdout, stderr, signal } = spawnSync(process.execPath, [CHILD, ...args], {
    encoding: 'utf8',
  });
  return { told: stdout.split('\n').filter(Boolean), signal, errors: stderr };
}

describe('processes that give numbers', () => {
  it('lose none of them when killed between the block and its mark', () => {
    expect(run('cut', at.file)).toMatchObject({ told: [], signal: 'SIGKILL' });
    expect(at.noted()).toEqual([]);
    expect(run('begin', at.file, 'a').told).toEqual(['1 1']);
    // Now the books begin a second block, and the file beside them does not learn of it.
    expect(run('cut', at.file)).toMatchObject({ told: [], signal: 'SIGKILL' });
    expect(at.marks().reservedTo['receipt']).toBe(BLOCK);
    const block = at.inFile((h) =>
      h.prepare('select max(reserved_to) from number_mark').pluck().get(),
    );
    expect(block).toBe(2 * BLOCK);
    expect(run('begin', at.file, 'b').told).toEqual([`${2 * BLOCK + 1} ${2 * BLOCK + 1}`]);
    expect(at.noted()).toEqual([]);
  });

  it('share blocks without a double, over the end of one', async () => {
    await at.oneReceipt();
    at.nearTheEnd(50);
    const processes = ['a', 'b', 'c'].map((name) => {
      const child = spawn(process.execPath, [CHILD, 'begin', at.file, name, '80'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const all = { text: '' };
      child.stdout.on('data', (chunk: Buffer) => (all.text += chunk.toString()));
      return { child, all, closed: once(child, 'close') };
    });
    await Promise.race(processes.map(({ child }) => once(child.stdout, 'data')));
    at.nearTheEnd(40);
    const exits = await Promise.all(processes.map(({ closed }) => closed));
    expect(exits.map(([code]) => code as number)).toEqual([0, 0, 0]);
    const told = processes.flatMap(({ all }) => all.text.split('\n').filter(Boolean));
    for (const column of [0, 1]) {
      const numbers = told.map((line) => Number(line.split(' ')[column]));
      expect(new Set(numbers).size).toBe(240);
      const table = column === 0 ? 'receipt_serial' : 'receipt';
      expect(at.marks().reservedTo[table]).toBeGreaterThanOrEqual(Math.max(...numbers));
    }
    expect(at.noted()).toEqual([]);
  });

  itLong('do not start where the folder or the marks cannot be written, and say so', async () => {
    await at.oneReceipt();
    chmodSync(at.file, 0o666);
    chmodSync(at.folder, 0o555);
    expect(run('asNobody', at.file).errors).toContain(
      `DATABASE_UNAVAILABLE: the folder ${at.folder} cannot be written`,
    );
    chmodSync(at.folder, 0o777);
    rmSync(`${at.file}.marks`);
    mkdirSync(`${at.file}.marks`);
    const why = `${at.file}.marks cannot be read (EISDIR): no number is given without it`;
    expect(run('asNobody', at.file).errors).toContain(`DATABASE_UNAVAILABLE: ${why}`);
    rmSync(`${at.file}.marks`, { recursive: true });
    mkdirSync(`${at.file}.marks.new`);
    expect(run('asNobody', at.file)).toMatchObject({ told: [], signal: null });
  });

  it('find older books once, also when killed before the marks know of it', () => {
    run('begin', at.file, 'a', '3');
    const backup = `${at.file}.backup`;
    copyFileSync(at.file, backup);
    run('begin', at.file, 'b', '3');
    copyFileSync(backup, at.file);
    expect(run('cut', at.file)).toMatchObject({ told: [], signal: 'SIGKILL' });
    expect(at.noted()).toHaveLength(1);
    expect(run('begin', at.file, 'c').told).toEqual([`${3 * BLOCK + 1} ${3 * BLOCK + 1}`]);
    expect(at.noted()).toHaveLength(1);
  });
});
