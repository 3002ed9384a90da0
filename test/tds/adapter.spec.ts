import { PayError } from '../../src/domain/errors';
import { BEGIN, END, spellType } from '../../src/legacy-db/sqlserver/procedures/contract';
import { aMove, anOrder, aPayment, begun, paid, some, waiting } from '../database/books';
import { describeLong, itLong, rows as rowsOf } from '../support/long';
import { passedTo } from './requests';
import { openOverTds } from './tds-books';
import type { TdsBooks } from './tds-books';

jest.setTimeout(30_000);

const BEGIN_CALL = /_Begin$/;
const END_CALL = /_End$/;

let books: TdsBooks;
beforeEach(async () => (books = await openOverTds('&requestTimeoutMs=400&poolMax=3')));
afterEach(async () => {
  books.server.heal();
  await books.close();
});

/** `done`, or the code of the refusal; the time it took is bounded. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof PayError ? error.code : String(error);
  }
}

/** A call's parameters as they stood on the wire: `@name type direction`, and their values. */
function sent(procedure: RegExp): { declared: string[]; values: unknown[] } {
  const passed = books.server.received.map(({ request }) => passedTo(procedure, request));
  const found = passed.find((one) => one.length > 0);
  if (!found) throw new Error('no such call');
  return { declared: found.map(([how]) => how), values: found.map(([, value]) => value) };
}

function declaredBy({ parameters }: typeof BEGIN | typeof END): string[] {
  return parameters.map(({ name, type, direction }) => `@${name} ${spellType(type)} ${direction}`);
}

function rows(table: string): number {
  return some(books.inspect.counts()[table]);
}

describe('the procedures on the wire', () => {
  it('get the parameters of the contract: name, type, length, direction and value', async () => {
    const order = anOrder('7', { billNo: '单据-9', body: '票'.repeat(5_000), detail: null });
    const payment = aPayment(8_888);
    await paid(books, order, payment);
    const begin = sent(BEGIN_CALL);
    expect(begin.declared).toEqual(declaredBy(BEGIN));
    const { billNo, body, clientIp, cardNo, outTradeNo } = order;
    const given = [billNo, '7', '98', '88.88', body, null, clientIp, cardNo, outTradeNo];
    expect(begin.values).toEqual([...given, null, null, null]);
    const end = sent(END_CALL);
    expect(end.declared).toEqual(declaredBy(END));
    const told = [billNo, '7', '98', outTradeNo, '1', 'S', payment.tradeNo, '88.88'];
    const paidAt = '2026-11-22 12:00:00.000';
    expect(end.values).toEqual([...told, payment.buyer, paidAt, null, null, null]);
  });
});

describe('errors by number', () => {
  // Which numbers pass by themselves: mssql-errors.spec.ts.
  it.each(rowsOf([1205], [1222, 40197, 40501, 40613, 49918]))(
    '%i: the whole Begin is run again, three times at most',
    async (number) => {
      books.server.plan(BEGIN_CALL, { kind: 'error', number }, 3);
      const order = anOrder('1');
      expect(await outcome(begun(books, order))).toBe('done');
      expect(books.server.count(BEGIN_CALL)).toBe(4);
      expect([rows('receipt'), rows('receipt_scenic')]).toEqual([1, 1]);
      books.server.plan(BEGIN_CALL, { kind: 'error', number }, 9);
      expect(await outcome(begun(books, anOrder('1')))).toBe('DATABASE_UNAVAILABLE');
      expect(books.server.count(BEGIN_CALL)).toBe(8);
      expect([rows('bill'), rows('receipt'), rows('receipt_scenic')]).toEqual([1, 1, 1]);
    },
  );

  it.each(rowsOf([2812], [208, 8144, 201, 229]))(
    '%i: Begin is not run again, and the procedure is named',
    async (number) => {
      books.server.plan(BEGIN_CALL, { kind: 'error', number }, 9);
      const error: unknown = await begun(books, anOrder('1')).catch((refusal: unknown) => refusal);
      expect(error).toBeInstanceOf(PayError);
      expect(String(error)).toMatch(/DATABASE_UNAVAILABLE.*Sp_3Pay_Offline_ReceiveMoney_Begin/);
      expect(String(error)).toContain(String(number));
      expect(books.server.count(BEGIN_CALL)).toBe(1);
      expect(rows('receipt')).toBe(0);
    },
  );

  it('2627: a bill that somebody else has just made is read', async () => {
    books.server.plan(/^insert into bill /, { kind: 'error', number: 2627 });
    expect(await outcome(begun(books, anOrder('1')))).toBe('done');
    expect([rows('bill'), rows('receipt')]).toEqual([1, 1]);
  });
});

/** When a connection is cut, and whether what was sent last took effect. */
function cuts(call: RegExp): [when: string, target: RegExp | 'commit', effect: boolean][] {
  return rowsOf<[string, RegExp | 'commit', boolean]>(
    [
      ['before the call took effect', call, false],
      ['after the commit', 'commit', true],
    ],
    [
      ['after the call took effect', call, true],
      ['before the commit', 'commit', false],
    ],
  );
}

