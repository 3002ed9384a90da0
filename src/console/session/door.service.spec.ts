import { createHash } from 'node:crypto';
import { ManualClock } from '../../../test/support/manual-clock';
import { systemRandomness } from '../../config/system-clock';
import type { ConsoleSession, ConsoleSessions } from '../../domain/access/console-sessions';
import type { Keys, LiveKey } from '../../domain/access/keys';
import type { Role } from '../../domain/access/role';
import { KnownKeys } from '../../ops/access/known-keys';
import { Door, formMark, isFormMark, SESSION_MS } from './door.service';

function aKey(text: string, role: Role = 'operator'): LiveKey {
  const sha256Hex = createHash('sha256').update(text).digest('hex');
  return { name: 'boss', role, billTypes: ['1'], sha256Hex };
}

let clock: ManualClock;
let live: LiveKey[];
let kept: Map<string, ConsoleSession>;
let door: Door;

beforeEach(() => {
  clock = new ManualClock(1_000_000);
  live = [aKey('first')];
  kept = new Map();
  const sessions: ConsoleSessions = {
    begin: (session) => Promise.resolve(void kept.set(session.tokenSha256, session)),
    find: (token, nowMs) => {
      const found = kept.get(token);
      return Promise.resolve(found && found.endsAtMs > nowMs ? found : null);
    },
    end: (token) => Promise.resolve(void kept.delete(token)),
  };
  const keys: Pick<Keys, 'live'> = { live: () => Promise.resolve(live) };
  door = new Door(sessions, clock, systemRandomness, new KnownKeys([], keys as Keys, clock));
});

async function enter(): Promise<string> {
  const entered = await door.signIn('first');
  if (entered === null) throw new Error('not let in');
  return entered.token;
}

describe('the door', () => {
  it('knows whom it let in, for twelve hours, and keeps no cookie', async () => {
    const token = await enter();
    expect(await door.visitor(token)).toMatchObject({ name: 'boss', role: 'operator', token });
    expect(JSON.stringify([...kept])).not.toContain(token);
    clock.pass(SESSION_MS - 1);
    expect(await door.visitor(token)).not.toBeNull();
    clock.pass(1);
    expect(await door.visitor(token)).toBeNull();
  });

  it.each<[string, LiveKey[]]>([
    ['is gone', []],
    ['has the name alone', [aKey('second')]],
    ['may not look any more', [aKey('first', 'till')]],
  ])('knows nobody whose key %s', async (_what, keys) => {
    const token = await enter();
    live = keys;
    clock.pass(5_000);
    expect(await door.visitor(token)).toBeNull();
  });

  it.each(['', 'x', 'A'.repeat(64), `${'a'.repeat(64)} `, null])(
    'knows nobody by the cookie %j',
    async (token) => {
      await enter();
      expect(await door.visitor(token)).toBeNull();
    },
  );

  it('gives each session marks of its own', async () => {
    const [one, other] = [await enter(), await enter()];
    expect([isFormMark(formMark(one), one), isFormMark(formMark(one), other)]).toEqual([
      true,
      false,
    ]);
    expect([isFormMark('', one), isFormMark(one, one)]).toEqual([false, false]);
  });
});
