import { setTimeout as wait } from 'node:timers/promises';
import { PayError } from '../../src/domain/errors';
import type { Receipt } from '../../src/domain/receipt/receipt';
import { WANTED_TOLERANCE_MS, WantedUntil } from '../../src/domain/receipt/wanted-until';
import { big, sql } from '../../src/legacy-db/sql/sql';
import { Writes } from '../../src/legacy-db/sql/writes';
import {
  MINUTE,
  T0,
  aMove,
  aPayment,
  anOrder,
  at,
  begun,
  some,
  storesOf,
  waiting,
} from '../database/books';
import { rows } from '../support/long';
import { TdsError } from './answers';
import { openOn, openOverTds } from './tds-books';
import type { TdsBooks } from './tds-books';
import type { TdsValue } from './types';

jest.setTimeout(30_000);

let books: TdsBooks;
beforeEach(async () => (books = await openOverTds()));
afterEach(() => books.close());

type Outputs = Record<string, TdsValue>;
type Own = () => Promise<Outputs>;
type Bad = readonly [what: string, does: (own: Own, session: number) => Promise<Outputs>];

/** What a procedure of a customer's may do that it must not, and what the caller is told. */
const SOME: readonly Bad[] = [
  ['gives no errcode', async (own) => ({ ...(await own()), errcode: null })],
  ['commits by itself', (own, session) => ending(own, () => books.backend.commit(session))],
  ['rolls back by itself', (own, session) => ending(own, () => books.backend.rollback(session))],
];
const OTHERS: readonly Bad[] = [
  ['gives no answer', async (own) => ({ ...(await own()), autoid: null, billstatus: null })],
  ['gives an empty answer', async (own) => ({ ...(await own()), autoid: '', billstatus: '' })],
  ['raises an error and goes on', raising],
  [
    'rolls back by itself, which the server tells',
    (own, session) =>
      ending(own, () => {
        books.backend.rollback(session);
        throw new TdsError(266);
      }),
  ],
  [
    'rolls back and begins another transaction',
    (own, session) =>
      ending(own, () => {
        books.backend.rollback(session);
        books.backend.begin(session);
      }),
  ],
];
const BAD = rows(SOME, OTHERS);

async function raising(own: Own): Promise<Outputs> {
  const name = 'billstatus' in (await own()) ? 'End' : 'Begin';
  throw new TdsError(50_000, 16, `Sp_3Pay_Offline_ReceiveMoney_${name}`);
}

async function ending(own: Own, end: () => void): Promise<Outputs> {
  const outputs = await own();
  end();
  return outputs;
}

/** Everything that is ours and that a unit writes. */
function ours(): unknown {
  const tables = ['receipt', 'receipt_event', 'trade', 'alarm', 'refund', 'callback'];
  const bills = 'select id, live_receipt_id, bill_status from bill where live_receipt_id > 0';
  return [bills, ...tables.map((table) => `select * from ${table}`)].map((text) =>
    books.inspect.rows(text),
  );
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error instanceof PayError ? error.code : String(error)),
  );
}

describe('a unit whose procedure is not as it must be', () => {
  it.each(BAD)('Begin %s: nothing of ours stays', async (_what, does) => {
    const order = anOrder('2');
    await begun(books, anOrder('3'));
    for (const again of [order, { ...(await endedOn(order.billNo)), outTradeNo: 'other' }]) {
      const before = ours();
      books.backend.instead.set('Begin', does);
      const begin = books.repositories['2'].begin({ ...order, ...again });
      expect(await refusalOf(begin)).toBe('DATABASE_UNAVAILABLE');
      expect(ours()).toEqual(before);
      books.backend.instead.clear();
    }
    expect((await begun(books, order)).state).toBe('begun');
  });

  it.each(BAD)('End %s: nothing of ours stays', async (_what, does) => {
    const receipt = await waiting(books, anOrder('7'));
    const receipts = books.repositories['7'];
    const pay = aMove('pay', { payment: aPayment() });
    for (const move of [pay, aMove('close')]) {
      const before = ours();
      books.backend.instead.set('End', does);
      expect(await refusalOf(receipts.move(receipt, ...move))).toBe('DATABASE_UNAVAILABLE');
      expect(ours()).toEqual(before);
      books.backend.instead.clear();
    }
    // Whatever theirs has committed: the same result is told again, and then it is booked.
    const paid = await receipts.move(receipt, ...pay);
    expect([paid?.state, paid?.billStatus]).toEqual(['paid', '3']);
  });

  it('a refusal is told with its text, and nothing stays', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const before = [ours(), versions()];
    const words = { errcode: 40_902, errmsg: '柜台已关闭 (closed)', billstatus: '3' };
    books.backend.instead.set('End', (own) => own().then(() => words));
    const pay = books.repositories['2'].move(receipt, ...aMove('pay', { payment: aPayment() }));
    await expect(pay).rejects.toMatchObject({ code: 'ILLEGAL_STATE', shown: words.errmsg });
    expect([ours(), versions()]).toEqual(before);
    expect(books.inspect.rows('select result from receipt_pos')).toEqual([{ result: null }]);
  });

  async function endedOn(billNo: string): Promise<{ billNo: string }> {
    const receipt = await begun(books, anOrder('2', { billNo, outTradeNo: 'ended' }));
    some(await books.repositories['2'].move(receipt, ...aMove('fail')));
    return { billNo };
  }
});

