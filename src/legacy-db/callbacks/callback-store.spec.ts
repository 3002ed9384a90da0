import { join } from 'node:path';
import type { FreshBooks } from '../../../test/database/books';
import {
  MINUTE,
  T0,
  aPayment,
  anOrder,
  freshNumber,
  some,
  storesOf,
} from '../../../test/database/books';
import { Desk, GONE, HOUR, TAKEN, TOLD, aTry, bodyOf } from '../../../test/database/callback-desk';
import { NotingDatabase } from '../../../test/database/noting-database';
import { SqliteInspect, putEmptyBooks } from '../../../test/database/sqlite-books';
import { ManualClock } from '../../../test/support/manual-clock';
import { tempFolder } from '../../../test/support/temp-folder';
import type { Callback, CallbackClaim } from '../../domain/ports/callbacks';
import type { Receipt } from '../../domain/receipt/receipt';
import { sql } from '../sql/sql';
import { openSqlite } from '../sqlite/open-sqlite';

/** Books with callbacks of several receipts and of two systems in them. */
describe('callbacks beside others', () => {
  let database: NotingDatabase;
  let books: FreshBooks;
  let desk: Desk;

  beforeEach(async () => {
    const folder = tempFolder();
    const path = join(folder.path, 'books.sqlite');
    await putEmptyBooks(path);
    const open = await openSqlite(path, new ManualClock(T0));
    database = new NotingDatabase(open.database);
    const inspect = new SqliteInspect(path);
    const close = async () => {
      inspect.close();
      await open.close();
      folder.remove();
    };
    books = { ...storesOf({ database, systems: open.systems }), inspect, close };
    desk = new Desk(books);
  });
  afterEach(() => books.close());

  /** A payment of the other system that is told, with its callback. */
  async function otherSystem(): Promise<Receipt> {
    const { receipt } = await books.telling['7'].begin(anOrder('7'));
    const waiting = await desk.move(receipt, [{ event: 'giveCode', qrCode: freshNumber('Q') }]);
    return desk.move(waiting, [{ event: 'pay', payment: aPayment() }]);
  }

  /** What a claim gets, in its order. */
  async function claimed(claim: CallbackClaim): Promise<number[]> {
    return (await books.callbacks.claimDue(claim)).map(({ receiptRowId }) => receiptRowId);
  }

  /** Every callback in the books, as it stands. */
  function all(): Promise<Record<string, unknown>[]> {
    return books.inspect.query(sql`select receipt_row_id as receipt, bill_type, state, seq, tries,
        body, due_at_ms, claim_until_ms, ended_at_ms from callback order by id`);
  }

  /** What an act changes of the callbacks: those of these receipts, and no other. */
  async function changes(act: () => Promise<unknown>): Promise<unknown[]> {
    const before = await all();
    await act();
    const after = await all();
    const changed = after.filter((row, nth) => JSON.stringify(row) !== JSON.stringify(before[nth]));
    return changed.map(({ receipt }) => receipt);
  }

  async function begun(receipt: Receipt): Promise<[Callback, CallbackClaim]> {
    const [[callback], claim] = await desk.due(receipt);
    const found = await books.callbacks.beginTry(some(callback), claim, bodyOf, T0);
    return [some(found), claim];
  }

  it('are numbered by system, once, and listed by system', async () => {
    const [one, theirs] = [await desk.paid(), await otherSystem()];
    expect(await changes(() => books.callbacks.number(TOLD))).toEqual([one.id]);
    expect(await changes(() => books.callbacks.number('7'))).toEqual([theirs.id]);
    const two = await desk.paid();
    expect(await changes(() => books.callbacks.number(TOLD))).toEqual([two.id]);
    expect(await books.callbacks.number(TOLD)).toBe(0);
    expect((await all()).map(({ seq }) => seq)).toEqual([1, 1, 2]);
    const seqs = [await books.callbacks.lastSeq(TOLD), await books.callbacks.lastSeq('7')];
    expect(seqs).toEqual([2, 1]);
    const listed = await books.callbacks.listAfter('7', 0, 9);
    expect(listed.map(({ receiptRowId }) => receiptRowId)).toEqual([theirs.id]);
  });

  it('lock the row of their receiver before they are numbered', async () => {
    await desk.paid();
    await books.callbacks.number(TOLD);
    expect(database.changes[0]).toEqual([
      expect.stringMatching(/^update callback_receiver set last_seq = last_seq/),
      1,
    ]);
  });

  it('are claimed by system, at most so many, and only they', async () => {
    const [one, two, theirs] = [await desk.paid(), await desk.paid(), await otherSystem()];
    await desk.number();
    await desk.number('7');
    expect(await changes(() => books.callbacks.claimDue(desk.claim(T0, 1)))).toEqual([one.id]);
    expect(await claimed(desk.claim())).toEqual([two.id]);
    expect(await claimed({ ...desk.claim(), billType: '7' })).toEqual([theirs.id]);
    await desk.number();
    expect(await claimed(desk.claim(T0 + HOUR))).toEqual([one.id, two.id]);
  });

  it('of which another process was first are left to it', async () => {
    const [one, two] = [await desk.paid(), await desk.paid()];
    await desk.number();
    database.before = () => books.callbacks.claimDue(desk.claim(T0, 1));
    expect(await claimed(desk.claim())).toEqual([two.id]);
    const later = T0 + HOUR;
    // It is claimed, told and over, all of it since this claim has looked.
    database.before = () => desk.tryOnce(one, TAKEN, later);
    expect(await claimed(desk.claim(later))).toEqual([two.id]);
    expect(await desk.states(one)).toEqual(['payment.paid taken']);
    // What is over takes nobody's place.
    expect(await claimed(desk.claim(later + HOUR, 1))).toEqual([two.id]);
  });

  it('are tried, put off, let go of and ended one by one', async () => {
    const [one, two, theirs] = [await desk.paid(), await desk.paid(), await otherSystem()];
    await desk.number();
    await desk.number('7');
    await desk.due(two);
    const [[callback], claim] = await desk.due(one);
    const begin = () => books.callbacks.beginTry(some(callback), claim, bodyOf, T0);
    expect(await changes(begin)).toEqual([one.id]);
    const again = { ...some(callback), tries: 1 };
    expect(await changes(() => books.callbacks.release(again, claim))).toEqual([one.id]);
    for (const end of [{}, GONE, TAKEN]) {
      const [found, held] = await begun(await freshOne());
      const told = () => books.callbacks.endTry(found, held, aTry(end), T0);
      expect(await changes(told)).toEqual([found.receiptRowId]);
    }
    const states = [...(await desk.states(two)), ...(await desk.states(theirs))];
    expect(states).toEqual(['payment.paid waiting', 'payment.paid waiting']);
  });

  async function freshOne(): Promise<Receipt> {
    const receipt = await desk.paid();
    await desk.number();
    return receipt;
  }

  it('are left out one by one, each by its own receipt, under the lock of its bill', async () => {
    const [one, two] = [await freshOne(), await freshOne()];
    await desk.giveBack(one);
    const [[callback], claim] = await desk.due(one);
    const begin = () => books.callbacks.beginTry(some(callback), claim, bodyOf, T0);
    expect(await changes(begin)).toEqual([one.id]);
    expect(await desk.states(one)).toContain('payment.paid superseded');
    const [{ body }] = await begun(two);
    expect(body?.text).toContain('paid');
    const bills = database.changes.filter(([text]) => text.startsWith('update bill set'));
    expect(bills).toEqual([[expect.any(String), 1]]);
    expect(database.changes[0]).toEqual(bills[0]);
  });

  it('that another process has given up stay so, and only it tells', async () => {
    const one = await freshOne();
    const [found, lost] = await begun(one);
    const [[again], claim] = await desk.due(one, T0 + MINUTE);
    const theirs = some(await books.callbacks.beginTry(some(again), claim, bodyOf, T0 + MINUTE));
    const told = () => books.callbacks.endTry(found, lost, aTry(GONE), T0 + MINUTE);
    expect(await changes(told)).toEqual([]);
    expect(await desk.alarms()).toEqual([]);
    await books.callbacks.endTry(theirs, claim, aTry(GONE), T0 + MINUTE);
    expect(await desk.alarms()).toMatchObject([
      { detail: expect.stringContaining('seq 1: refused for good (410)') as string },
    ]);
    await books.callbacks.endTry(found, lost, aTry(TAKEN), T0 + MINUTE);
    expect(await desk.states(one)).toEqual(['payment.paid givenUp']);
    expect(await books.callbacks.beginTry(theirs, claim, bodyOf, T0 + MINUTE)).toBeNull();
  });

  it('given up after the last try are told with their number of tries', async () => {
    const one = await freshOne();
    const [found, claim] = await begun(one);
    await books.callbacks.endTry({ ...found, tries: 10 }, claim, aTry({}), T0);
    expect(await desk.states(one)).toEqual(['payment.paid waiting']);
    for (let each = 1; each < 10; each += 1) await desk.tryOnce(one, {}, T0 + each * 25 * HOUR);
    await desk.tryOnce(one, {}, T0 + 300 * HOUR);
    const details = (await desk.alarms()).map(({ detail }) => detail);
    expect(details.at(-1)).toContain('seq 1: given up after 10 tries');
  });

  it('are woken only where they wait longer than any wait', async () => {
    const [near, far] = [await freshOne(), await freshOne()];
    await desk.tryOnce(near, { verdict: { kind: 'failed', askedMs: 24 * HOUR } }, T0 + 24 * HOUR);
    await desk.tryOnce(far, {}, T0 + 72 * HOUR);
    expect(await changes(() => books.callbacks.wake(TOLD, T0))).toEqual([far.id]);
  });

  it('are counted by system, those that wait alone', async () => {
    await desk.paid(T0 - 5);
    await otherSystem();
    await desk.number();
    await desk.number('7');
    expect(await books.callbacks.figures([TOLD, '7'])).toEqual([
      { billType: TOLD, waiting: 1, oldestAtMs: T0 - 5 },
      { billType: '7', waiting: 1, oldestAtMs: T0 },
    ]);
  });

  it('are sent again within their range, and never before they have a number', async () => {
    const told = [await freshOne(), await freshOne(), await freshOne()];
    for (const one of told) await desk.tryOnce(one, TAKEN);
    await desk.paid();
    const range = { billType: TOLD, fromSeq: 0, toSeq: 9, sinceMs: 0 };
    const resend = (of: Partial<typeof range>) =>
      changes(() => books.callbacks.resend({ ...range, ...of }));
    expect(await resend({ toSeq: 0 })).toEqual([]);
    expect(await resend({ fromSeq: 2, toSeq: 2 })).toEqual([told[1]?.id]);
    expect(await resend({})).toEqual([told[0]?.id, told[2]?.id]);
  });
});

