import { BILL_TYPES } from '../../src/domain/bill';
import type { BillType } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { BeginOrder } from '../../src/domain/ports/receipt-repository';
import { BEFORE_ALL, everythingOf } from '../../src/domain/reading/receipt-search';
import type { Place, ReceiptSearch } from '../../src/domain/reading/receipt-search';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aMove, aPayment, anOrder, begun, freshNumber, paid, some } from './books';

/** Ways into books in which nothing else is looked for. */
interface Reader {
  readonly books: () => FreshBooks;
  /** The bill numbers of all that is found, page by page. */
  readonly find: (changes: Partial<ReceiptSearch>, most?: number) => Promise<string[]>;
}

function readerOf(open: OpenFreshBooks): Reader {
  let books: FreshBooks;
  beforeAll(async () => (books = await open()));
  afterAll(() => books.close());
  return {
    books: () => books,
    find: async (changes, most = 3) => {
      const search = { ...everythingOf(BILL_TYPES), ...changes };
      const found: string[] = [];
      for (let place: Place | null = BEFORE_ALL; place !== null;) {
        const page = await books.reading.search(search, place, most);
        expect(page.receipts.length).toBeLessThanOrEqual(most);
        found.push(...page.receipts.map(({ billNo }) => billNo));
        place = page.next;
      }
      return found;
    },
  };
}

/** Receipts are found by every number on a slip. */
export function describeSearches(open: OpenFreshBooks): void {
  describe('a search', () => {
    const { books, find } = readerOf(open);
    let one: Receipt;

    beforeAll(async () => {
      const order: Partial<BeginOrder> = { billNo: 'S-one', cardNo: 'card 1', amount: fen(8_888) };
      one = await paid(books(), anOrder('7', { ...order, cashiers: ['7', '王 Li '] }));
      // In another system, of the same amount and moment; and one that is not paid.
      await paid(books(), anOrder('2', { billNo: 'S-two', amount: fen(8_888) }));
      await begun(books(), anOrder('1', { billNo: 'S-three', amount: fen(1), nowMs: T0 + 1 }));
    });

    it.each<[string, (receipt: Receipt) => Partial<ReceiptSearch>]>([
      ['bill number', () => ({ billNo: 's-ONE  ' })],
      ['receipt id', ({ receiptId }) => ({ receiptId, billTypes: ['7'] })],
      ["Alipay's number", ({ payment }) => ({ tradeNo: payment?.tradeNo ?? null })],
      ['our number', ({ outTradeNo }) => ({ outTradeNo })],
      ['card', () => ({ cardNo: 'CARD 1 ' })],
      ["cashier's number", () => ({ cashier: '7' })],
      ["cashier's name", () => ({ cashier: '王 LI' })],
      ['system', () => ({ billTypes: ['7'] })],
      ['system and amount', () => ({ billTypes: ['7'], amount: fen(8_888) })],
      ['all at once', (receipt) => ({ ...receipt, tradeNo: null, cashier: '7', cardNo: 'card 1' })],
    ])('finds by %s', async (_name, changes) => {
      const wanted = changes(one);
      const known = Object.keys(everythingOf([]));
      const search = Object.fromEntries(Object.entries(wanted).filter(([n]) => known.includes(n)));
      expect(await find(search)).toEqual(['S-one']);
    });

    it.each<[string, Partial<ReceiptSearch>]>([
      ['bill number', { billNo: 'S-on' }],
      ['receipt id', { receiptId: 'x' }],
      ["Alipay's number", { tradeNo: 'x' }],
      ['our number', { outTradeNo: 'x' }],
      ['card', { cardNo: 'card' }],
      ['cashier', { cashier: '王' }],
      ['amount', { amount: fen(8_887) }],
      ['state', { state: 'refunded' }],
      ['a number of another system', { billNo: 'S-one', billTypes: ['1', '2', '3'] }],
      ['a card of another amount', { cardNo: 'card 1', amount: fen(1) }],
      ['a bill that is not so', { billNo: 'S-one', state: 'begun' }],
    ])('finds nothing by another %s', async (_name, changes) => {
      expect(await find(changes)).toEqual([]);
    });

    it('finds by amount over all systems, the newest first', async () => {
      expect(await find({ amount: fen(8_888) })).toEqual(['S-two', 'S-one']);
    });

    it('finds by state', async () => {
      expect(await find({ state: 'begun' })).toEqual(['S-three']);
      expect(await find({ state: 'paid' })).toEqual(['S-two', 'S-one']);
      expect(await find({ state: 'paid', amount: fen(1) })).toEqual([]);
    });

    it('finds by time, from the first instant to before the last', async () => {
      const begunAt = (fromMs: number | null, untilMs: number | null) =>
        find({ begun: { fromMs, untilMs } });
      expect(await begunAt(T0, T0 + 1)).toEqual(['S-two', 'S-one']);
      expect(await begunAt(T0 + 1, null)).toEqual(['S-three']);
      expect(await begunAt(null, T0)).toEqual([]);
      expect(await begunAt(T0 + 2, T0 + 1)).toEqual([]);
    });

    it('finds who sat at the till of a receipt or of its refund', async () => {
      const receipt = await paid(books(), anOrder('3', { billNo: 'S-four', nowMs: T0 - MINUTE }));
      const wish = { receipt, batchNo: 'B', amount: fen(1), reason: null, asked: true } as const;
      const outRequestNo = freshNumber('R');
      const origin = { cause: 'refund', actor: null, requestId: null, nowMs: T0 };
      const refund = { ...wish, operatorNo: 'wang', outRequestNo };
      expect(await books().refunds.begin(refund, origin)).toMatchObject({ kind: 'begun' });
      expect(await find({ cashier: 'Wang' })).toEqual(['S-four']);
      const state = 'refunding';
      expect(await find({ cashier: 'Wang', state })).toEqual(['S-four']);
      expect(await find({ cashier: 'Wang', paid: { fromMs: T0, untilMs: null } })).toEqual([
        'S-four',
      ]);
    });
  });
}

