import { MOST_TRIES } from '../../src/domain/callback/delivery';
import { sql } from '../../src/legacy-db/sql/sql';
import { Desk, GONE, HOUR, TAKEN, TOLD, aTry, bodyOf } from './callback-desk';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, some } from './books';

/** Counted before it is made, by one process at a time, with a body that stays. */
export function describeCallbackTries(open: OpenFreshBooks): void {
  describe('a try to tell a system', () => {
    let desk: Desk;
    let books: FreshBooks;
    beforeEach(async () => {
      books = await open();
      desk = new Desk(books);
    });
    afterEach(() => books.close());

    it('freezes the body, whatever the receipt becomes', async () => {
      const receipt = await desk.paid();
      await desk.number();
      expect(await desk.tryOnce(receipt, {})).toBe('waiting');
      await desk.giveBack(receipt);
      const [[again], claim] = await desk.due(receipt, T0 + MINUTE);
      const begun = await books.callbacks.beginTry(some(again), claim, bodyOf, T0 + MINUTE);
      expect(begun).toMatchObject({ tries: 2, body: { text: 'payment.paid 1 paid' } });
    });

    it('is not made for a payment that is no longer there', async () => {
      const receipt = await desk.paid();
      await desk.giveBack(receipt);
      await desk.number();
      expect(await desk.tryOnce(receipt, TAKEN)).toBe('not sent');
      expect(await desk.tryOnce(receipt, TAKEN)).toBe('taken');
      const told = ['payment.paid superseded', 'payment.refunded taken'];
      expect(await desk.states(receipt)).toEqual(told);
    });

    it('is counted before it is made, and kept', async () => {
      const receipt = await desk.paid();
      await desk.number();
      const [[callback], claim] = await desk.due(receipt);
      const begun = some(await books.callbacks.beginTry(some(callback), claim, bodyOf, T0));
      expect(await desk.rows(receipt)).toMatchObject([{ tries: 1, state: 'waiting' }]);
      expect(await books.callbacks.beginTry(some(callback), claim, bodyOf, T0)).toBeNull();
      const long = aTry({ answer: 'x'.repeat(300) });
      await books.callbacks.endTry(begun, claim, long, T0);
      const tries = await books.inspect.query(sql`select duration_ms, http_status, verdict, answer
          from callback_try`);
      const kept = { http_status: 500, verdict: 'failed', answer: 'x'.repeat(200) };
      expect(tries).toEqual([expect.objectContaining(kept)]);
    });

    it('is made by who holds the claim alone, and taken whoever heard it', async () => {
      const receipt = await desk.paid();
      await desk.number();
      const [[callback], lost] = await desk.due(receipt);
      const begun = some(await books.callbacks.beginTry(some(callback), lost, bodyOf, T0));
      const [[again], claim] = await desk.due(receipt, T0 + MINUTE);
      expect(await books.callbacks.beginTry(some(again), lost, bodyOf, T0)).toBeNull();
      await books.callbacks.endTry(begun, lost, aTry({}), T0 + HOUR);
      expect((await desk.due(receipt, T0 + 2 * MINUTE))[0]).toHaveLength(1);
      await books.callbacks.endTry(begun, lost, aTry(TAKEN), T0 + HOUR);
      expect(await desk.states(receipt)).toEqual(['payment.paid taken']);
      expect(await books.callbacks.beginTry(some(again), claim, bodyOf, T0)).toBeNull();
    });
  });
}

