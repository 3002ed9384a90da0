import type { Receipt } from '../../src/domain/receipt/receipt';
import type { Claim } from '../../src/domain/ports/receipt-repository';
import { big, sql } from '../../src/legacy-db/sql/sql';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aMove, aPayment, anOrder, at, begun, some, waiting } from './books';

const FIRST_LOOK = T0 + 10_000;

/** A claim of a minute. */
function claimOf(owner: string, nowMs: number, limit = 100): Claim {
  return { owner, nowMs, claimUntilMs: nowMs + MINUTE, limit };
}

function ids(receipts: readonly Receipt[]): number[] {
  return receipts.map(({ id }) => id);
}

/** Each due receipt is with one owner at a time, and with none for ever. */
export function describeClaims(open: OpenFreshBooks): void {
  describe('claims', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    it('are of what is due, oldest first, at most so many', async () => {
      const made: number[] = [];
      for (const nowMs of [T0 + 3, T0 + 1, T0 + 2, T0 + 10_000]) {
        made.push((await begun(books, anOrder('1', { nowMs }))).id);
      }
      const [third, first, second] = made;
      const { openReceipts } = books;
      expect(await openReceipts.claimDue(claimOf('a', FIRST_LOOK))).toEqual([]);
      const two = await openReceipts.claimDue(claimOf('a', FIRST_LOOK + 5, 2));
      expect(ids(two)).toEqual([first, second]);
      expect(ids(await openReceipts.claimDue(claimOf('a', FIRST_LOOK + 6)))).toEqual([third]);
    });

    it('never overlap, however many ask at once', async () => {
      const types = ['1', '2', '7'] as const;
      for (let index = 0; index < 60; index += 1) {
        await begun(books, anOrder(types[index % 3] ?? '1'));
      }
      const asks = Array.from({ length: 12 }, (_one, index) =>
        books.openReceipts.claimDue(claimOf(`owner${index % 4}`, FIRST_LOOK + index, 7)),
      );
      const all = (await Promise.all(asks)).flatMap(ids);
      expect(all).toHaveLength(60);
      expect(new Set(all).size).toBe(60);
    });

    it('of a dead owner end by themselves, and not before', async () => {
      const { id } = await begun(books, anOrder('1'));
      const { openReceipts } = books;
      expect(ids(await openReceipts.claimDue(claimOf('dead', FIRST_LOOK)))).toEqual([id]);
      const later = FIRST_LOOK + MINUTE;
      expect(await openReceipts.claimDue(claimOf('b', later - 1))).toEqual([]);
      expect(ids(await openReceipts.claimDue(claimOf('b', later)))).toEqual([id]);
    });

    it('are settled with the next look of the receipt as it stands by then', async () => {
      const { openReceipts } = books;
      const live = await waiting(books, anOrder('1'));
      const done = await waiting(books, anOrder('1'));
      const claim = claimOf('a', FIRST_LOOK + 1_000);
      expect(await openReceipts.claimDue(claim)).toHaveLength(2);
      some(await books.repositories['1'].move(done, ...aMove('pay', { payment: aPayment() })));
      for (const receipt of [live, done]) {
        await openReceipts.settleClaim(receipt, claim, FIRST_LOOK + 2_000, true);
      }
      expect(await openReceipts.claimDue(claimOf('b', FIRST_LOOK + 11_999))).toEqual([]);
      const next = await openReceipts.claimDue(claimOf('b', FIRST_LOOK + 12_000));
      expect(ids(next)).toEqual([live.id]);
      const never = claimOf('c', T0 + 365 * 24 * 60 * MINUTE);
      expect(ids(await openReceipts.claimDue(never))).toEqual([live.id]);
    });

    it('of a look that decided nothing end with a wait that grows only past the code', async () => {
      const { openReceipts } = books;
      const looks: number[] = [];
      for (const [codeEndsAtMs, kind] of [
        [T0 + 120 * MINUTE, 'endRefused'],
        [T0, 'endRefused'],
        // Tells of nothing that was given up on.
        [T0, 'lateMoney'],
      ] as const) {
        const receipt = await begun(books, anOrder('1', { codeEndsAtMs }));
        const nowMs = T0 + 60 * MINUTE;
        const claim = claimOf('a', nowMs);
        await openReceipts.claimDue(claim);
        await books.repositories['1'].raiseAlarm(receipt, kind, 'x', T0 + 20 * MINUTE);
        await openReceipts.settleClaim(receipt, claim, nowMs, false);
        for (let at = nowMs; ; at += MINUTE) {
          const found = await openReceipts.claimDue(claimOf(`b${at}`, at));
          if (!found.some(({ id }) => id === receipt.id)) continue;
          looks.push((at - nowMs) / MINUTE);
          await openReceipts.settleClaim(receipt, claimOf(`b${at}`, at), at, true);
          break;
        }
      }
      expect(looks).toEqual([1, 10, 1]);
    });

    it('of a look for late money end with the next one, or the same again', async () => {
      const { openReceipts } = books;
      const given = await waiting(books, anOrder('1'));
      const closed = some(await books.repositories['1'].move(given, ...aMove('close')));
      const dueAfter = async (nowMs: number, decided: boolean): Promise<number> => {
        const claim = claimOf(`at ${nowMs}`, nowMs);
        expect(ids(await openReceipts.claimDue(claim))).toContain(closed.id);
        await openReceipts.settleClaim(closed, claim, nowMs, decided);
        const dues = sql`select due_at_ms as due from receipt where id = ${big(closed.id)}`;
        const [row] = await books.inspect.query<{ due: number | string }>(dues);
        return Number(row?.due);
      };
      const ended = T0 + 1_000;
      expect(await dueAfter(T0 + 2 * MINUTE, true)).toBe(ended + 10 * MINUTE);
      expect(await dueAfter(T0 + 11 * MINUTE, false)).toBe(T0 + 12 * MINUTE);
    });

    it('cannot be settled by one who lost them', async () => {
      const receipt = await begun(books, anOrder('1'));
      const { openReceipts } = books;
      const lost = claimOf('slow', FIRST_LOOK);
      await openReceipts.claimDue(lost);
      await openReceipts.claimDue(claimOf('quick', FIRST_LOOK + MINUTE));
      await openReceipts.settleClaim(receipt, lost, FIRST_LOOK + MINUTE + 1, true);
      const other = claimOf('third', FIRST_LOOK + MINUTE + 30_000);
      expect(await openReceipts.claimDue(other)).toEqual([]);
    });

    it('find a receipt by its number, of whatever system', async () => {
      for (const type of ['1', '7'] as const) {
        const receipt = await waiting(books, anOrder(type));
        expect(await books.openReceipts.findByOutTradeNo(receipt.outTradeNo)).toEqual(receipt);
        expect(await books.openReceipts.findById(receipt.id)).toEqual(receipt);
      }
      for (const number of ['', 'x', "' or 1=1 --", '%']) {
        expect(await books.openReceipts.findByOutTradeNo(number)).toBeNull();
      }
      for (const id of [0, -1, 987_654, Number.MAX_SAFE_INTEGER]) {
        expect(await books.openReceipts.findById(id)).toBeNull();
      }
    });
  });
}