/** Times of payment, and pages. */
export function describeSearchPages(open: OpenFreshBooks): void {
  describe('the pages of a search', () => {
    const { books, find } = readerOf(open);
    const all: { billNo: string; billType: BillType; begunAtMs: number; paidAtMs: number }[] = [];

    // Many in one moment, of all systems; those that were begun first are paid last.
    beforeAll(async () => {
      for (let at = 0; at < 21; at += 1) {
        const billType = some(BILL_TYPES[at % BILL_TYPES.length]);
        const begunAtMs = T0 + Math.floor(at / 5) * MINUTE;
        const order = anOrder(billType, { nowMs: begunAtMs, amount: fen(100 + (at % 2)) });
        const paidAtMs = T0 + 100 * MINUTE - Math.floor(at / 5) * MINUTE;
        await paid(books(), order, aPayment(order.amount, { paidAtMs }));
        all.push({ billNo: order.billNo, billType, begunAtMs, paidAtMs });
      }
    });

    const newest = (times: (one: (typeof all)[number]) => number) =>
      all
        .map((one, at) => ({ ...one, at, time: times(one) }))
        .sort((one, other) => other.time - one.time || other.at - one.at);
    const names = (list: readonly { billNo: string }[]) => list.map(({ billNo }) => billNo);

    it.each([1, 2, 5, 50])('of %i hold each once, the newest first', async (most) => {
      expect(await find({}, most)).toEqual(names(newest(({ begunAtMs }) => begunAtMs)));
    });

    it('hold those of the systems that are asked for', async () => {
      const some = newest(({ begunAtMs }) => begunAtMs).filter(({ billType }) => billType < '4');
      expect(await find({ billTypes: ['1', '2', '3'] }, 2)).toEqual(names(some));
    });

    it('are sorted by the payment where its time is asked for', async () => {
      const span = { fromMs: T0 + 97 * MINUTE, untilMs: T0 + 99 * MINUTE };
      const within = newest(({ paidAtMs }) => paidAtMs).filter(
        ({ paidAtMs }) => paidAtMs >= span.fromMs && paidAtMs < span.untilMs,
      );
      expect(within.length).toBeGreaterThan(5);
      expect(await find({ paid: span }, 2)).toEqual(names(within));
      const odd = within.filter(({ at }) => at % 2 === 1);
      expect(await find({ paid: span, amount: fen(101) }, 2)).toEqual(names(odd));
      const first = await find(
        { paid: span, begun: { fromMs: null, untilMs: T0 + 2 * MINUTE } },
        2,
      );
      expect(first).toEqual(names(within.filter(({ at }) => at < 10)));
    });

    it('say that there is more only where there is', async () => {
      const search = everythingOf(BILL_TYPES);
      const page = await books().reading.search(search, BEFORE_ALL, all.length);
      expect(page.receipts).toHaveLength(all.length);
      expect(page.next).toBeNull();
    });
  });
}