describe('answers that do not come', () => {
  it('a Begin that is always slow ends by its timeout, and nothing of it is there', async () => {
    books.server.plan(BEGIN_CALL, { kind: 'late', delayMs: 60_000, effect: false }, 9);
    expect(await outcome(begun(books, anOrder('1')))).toBe('DATABASE_UNAVAILABLE');
    expect([rows('receipt'), rows('receipt_scenic')]).toEqual([0, 0]);
  });

  it('a Begin whose answer comes too late may be committed: it is looked for', async () => {
    books.server.plan(BEGIN_CALL, { kind: 'late', delayMs: 60_000, effect: true });
    expect(await outcome(begun(books, anOrder('1')))).toBe('done');
    expect([rows('receipt'), rows('receipt_scenic')]).toEqual([1, 1]);
  });

  it.each(cuts(BEGIN_CALL))(
    'Begin cut %s: one receipt, known by its number',
    async (_when, target, effect) => {
      books.server.plan(target, { kind: 'cut', effect });
      const order = anOrder('1');
      expect(await outcome(begun(books, order))).toBe('done');
      expect([rows('bill'), rows('receipt'), rows('receipt_scenic')]).toEqual([1, 1, 1]);
      const found = await books.openReceipts.findByOutTradeNo(order.outTradeNo);
      expect(found?.state).toBe('begun');
    },
  );

  it.each(cuts(END_CALL))(
    'End cut %s: paid once, the card credited once',
    async (_when, target, effect) => {
      const order = anOrder('7');
      const receipt = await waiting(books, order);
      books.server.plan(target, { kind: 'cut', effect });
      const move = aMove('pay', { payment: aPayment(), channelStatus: 'TRADE_SUCCESS' });
      // Null says that somebody was first: the caller reads again, and finds it paid.
      expect(await outcome(books.repositories['7'].move(receipt, ...move))).toBe('done');
      expect((await books.repositories['7'].get(receipt.id)).state).toBe('paid');
      expect(await books.inspect.cardBalance(order.cardNo ?? '')).toBe('88.88');
      const events = await books.inspect.events(receipt.id);
      expect(events.filter((event) => event.startsWith('pay '))).toEqual(['pay paid']);
    },
  );

  itLong('a commit that is never answered is unknown, not lost and not doubled', async () => {
    books.server.plan('commit', { kind: 'silent', effect: true });
    const order = anOrder('1');
    expect(await outcome(begun(books, order))).toBe('done');
    expect([rows('receipt'), rows('receipt_scenic')]).toEqual([1, 1]);
    expect((await books.openReceipts.findByOutTradeNo(order.outTradeNo))?.state).toBe('begun');
  });
});

describe('answers that are not what they must be', () => {
  it('a refusal of Begin is told with its text and leaves nothing behind', async () => {
    const order = anOrder('1', { payType: '98' });
    await begun(books, order);
    const before = await books.inspect.countRows();
    books.server.plan(BEGIN_CALL, { kind: 'error', number: 50_000 });
    const other = anOrder('2');
    expect(await outcome(begun(books, other))).toBe('DATABASE_UNAVAILABLE');
    expect(await books.inspect.countRows()).toBe(before);
  });
});

describe('the pool', () => {
  it('is warm once the database is there, and is not asked before each use', async () => {
    expect(books.server.connections).toBe(3);
    await begun(books, anOrder('1'));
    expect(books.server.count(/^SELECT 1\b/)).toBe(0);
    expect(books.server.connections).toBe(3);
  });

  it('outlives all of its connections', async () => {
    const receipt = await begun(books, anOrder('1'));
    await books.server.down();
    await books.server.up();
    expect((await books.repositories['1'].get(receipt.id)).state).toBe('begun');
    expect(await outcome(begun(books, anOrder('1')))).toBe('done');
  });
});

describeLong('too few connections', () => {
  it('writers wait in turn and are told so; reads keep a connection', async () => {
    const receipt = await begun(books, anOrder('1'));
    books.server.plan(BEGIN_CALL, { kind: 'late', delayMs: 200, effect: true }, 100);
    const crowd = Array.from({ length: 30 }, () => outcome(begun(books, anOrder('2'))));
    const startedMs = Date.now();
    expect((await books.repositories['1'].get(receipt.id)).state).toBe('begun');
    expect(Date.now() - startedMs).toBeLessThan(1_000);
    const said = await Promise.all(crowd);
    expect(new Set(said)).toEqual(new Set(['done', 'DATABASE_UNAVAILABLE']));
    expect(Date.now() - startedMs).toBeLessThan(8_000);
    const done = said.filter((one) => one === 'done').length;
    expect(rows('receipt_pos')).toBe(done);
  });
});
