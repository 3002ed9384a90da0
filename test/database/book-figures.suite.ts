import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aMove, anOrder, begun, paid, some, waiting } from './books';

/** The first look of the sweep at a receipt. ms after its Begin. */
const FIRST_LOOK_MS = 10_000;

/** What the operator's graphs show of the books. */
export function describeBookFigures(open: OpenFreshBooks): void {
  describe('the figures of the books', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    it('are none while there is nothing', async () => {
      const none = { oldestOpenAtMs: null, oldestDueAtMs: null, restores: 0 };
      expect(await books.figures.read()).toEqual({ inCare: {}, alarms: {}, ...none });
    });

    it('count what is in care by state, and leave out what is done', async () => {
      await paid(books, anOrder('1', { nowMs: T0 - 30 * MINUTE }));
      await begun(books, anOrder('2', { nowMs: T0 - 3 * MINUTE }));
      await begun(books, anOrder('7', { nowMs: T0 - 2 * MINUTE }));
      const { state } = await waiting(books, anOrder('3', { nowMs: T0 - MINUTE }));
      expect(state).toBe('waiting');
      expect(await books.figures.read()).toEqual({
        inCare: { begun: 2, waiting: 1 },
        alarms: {},
        restores: 0,
        oldestOpenAtMs: T0 - 3 * MINUTE,
        oldestDueAtMs: T0 - 3 * MINUTE + FIRST_LOOK_MS,
      });
    });

    it('keep what ended unpaid in care for late money, but not as open', async () => {
      const order = anOrder('1', { nowMs: T0 - MINUTE });
      const receipt = await waiting(books, order);
      some(await books.repositories['1'].move(receipt, ...aMove('close')));
      const figures = await books.figures.read();
      expect(figures).toMatchObject({ inCare: { closed: 1 }, oldestOpenAtMs: null });
      expect(figures.oldestDueAtMs).toBeGreaterThan(T0);
    });

    it('count alarms by kind', async () => {
      for (const [type, kinds] of [
        ['1', ['lateMoney', 'amountMismatch']],
        ['7', ['lateMoney', 'lateMoney']],
      ] as const) {
        const receipt = await begun(books, anOrder(type));
        for (const kind of kinds) {
          await books.repositories[type].raiseAlarm(receipt, kind, 'detail', T0);
        }
      }
      const { alarms } = await books.figures.read();
      expect(alarms).toEqual({ lateMoney: 2, amountMismatch: 1 });
    });
  });
}
