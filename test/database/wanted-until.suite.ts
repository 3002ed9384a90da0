import type { PayError } from '../../src/domain/errors';
import type { Receipt } from '../../src/domain/receipt/receipt';
import { WANTED_TOLERANCE_MS, WantedUntil } from '../../src/domain/receipt/wanted-until';
import { ManualClock } from '../support/manual-clock';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aMove, anOrder, at, begun, freshNumber, paid, some, waiting } from './books';

const LATE_MS = WANTED_TOLERANCE_MS + 1;

/** The code of a call's refusal; `done` when it was not refused. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    return (error as PayError).code;
  }
}

/** What is no longer wanted is looked at last, inside the unit, and then nothing of it is there. */
export function describeWantedUntil(open: OpenFreshBooks): void {
  describe('what is wanted until a time', () => {
    let books: FreshBooks;
    let clock: ManualClock;
    let wantedUntil: WantedUntil;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());
    beforeEach(() => {
      clock = new ManualClock(T0);
      wantedUntil = new WantedUntil(T0, clock);
    });

    function charge(changes = {}) {
      return anOrder('2', { begunBy: 'barCode', wantedUntil, ...changes });
    }

    function wanted(step: ReturnType<typeof aMove>): ReturnType<typeof aMove> {
      const [steps, origin] = step;
      return [steps, { ...origin, wantedUntil }];
    }

    /** The receipt as it is stored, with its history. */
    async function all(receipt: Receipt): Promise<unknown[]> {
      return [
        await books.repositories[receipt.billType].get(receipt.id),
        await books.inspect.events(receipt.id),
        await books.inspect.alarms(receipt.id),
        await books.inspect.systemRow(receipt.billType, receipt.outTradeNo),
        receipt.cardNo && (await books.inspect.cardBalance(receipt.cardNo)),
      ];
    }

    it('is begun up to the end of the tolerance, and not later', async () => {
      clock.pass(WANTED_TOLERANCE_MS);
      await begun(books, charge());
      const rows = await books.inspect.countRows();
      clock.pass(1);
      expect(await refusal(books.repositories['2'].begin(charge()))).toBe('TOO_LATE');
      expect(await books.inspect.countRows()).toBe(rows);
    });

    it('is not begun when its time passes while it waits for its turn to write', async () => {
      await begun(books, charge());
      const rows = await books.inspect.countsByTable();
      const busy = Array.from({ length: 100 }, () => books.repositories['2'].begin(charge()));
      clock.pass(0);
      const inTime = await Promise.all(busy);
      expect(new Set(inTime.map(({ kind }) => kind))).toEqual(new Set(['begun']));

      const before = await books.inspect.countsByTable();
      expect(before['receipt']).toBe((rows['receipt'] ?? 0) + 100);
      const queued = Array.from({ length: 100 }, () =>
        refusal(books.repositories['2'].begin(charge())),
      );
      clock.pass(LATE_MS); // All were handed in, none has had its turn.
      expect(new Set(await Promise.all(queued))).toEqual(new Set(['TOO_LATE']));
      expect(await books.inspect.countsByTable()).toEqual(before);
    });

    it('does not make a living code of the bill give way', async () => {
      const code = await waiting(books, anOrder('2'));
      const stored = await all(code);
      clock.pass(LATE_MS);
      const late = charge({ billNo: code.billNo });
      expect(await refusal(books.repositories['2'].begin(late))).toBe('TOO_LATE');
      expect(await all(code)).toEqual(stored);
    });

    it('tells what an earlier try has done instead: a charge, and a payment told', async () => {
      const first = charge();
      const { id } = await begun(books, first);
      clock.pass(LATE_MS);
      const again = { ...first, outTradeNo: freshNumber('N'), nowMs: T0 + LATE_MS };
      const decided = await books.repositories['2'].begin(again);
      expect(decided).toMatchObject({ kind: 'undecided', receipt: { id } });

      const sold = await paid(books, anOrder('2'));
      await books.repositories['2'].markTold(sold.id, T0 + 1_000);
      const late = charge({ billNo: sold.billNo, nowMs: T0 + 10 * MINUTE });
      const told = await books.repositories['2'].begin(late);
      expect(told).toMatchObject({ kind: 'alreadyPaid', receipt: { id: sold.id } });
      // Told long before: that was another sale.
      const part = await paid(books, anOrder('2'));
      await books.repositories['2'].markTold(part.id, T0 - 10 * MINUTE);
      const next = charge({ billNo: part.billNo, nowMs: T0 + 10 * MINUTE });
      expect(await refusal(books.repositories['2'].begin(next))).toBe('TOO_LATE');
    });

    it.each([
      ['an undo', '1', waiting, aMove('intendUndo', { reason: 'operator' })],
      ['a refund', '2', paid, aMove('beginRefund', { reason: 'operator' })],
      ["a refund and its card's hold", '7', paid, aMove('beginRefund', { reason: 'operator' })],
    ] as const)(
      '%s is not begun late, and nothing of it is there',
      async (_w, type, make, step) => {
        const receipt = await make(books, anOrder(type));
        const stored = await all(receipt);
        const move = () => books.repositories[type].move(receipt, ...wanted(step));
        clock.pass(LATE_MS);
        expect(await refusal(move())).toBe('TOO_LATE');
        expect(await all(receipt)).toEqual(stored);
        clock.pass(-LATE_MS);
        const queued = refusal(move());
        clock.pass(LATE_MS);
        expect(await queued).toBe('TOO_LATE');
        expect(await all(receipt)).toEqual(stored);
        clock.pass(-LATE_MS);
        expect((await move())?.undoReason).toBe('operator');
      },
    );

    it('somebody who was first is told, however late', async () => {
      const stale = await waiting(books, anOrder('1'));
      const undo = aMove('intendUndo', { reason: 'operator' });
      some(await books.repositories['1'].move(stale, ...undo));
      clock.pass(LATE_MS);
      expect(await books.repositories['1'].move(stale, ...wanted(undo))).toBeNull();
    });

    it('an operator does not take over an undo late', async () => {
      const receipt = await waiting(books, anOrder('1'));
      const superseded = aMove('intendUndo', { reason: 'superseded' });
      const undoing = some(await books.repositories['1'].move(receipt, ...superseded));
      const stored = await all(undoing);
      const origin = { ...at(T0 + 2_000), wantedUntil };
      clock.pass(LATE_MS);
      const taken = books.repositories['1'].undoForOperator(undoing, origin);
      expect(await refusal(taken)).toBe('TOO_LATE');
      expect(await all(undoing)).toEqual(stored);
      clock.pass(-LATE_MS);
      expect(await books.repositories['1'].undoForOperator(undoing, origin)).not.toBeNull();
    });
  });
}
