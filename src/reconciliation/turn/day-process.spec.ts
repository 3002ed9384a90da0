import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayOf } from '../../../test/support/bills/bill-zip';
import { tempFolder } from '../../../test/support/temp-folder';
import { PayError } from '../../domain/errors';
import { DayProcess } from './day-process';

const DAY = dayOf('2026-11-22');
const UNAVAILABLE = { code: 'DATABASE_UNAVAILABLE', message: 'locked' };
const LIVES_ON = 'setInterval(() => undefined, 1_000);';

describe('a day that is compared by a process of its own', () => {
  const folder = tempFolder();
  let count = 0;
  afterAll(() => folder.remove());

  /** A command that does so, in place of ours. */
  function command(script: string): DayProcess {
    count += 1;
    const path = join(folder.path, `command-${count}.js`);
    writeFileSync(path, script);
    return new DayProcess(path);
  }

  /** A command that says this of its day, and ends. */
  function saying(said: string): DayProcess {
    return command(`process.send(${said}, () => process.disconnect());`);
  }

  it('is told as that process tells it, of the day and file that were asked for', async () => {
    const told = `{ kind: 'late', cause: process.argv.slice(2).join(' ') }`;
    const days = saying(`{ told: ${told} }`);
    const date = `--date ${DAY.date}`;
    expect(await days.take(DAY)).toEqual({ kind: 'late', cause: date });
    const withFile = await days.take(DAY, '/tmp/a bill.zip');
    expect(withFile).toEqual({ kind: 'late', cause: `${date} --file /tmp/a bill.zip` });
  });

  it('fails as it failed there: what is ours by its code', async () => {
    const ours = saying(`{ failed: ${JSON.stringify(UNAVAILABLE)} }`).take(DAY);
    await expect(ours).rejects.toBeInstanceOf(PayError);
    await expect(ours).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: 'DATABASE_UNAVAILABLE: locked',
    });
    const other = saying(`{ failed: { message: 'ENOENT' } }`).take(DAY);
    await expect(other).rejects.not.toBeInstanceOf(PayError);
    await expect(other).rejects.toMatchObject({ message: 'ENOENT' });
  });

  it.each([
    ['process.exit(3)', 'ended with 3'],
    [`process.kill(process.pid, 'SIGKILL')`, 'ended with SIGKILL'],
    [`process.send('done', () => process.exit(0))`, 'ended with 0'],
  ])('is not told when that process says nothing of it: %s', async (script, words) => {
    await expect(command(script).take(DAY)).rejects.toThrow(words);
  });

  it('is cut off when the service ends', async () => {
    const days = command(LIVES_ON);
    const taken = days.take(DAY);
    days.onApplicationShutdown();
    await expect(taken).rejects.toThrow('ended with SIGTERM');
  });
});