/** Repeated by the schedule, given up with an alarm. */
export function describeFailedTries(open: OpenFreshBooks): void {
  describe('a try that fails', () => {
    let desk: Desk;
    let books: FreshBooks;
    beforeEach(async () => {
      books = await open();
      desk = new Desk(books);
    });
    afterEach(() => books.close());

    it('that fails is repeated by the schedule, and given up after the last', async () => {
      const receipt = await desk.paid();
      await desk.number();
      let nowMs = T0;
      const ends = [];
      for (let each = 0; each < MOST_TRIES; each += 1) {
        ends.push(await desk.tryOnce(receipt, {}, nowMs));
        nowMs += 25 * HOUR;
      }
      expect(ends).toEqual([...Array<string>(MOST_TRIES - 1).fill('waiting'), 'givenUp']);
      expect(await desk.tryOnce(receipt, {}, nowMs)).toBe('not due');
      expect((await desk.alarms()).map(({ kind }) => kind)).toEqual([
        'receiverFailing',
        'callbackGivenUp',
      ]);
    });

    it('waits as long as the receiver asks', async () => {
      const receipt = await desk.paid();
      await desk.number();
      await desk.tryOnce(receipt, { verdict: { kind: 'failed', askedMs: HOUR } });
      expect(await desk.tryOnce(receipt, {}, T0 + HOUR - 1)).toBe('not due');
      expect(await desk.tryOnce(receipt, {}, T0 + HOUR)).toBe('waiting');
    });

    it('that is refused for good is the last, with an alarm, and the next event goes', async () => {
      const receipt = await desk.paid();
      await desk.giveBackInPart(receipt);
      await desk.number();
      expect(await desk.tryOnce(receipt, GONE)).toBe('givenUp');
      expect(await desk.tryOnce(receipt, TAKEN)).toBe('taken');
      expect(await desk.alarms()).toMatchObject([{ kind: 'callbackGivenUp' }]);
    });

    it('after an hour of failures raises one alarm, none when one was taken', async () => {
      const receipts = [await desk.paid(), await desk.paid(), await desk.paid()];
      await desk.number();
      const [one, two, three] = receipts.map((each) => some(each));
      await desk.tryOnce(some(one), {}, T0);
      await desk.tryOnce(some(two), TAKEN, T0 + MINUTE);
      await desk.tryOnce(some(one), {}, T0 + 59 * MINUTE);
      await desk.tryOnce(some(one), {}, T0 + 90 * MINUTE);
      expect(await desk.alarms()).toEqual([]);
      await desk.tryOnce(some(three), {}, T0 + 119 * MINUTE - 1);
      await desk.tryOnce(some(three), {}, T0 + 119 * MINUTE + 6_000);
      expect(await desk.alarms()).toMatchObject([{ kind: 'receiverFailing' }]);
      await desk.tryOnce(some(one), {}, T0 + 5 * HOUR);
      expect(await desk.alarms()).toHaveLength(1);
    });
  });
}

/** What an operator, a stop and a clock do to them. */
export function describeLaterTries(open: OpenFreshBooks): void {
  describe('callbacks that are to be sent later', () => {
    let desk: Desk;
    let books: FreshBooks;
    beforeEach(async () => {
      books = await open();
      desk = new Desk(books);
    });
    afterEach(() => books.close());

    it('is made again when somebody asks for it, with the same body and id', async () => {
      const receipt = await desk.paid();
      await desk.number();
      await desk.tryOnce(receipt, TAKEN);
      const [sent] = await books.callbacks.listAfter(TOLD, 0, 1);
      const range = { billType: TOLD, fromSeq: 1, toSeq: 1, sinceMs: 0 };
      expect(await books.callbacks.resend({ ...range, fromSeq: 2, toSeq: 9 })).toBe(0);
      expect(await books.callbacks.resend({ ...range, sinceMs: T0 + 1 })).toBe(0);
      expect(await books.callbacks.resend({ ...range, billType: '7' })).toBe(0);
      expect(await books.callbacks.resend(range)).toBe(1);
      expect(await books.callbacks.resend(range)).toBe(0);
      const [[again]] = await desk.due(receipt);
      const { eventId, body } = some(sent);
      expect(again).toMatchObject({ eventId, body, tries: 0 });
    });

    it('is let go of by a stop, and due at once', async () => {
      const receipt = await desk.paid();
      await desk.number();
      const [[callback], claim] = await desk.due(receipt);
      const begun = some(await books.callbacks.beginTry(some(callback), claim, bodyOf, T0));
      await books.callbacks.release(begun, claim);
      expect((await desk.due(receipt))[0]).toMatchObject([{ tries: 1 }]);
    });

    it('is due again after a clock that was set back', async () => {
      const receipt = await desk.paid();
      await desk.number();
      await desk.tryOnce(receipt, {}, T0 + 72 * HOUR);
      await books.callbacks.wake('7', T0);
      expect((await desk.due(receipt, T0 + HOUR))[0]).toEqual([]);
      await books.callbacks.wake(TOLD, T0);
      expect((await desk.due(receipt, T0 + HOUR))[0]).toHaveLength(1);
    });

    it('is counted among what waits, until it is taken', async () => {
      const receipt = await desk.paid(T0 - 5);
      await desk.number();
      const none = { billType: '7', waiting: 0, oldestAtMs: null };
      const waits = { billType: '2', waiting: 1, oldestAtMs: T0 - 5 };
      expect(await books.callbacks.figures(['2', '7'])).toEqual([waits, none]);
      await desk.tryOnce(receipt, TAKEN);
      expect(await books.callbacks.figures(['2'])).toEqual([{ ...none, billType: '2' }]);
    });
  });
}