describe('a receiver that takes nothing', () => {
  let books: FreshBooks;
  let desk: Desk;

  beforeEach(async () => {
    const folder = tempFolder();
    const path = join(folder.path, 'books.sqlite');
    await putEmptyBooks(path);
    const open = await openSqlite(path, new ManualClock(T0));
    const inspect = new SqliteInspect(path);
    const close = async () => {
      inspect.close();
      await open.close();
      folder.remove();
    };
    books = { ...storesOf(open), inspect, close };
    desk = new Desk(books);
  });
  afterEach(() => books.close());

  /** The end of a try of a callback of a bill type, whatever becomes of it. */
  async function tried(billType: '2' | '7', end: object, nowMs: number): Promise<void> {
    const [callback] = await books.callbacks.listAfter(TOLD, 0, 1);
    const claim = desk.claim();
    const made = aTry({ atMs: nowMs, ...end });
    await books.callbacks.endTry({ ...some(callback), billType }, claim, made, nowMs);
  }

  const since = async () =>
    books.inspect.query<{ since: number | null }>(sql`select failing_since_ms as since
        from callback_receiver where bill_type in ('2', '7') order by bill_type`);
  const failing = async () => (await since()).map((row) => row.since);

  beforeEach(async () => {
    await desk.paid();
    await desk.number();
  });

  it('is known since its first failure, and until it takes or refuses one', async () => {
    await tried('2', {}, T0);
    await tried('7', {}, T0 + 1);
    await tried('2', {}, T0 + MINUTE);
    expect(await failing()).toEqual([T0, T0 + 1]);
    await tried('7', TAKEN, T0 + MINUTE);
    expect(await failing()).toEqual([T0, null]);
    await tried('2', GONE, T0 + MINUTE);
    expect(await failing()).toEqual([null, null]);
    await tried('7', {}, T0 + HOUR);
    expect(await failing()).toEqual([null, T0 + HOUR]);
  });

  it.each([
    ['what it answered', 'down', ': down'],
    ['nothing, where it said nothing', '', ''],
  ])('is told after an hour, to the millisecond, with %s', async (_what, answer, told) => {
    await tried('2', {}, T0);
    await tried('2', {}, T0 + HOUR - 1);
    expect(await desk.alarms()).toEqual([]);
    await tried('2', { answer }, T0 + HOUR);
    const detail = `takes no callbacks since 2026-11-22 12:00:00${told}`;
    expect(await desk.alarms()).toEqual([{ kind: 'receiverFailing', detail }]);
  });

  it('is told in time though the clock was ahead when it began', async () => {
    await tried('2', {}, T0 + 72 * HOUR);
    await tried('2', {}, T0);
    expect(await failing()).toEqual([T0, null]);
    await tried('2', {}, T0 + HOUR);
    expect(await desk.alarms()).toHaveLength(1);
  });
});
