import { createHash } from 'node:crypto';
import type { KeyToKeep } from '../../src/domain/access/keys';
import type { FreshBooks, OpenFreshBooks } from './books';
import { freshNumber, T0 } from './books';

/** A key that nobody has. */
function aKey(changes: Partial<KeyToKeep> = {}): KeyToKeep {
  const name = freshNumber('key-');
  const sha256Hex = createHash('sha256').update(name).digest('hex');
  const more = { role: 'till', billTypes: ['1', '2'], madeBy: 'boss', madeAtMs: T0 } as const;
  return { name, sha256Hex, ...more, ...changes };
}

const BY = { actor: 'boss', nowMs: T0 + 1 };

/** Keys in the books. */
export function describeKeys(open: OpenFreshBooks): void {
  describe('keys', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    it('are in force until they are revoked, and are listed for ever', async () => {
      const [one, other] = [aKey(), aKey({ role: 'viewer', billTypes: ['7'] })];
      expect([await books.keys.make(one), await books.keys.make(other)]).toEqual([true, true]);
      const { madeBy, madeAtMs, ...inForce } = one;
      const live = await books.keys.live();
      expect(live[0]).toEqual(inForce);
      expect(live.map(({ name }) => name)).toEqual([one.name, other.name]);
      expect(await books.keys.revoke(one.name, BY, [])).toBe('revoked');
      expect((await books.keys.live()).map(({ name }) => name)).toEqual([other.name]);
      const [last, first] = await books.keys.list();
      expect(last).toMatchObject({ name: other.name, role: 'viewer', revokedAtMs: null });
      const { sha256Hex, ...shown } = { ...inForce, madeBy, madeAtMs };
      expect(first).toEqual({ ...shown, revokedAtMs: T0 + 1, revokedBy: 'boss' });
      expect(JSON.stringify([last, first])).not.toContain(sha256Hex);
    });

    it('have names that are given once, and hashes too', async () => {
      const key = aKey();
      await books.keys.make(key);
      expect(await books.keys.make(aKey({ name: key.name }))).toBe(false);
      expect(await books.keys.make(aKey({ sha256Hex: key.sha256Hex }))).toBe(false);
      await books.keys.revoke(key.name, BY, []);
      expect(await books.keys.make(aKey({ name: key.name }))).toBe(false);
      expect(await books.keys.live()).toEqual([]);
    });

    it('are revoked once; who did it first stays', async () => {
      const { name } = aKey();
      await books.keys.make(aKey({ name }));
      await books.keys.revoke(name, BY, []);
      expect(await books.keys.revoke(name, { actor: 'other', nowMs: T0 + 9 }, [])).toBe('before');
      expect(await books.keys.revoke('nobody', BY, [])).toBe('unknown');
      expect((await books.keys.list())[0]).toMatchObject({ revokedBy: 'boss' });
    });

    it('of the last operator stay, also when two revoke each other', async () => {
      const all = { role: 'operator', billTypes: ['1', '2', '3', '4', '5', '6', '7'] } as const;
      const [one, other] = [aKey(all), aKey(all)];
      await books.keys.make(one);
      expect(await books.keys.revoke(one.name, BY, [])).toBe('lastOperator');
      await books.keys.make(other);
      const both = [one, other].map(({ name }) => books.keys.revoke(name, BY, []));
      expect((await Promise.all(both)).sort()).toEqual(['lastOperator', 'revoked']);
      expect(await books.keys.live()).toHaveLength(1);
      const [left] = await books.keys.live();
      expect(await books.keys.revoke(left?.name ?? '', BY, [all])).toBe('revoked');
    });

    it('of a role that only a newer version knows may nothing', async () => {
      await books.keys.make(aKey({ role: 'emperor' as 'till' }));
      expect([await books.keys.live(), await books.keys.list()]).toEqual([[], []]);
    });
  });
}

/** Who is signed in. */
export function describeSessions(open: OpenFreshBooks): void {
  describe('sessions', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());
    const session = (tokenSha256: string, endsAtMs = T0 + 1_000) => {
      return { tokenSha256, keyName: 'boss', keyMark: 'm'.repeat(64), endsAtMs };
    };

    it('last until their end', async () => {
      await books.sessions.begin(session('a'), T0);
      expect(await books.sessions.find('a', T0 + 999)).toEqual(session('a'));
      expect(await books.sessions.find('a', T0 + 1_000)).toBeNull();
      expect(await books.sessions.find('b', T0)).toBeNull();
    });

    it('end when that is asked for, and only those', async () => {
      await books.sessions.begin(session('c'), T0);
      await books.sessions.begin(session('d'), T0);
      await books.sessions.end('c');
      await books.sessions.end('c');
      expect(await books.sessions.find('c', T0)).toBeNull();
      expect(await books.sessions.find('d', T0)).toEqual(session('d'));
    });

    it('that are over are dropped', async () => {
      await books.sessions.begin(session('e', T0 + 5), T0);
      await books.sessions.begin(session('f', T0 + 9_999), T0 + 2_000);
      expect(await books.sessions.find('e', T0)).toBeNull();
    });
  });
}

/** The log of acts. */
export function describeActs(open: OpenFreshBooks): void {
  it('acts are read newest first, page by page', async () => {
    const books = await open();
    const act = { atMs: T0, actor: 'boss', kind: 'makeKey', subject: 'key 门', requestId: 'r' };
    for (let each = 1; each <= 5; each += 1) {
      const billType = each === 2 ? '2' : null;
      await books.acts.note({ ...act, detail: `act ${each} ${'x'.repeat(500)}`, billType });
    }
    const page = await books.acts.before(null, 3);
    expect(page.map(({ detail }) => detail.slice(0, 5))).toEqual(['act 5', 'act 4', 'act 3']);
    const rest = await books.acts.before(page[2]?.id ?? 0, 3);
    expect(rest.map(({ detail, billType }) => [detail.slice(0, 5), billType])).toEqual([
      ['act 2', '2'],
      ['act 1', null],
    ]);
    expect(rest[0]).toMatchObject({ ...act, detail: `act 2 ${'x'.repeat(394)}` });
    await books.close();
  });
}