describe('a unit that takes longer than it is wanted', () => {
  const T = T0 + MINUTE;
  const wanted = (leftMs: number) =>
    new WantedUntil(T, { nowMs: () => T + WANTED_TOLERANCE_MS - leftMs });
  const slow = (own: Own) => wait(60).then(own);

  it.each(['Begin', 'End'] as const)('%s: nothing of ours stays', async (name) => {
    const receipt = await waiting(books, anOrder('7'));
    const unit = (leftMs: number): Promise<unknown> => {
      const wantedUntil = wanted(leftMs);
      if (name === 'Begin') return books.repositories['2'].begin(anOrder('2', { wantedUntil }));
      const [steps, origin] = aMove('close');
      return books.repositories['7'].move(receipt, steps, { ...origin, wantedUntil });
    };
    const before = ours();
    books.backend.instead.set(name, slow);
    expect(await refusalOf(unit(30))).toBe('TOO_LATE');
    expect(ours()).toEqual(before);
    expect(await refusalOf(unit(20_000))).toBe('done');
    expect(ours()).not.toEqual(before);
  });
});

function versions(): unknown {
  return books.inspect.rows('select id, version from bill order by id');
}

describe('a unit that has lost a race', () => {
  it('calls no procedure and writes nothing where its receipt has moved', async () => {
    const receipt = await waiting(books, anOrder('7'));
    const receipts = books.repositories['7'];
    some(await receipts.move(receipt, ...aMove('intendUndo', { reason: 'operator' })));
    const [before, calls] = [[ours(), versions()], books.backend.calls.length];
    for (const step of [aMove('pay', { payment: aPayment() }), aMove('close'), aMove('fail')]) {
      expect(await receipts.move(receipt, ...step)).toBeNull();
    }
    expect(await receipts.noteChannel(receipt, 'WAIT_BUYER_PAY', at(T0))).toBeNull();
    expect(await receipts.leasePrecreate(receipt, T0 + MINUTE, T0 + 2 * MINUTE)).toBeNull();
    expect([[ours(), versions()], books.backend.calls.length]).toEqual([before, calls]);
  });

  it('reads and decides again where its bill has changed since it read', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const seen: string[] = [];
    const result = await books.open.database.once('twice', async (read) => {
      const [bill] = await read.rows<{ id: string; version: string }>(
        sql`select id, version from bill where id = (select bill_id from receipt
            where id = ${big(receipt.id)})`,
      );
      seen.push(String(bill?.version));
      if (seen.length === 1) await otherUnit(receipt);
      const writes = new Writes();
      const { id = '', version = '' } = bill ?? {};
      writes.change(sql`update receipt set told_at_ms = ${big(seen.length)}
          where id = ${big(receipt.id)}`);
      writes.changeOne(
        sql`update bill set version = version + 1
            where id = ${big(Number(id))} and version = ${big(Number(version))}`,
        'stale',
      );
      return { kind: 'write', writes, done: () => seen.length, lost: () => -1 };
    });
    expect(result).toBe(2);
    expect(new Set(seen).size).toBe(2);
    expect((await books.repositories['2'].get(receipt.id)).toldAtMs).toBe(2);
  });

  it('begins nothing where another process has begun since it read', async () => {
    const { billNo } = anOrder('2');
    const before = await begun(books, anOrder('2', { billNo }));
    some(await books.repositories['2'].move(before, ...aMove('fail')));
    const other = await openOn(books.server);
    const calls = books.backend.calls.length;
    books.backend.beforeBatch = async () => {
      some(await storesOf(other).repositories['2'].begin(anOrder('2', { billNo })));
    };
    const mine = await books.repositories['2'].begin(anOrder('2', { billNo }));
    await other.close();
    expect(mine.kind).not.toBe('begun');
    // The procedure of the one that was late was not so much as called.
    expect(books.backend.calls).toHaveLength(calls + 1);
    expect(books.inspect.rows("select count(*) as n from receipt where state = 'begun'")).toEqual([
      { n: 1 },
    ]);
  });

  it('gives up on a bill that never stands still', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const unit = books.open.database.once('never', () => {
      const writes = new Writes();
      writes.changeOne(sql`update bill set version = version + 1 where id = ${big(-1)}`, 'stale');
      return Promise.resolve({ kind: 'write', writes, done: () => true, lost: () => false });
    });
    expect(await refusalOf(unit)).toBe('DATABASE_UNAVAILABLE');
    expect((await books.repositories['2'].get(receipt.id)).state).toBe('waiting');
  });

  async function otherUnit(receipt: Receipt): Promise<void> {
    some(await books.repositories['2'].noteChannel(receipt, 'WAIT_BUYER_PAY', at(T0)));
  }
});
