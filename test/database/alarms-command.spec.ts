import { join } from 'node:path';
import { systemRandomness } from '../../src/config/system-clock';
import { alarmsCommand } from '../../src/legacy-db/commands/alarms/alarms';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { ManualClock } from '../support/manual-clock';
import { tempFolder } from '../support/temp-folder';
import { T0, storesOf } from './books';
import { NO_NAMES } from './no-names';

describe('npm run alarms', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'books.sqlite');
  const clock = new ManualClock(T0);
  afterAll(() => folder.remove());

  const run = (...words: string[]) =>
    alarmsCommand(words, {
      database: { kind: 'sqlite', file },
      clock,
      randomness: systemRandomness,
    });

  it('refuses where there are no books', async () => {
    expect(await run('list')).toMatchObject({ exitCode: 1 });
  });

  it('lists what is open, and closes one, with who and why', async () => {
    const open = await openSqlite(file, clock);
    const { alarms } = storesOf(open);
    expect(await run('list')).toEqual({ exitCode: 0, lines: ['no open alarms'] });
    const alarm = { subject: 'clock', kind: 'clockWrong', detail: '40 s', nowMs: T0 } as const;
    await alarms.raise(alarm);
    const line = '1  2026-11-22 12:00:00  clockWrong  clock: 40 s';
    expect(await run('list')).toEqual({ exitCode: 0, lines: [line] });
    const close = ['close', '1', '--by', 'Li Na', '--note', 'NTP is on again'];
    expect(await run(...close)).toEqual({ exitCode: 0, lines: ['alarm 1 is closed'] });
    expect(await run(...close)).toMatchObject({ exitCode: 1, lines: ['there is no open alarm 1'] });
    const [known] = await alarms.about('clockWrong', 'clock');
    expect(known?.closed).toEqual({ by: 'Li Na', note: 'NTP is on again', nowMs: T0 });
    await open.close();
  });

  it.each([
    [[]],
    [['list', 'all']],
    [['close']],
    [['close', 'x', '--by', 'Li', '--note', 'y']],
    [['close', '1', '--by', 'Li']],
    [['close', '1', '--by', 'Li', '--note', ' ']],
    [['close', '1', '--by', '--note', 'y', 'z']],
    [['close', '1', '--by', 'Li', '--note', 'many', 'words']],
    [['close', '1', '--by', 'Li', '--by', 'Li']],
    [['open', '1', '--by', 'Li', '--note', 'y']],
  ])('refuses %j', async (words) => {
    const { exitCode, lines } = await run(...words);
    expect([exitCode, lines[0]]).toEqual([1, expect.stringMatching(/^npm run alarms/)]);
  });

  it.each(NO_NAMES)('refuses %j as the name of a person', async (by, line) => {
    const refused = { exitCode: 1, lines: [line] };
    expect(await run('close', '1', '--by', by, '--note', 'y')).toEqual(refused);
  });
});