/** What waited too long is made due. */
export function describeWake(open: OpenFreshBooks): void {
  describe('waking', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    it('all makes every open receipt due, and no other', async () => {
      const one = await begun(books, anOrder('1'));
      const { openReceipts } = books;
      const claim = claimOf('other', FIRST_LOOK);
      await openReceipts.claimDue(claim);
      await openReceipts.settleClaim(one, claim, FIRST_LOOK, true);
      const two = await waiting(books, anOrder('2', { nowMs: FIRST_LOOK }));
      const closed = await begun(books, anOrder('3', { nowMs: FIRST_LOOK }));
      await books.repositories['3'].move(closed, [{ event: 'close' }], at(FIRST_LOOK));
      const paying = await waiting(books, anOrder('4'));
      await books.repositories['4'].move(paying, ...aMove('pay', { payment: aPayment() }));
      await openReceipts.wake(FIRST_LOOK + 1, FIRST_LOOK + 2 * MINUTE, true);
      const due = await openReceipts.claimDue(claimOf('new', FIRST_LOOK + 1));
      expect(ids(due).sort()).toEqual([one.id, two.id].sort());
    });

    it('all leaves a living process what it has claimed', async () => {
      const { id } = await begun(books, anOrder('1'));
      const { openReceipts } = books;
      const living = claimOf('living', FIRST_LOOK);
      await openReceipts.claimDue(living);
      const started = FIRST_LOOK + 1_000;
      await openReceipts.wake(started, started + 2 * MINUTE, true);
      expect(await openReceipts.claimDue(claimOf('new', started))).toEqual([]);
      const { claimUntilMs } = living;
      expect(ids(await openReceipts.claimDue(claimOf('new', claimUntilMs)))).toEqual([id]);
    });

    it('leaves alone what was given up on, unless a clock put it off even longer', async () => {
      const slow = await begun(books, anOrder('1', { codeEndsAtMs: T0 }));
      const { openReceipts } = books;
      await books.repositories['1'].raiseAlarm(slow, 'endRefused', 'x', T0 - 20 * 60 * MINUTE);
      const claim = claimOf('a', FIRST_LOOK);
      await openReceipts.claimDue(claim);
      await openReceipts.settleClaim(slow, claim, T0 + MINUTE, false);
      const wakeAt = async (nowMs: number): Promise<number[]> => {
        await openReceipts.wake(nowMs, nowMs + 2 * MINUTE, false);
        return ids(await openReceipts.claimDue(claimOf('b', nowMs)));
      };
      expect(await wakeAt(T0 + 2 * MINUTE)).toEqual([]);
      // Another one, put off as far, of which nobody has been told.
      const other = await begun(books, anOrder('1', { nowMs: T0 + 30 * MINUTE }));
      expect(await wakeAt(T0 + 3 * MINUTE)).toEqual([other.id]);
      expect(await wakeAt(T0 - 10 * MINUTE)).toContain(slow.id);
    });

    it('all makes due what was given up on, too', async () => {
      const slow = await begun(books, anOrder('1', { codeEndsAtMs: T0 }));
      const { openReceipts } = books;
      await books.repositories['1'].raiseAlarm(slow, 'endRefused', 'x', T0 - 20 * 60 * MINUTE);
      const claim = claimOf('a', FIRST_LOOK);
      await openReceipts.claimDue(claim);
      await openReceipts.settleClaim(slow, claim, T0 + MINUTE, false);
      expect(await openReceipts.claimDue(claimOf('b', T0 + 2 * MINUTE))).toEqual([]);
      await openReceipts.wake(T0 + 2 * MINUTE, T0 + 4 * MINUTE, true);
      expect(ids(await openReceipts.claimDue(claimOf('c', T0 + 2 * MINUTE)))).toEqual([slow.id]);
    });

    it('the late ones makes due the check of a payment, too', async () => {
      const { openReceipts } = books;
      const receipts = books.repositories['1'];
      const intent = aMove('intendUndo', { reason: 'superseded' });
      const undoing = some(await receipts.move(await waiting(books, anOrder('1')), ...intent));
      const counted = some(await receipts.countCancel(undoing, T0));
      const ahead = at(T0 + 10 * 60 * MINUTE);
      const pay = { event: 'pay', payment: aPayment() } as const;
      const kept = some(await receipts.move(counted, [pay], ahead));
      await openReceipts.wake(T0 + MINUTE, T0 + 3 * MINUTE, false);
      expect(ids(await openReceipts.claimDue(claimOf('a', T0 + MINUTE)))).toEqual([kept.id]);
    });

    it('the late ones makes due what a clock set back has put off', async () => {
      const { openReceipts } = books;
      // Two minutes beyond the first look of what is begun now are more than any wait.
      const future = FIRST_LOOK - 10_000 + 2 * MINUTE;
      const putOff = await begun(books, anOrder('1', { nowMs: future }));
      const usual = await begun(books, anOrder('1'));
      await openReceipts.wake(T0, T0 + 2 * MINUTE, false);
      expect(ids(await openReceipts.claimDue(claimOf('a', T0)))).toEqual([putOff.id]);
      expect(ids(await openReceipts.claimDue(claimOf('a', FIRST_LOOK)))).toEqual([usual.id]);
    });

    it('frees a claim from a clock that was ahead', async () => {
      const { openReceipts } = books;
      const { id } = await begun(books, anOrder('1'));
      const ahead = T0 + 24 * 60 * MINUTE;
      expect(ids(await openReceipts.claimDue(claimOf('dead', ahead)))).toEqual([id]);
      await openReceipts.wake(FIRST_LOOK, FIRST_LOOK + 2 * MINUTE, false);
      expect(ids(await openReceipts.claimDue(claimOf('b', FIRST_LOOK)))).toEqual([id]);
    });
  });
}
