import { createHash } from 'node:crypto';
import type { ApiKey } from '../../config/access-config';
import { Secret } from '../../config/reading/secret';
import { PayError } from '../../domain/errors';
import type { Keys, LiveKey } from '../../domain/access/keys';
import { ManualClock } from '../../../test/support/manual-clock';
import { KnownKeys } from './known-keys';

function live(name: string, text = name): LiveKey {
  const sha256Hex = createHash('sha256').update(text).digest('hex');
  return { name, role: 'till', billTypes: ['1'], sha256Hex };
}

function configured(name: string): ApiKey {
  const key = live(name);
  return { ...key, sha256Hex: new Secret(key.sha256Hex) };
}

const clock = new ManualClock(0);
/** What the books hold; null: they cannot be read. */
let books: LiveKey[] | null;
let readings: number;
let known: KnownKeys;

beforeEach(() => {
  books = [live('kept')];
  readings = 0;
  const stored: Pick<Keys, 'live'> = {
    live: () => {
      readings += 1;
      if (books === null) return Promise.reject(new PayError('DATABASE_UNAVAILABLE', 'down'));
      return Promise.resolve(books);
    },
  };
  known = new KnownKeys([configured('set')], stored as Keys, clock);
});

/** The name of the key found, or the code of the error. */
async function found(brought: string): Promise<string | null> {
  try {
    return (await known.find(brought))?.name ?? null;
  } catch (error) {
    if (error instanceof PayError) return error.code;
    throw error;
  }
}

describe('the known keys', () => {
  it('are those of the settings and those of the books', async () => {
    expect([await found('set'), await found('kept'), await found('other')]).toEqual([
      'set',
      'kept',
      null,
    ]);
    expect([(await known.named('set'))?.name, (await known.named('kept'))?.name]).toEqual([
      'set',
      'kept',
    ]);
    expect(await known.named('other')).toBeNull();
  });

  it('are read once for many calls at the same time, and not again for two seconds', async () => {
    const names = await Promise.all(['kept', 'other', 'kept'].map(found));
    expect([names, readings]).toEqual([['kept', null, 'kept'], 1]);
    clock.pass(1_999);
    await found('kept');
    expect(readings).toBe(1);
  });

  it.each([2_000, 4_999])('renew behind a call after %d ms', async (ms) => {
    await found('kept');
    books = [];
    clock.pass(ms);
    expect(await found('kept')).toBe('kept');
    expect([await found('kept'), readings]).toEqual([null, 2]);
  });

  it('that are five seconds old are believed no more', async () => {
    await found('kept');
    books = [live('made')];
    clock.pass(5_000);
    expect([await found('kept'), await found('made')]).toEqual([null, 'made']);
  });

  it('count the age from before the reading', async () => {
    const reading = known.find('kept');
    clock.pass(5_000); // It took so long.
    await expect(reading).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('without the books are those of the settings; what else is brought may be one', async () => {
    books = null;
    expect([await found('set'), await found('kept'), await found('')]).toEqual([
      'set',
      'DATABASE_UNAVAILABLE',
      null,
    ]);
    await expect(known.named('kept')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect((await known.named('set'))?.name).toBe('set');
  });

  it('ask nothing for a key of the settings, nor for none', () => {
    expect(known.find('set')).not.toBeInstanceOf(Promise);
    expect(known.find(undefined)).toBeNull();
  });

  it('of the books bear no name of the settings', async () => {
    books = [live('set', 'stolen name'), live('kept')];
    expect([await found('stolen name'), await found('set'), await found('kept')]).toEqual([
      null,
      'set',
      'kept',
    ]);
  });

  it('are asked for by name as they are now, two seconds at most', async () => {
    expect((await known.named('kept'))?.name).toBe('kept');
    books = [];
    clock.pass(2_000);
    expect(await known.named('kept')).toBeNull();
  });
});