/** One receipt with everything that belongs to it. */
export function describeReading(open: OpenFreshBooks): void {
  describe('a receipt that is read', () => {
    const { books } = readerOf(open);

    it('has its refunds, callbacks and alarms, and its whole life', async () => {
      const order = anOrder('2', { amount: fen(300) });
      const { telling, refunds, reading } = books();
      const first = await begun(books(), order);
      const closed = some(await telling['2'].move(first, ...aMove('close')));
      const payment = aPayment(300);
      const late = some(await telling['2'].move(closed, ...aMove('pay', { payment })));
      const who = { actor: 'op', requestId: 'q-9', cause: 'refund', nowMs: T0 + MINUTE };
      await refunds.begin(
        {
          ...{ receipt: late, batchNo: 'B1', amount: fen(100), operatorNo: 'li' },
          ...{ reason: '<b>坏</b>', outRequestNo: freshNumber('R'), asked: true },
        },
        who,
      );
      const receipt = some(await reading.find(first.id, ['2']));
      const life = await reading.life(receipt);
      expect(life.receipt.state).toBe('refunding');
      expect(life.refunds).toMatchObject([
        { batchNo: 'B1', amount: 100, state: 'queued', reason: '<b>坏</b>', operatorNo: 'li' },
      ]);
      expect(life.callbacks).toMatchObject([
        { type: 'payment.closed', state: 'written', lastTry: null },
        { type: 'payment.late', state: 'written', seq: 0, tries: 0, endedAtMs: null },
      ]);
      expect(life.alarms).toMatchObject([
        { kind: 'lateMoney', detail: 'paid after it was closed', closedAtMs: null, note: null },
      ]);
      const told = life.events.map(({ event, from, state, actor, cause, amount, atMs }) =>
        [event, from, state, actor, cause, amount, atMs - T0].join(' '),
      );
      expect(told).toEqual([
        'begin  begun till-1 scanCode 300 0',
        'close begun closed till-1 test 300 1000',
        'pay closed paid till-1 test 300 1000',
        'beginRefund paid refunding op refund 100 60000',
      ]);
      expect(life.events.at(-1)?.requestId).toBe('q-9');
    });

    it('is not there for others', async () => {
      const receipt = await begun(books(), anOrder('2'));
      expect(await books().reading.find(receipt.id, ['1', '3', '7'])).toBeNull();
      expect(await books().reading.find(receipt.id + 1_000, BILL_TYPES)).toBeNull();
      expect((await books().reading.find(receipt.id, BILL_TYPES))?.id).toBe(receipt.id);
    });

    it('has what belongs to it, and no other one has', async () => {
      const orders = [1, 2, 3].map(() => anOrder('2'));
      const receipts: Receipt[] = [];
      for (const order of orders) receipts.push(await paid(books(), order));
      await books().repositories['2'].raiseAlarm(some(receipts[1]), 'endRefused', 'no', T0);
      const files = await books().reading.files([...receipts].reverse());
      expect(files.map(({ receipt }) => receipt.id)).toEqual(
        receipts.map(({ id }) => id).reverse(),
      );
      expect(files.map(({ alarms }) => alarms.length)).toEqual([0, 1, 0]);
      expect(await books().reading.files([])).toEqual([]);
    });

    it('is read with the last try of a callback', async () => {
      const receipt = await begun(books(), anOrder('2'));
      const { telling, callbacks, reading } = books();
      await telling['2'].move(receipt, ...aMove('close'));
      await callbacks.number('2');
      const claim = { billType: '2', owner: 'p', nowMs: T0, claimUntilMs: T0 + MINUTE, limit: 100 };
      const due = await callbacks.claimDue({ ...claim, billType: '2' });
      const mine = some(due.find(({ receiptRowId }) => receiptRowId === receipt.id));
      const body = { text: '{}', format: 'json' } as const;
      for (const atMs of [T0, T0 + 1]) {
        const held = { ...claim, billType: '2' } as const;
        await callbacks.beginTry(mine, held, () => body, atMs);
        const answer = `no ${atMs - T0}`;
        const made = { atMs, durationMs: 5, status: 500, answer, fraction: 0 } as const;
        await callbacks.endTry(
          mine,
          held,
          { ...made, verdict: { kind: 'failed', askedMs: 0 } },
          atMs,
        );
      }
      const [file] = await reading.files([receipt]);
      expect(file?.callbacks).toMatchObject([{ lastTry: { status: 500, answer: 'no 1' } }]);
    });
  });
}
