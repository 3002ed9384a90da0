import { MarkedFile } from '../../../test/database/marked-file';
import {
  T0,
  aMove,
  aPayment,
  anOrder,
  at,
  paid,
  some,
  storesOf,
  waiting,
} from '../../../test/database/books';
import type { FreshBooks, Stores } from '../../../test/database/books';
import { NotingDatabase } from '../../../test/database/noting-database';
import { CALL_MS, DONE, Desk, REFUSED } from '../../../test/database/refund.suite';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import type { Claim } from '../../domain/ports/receipt-repository';
import type { RefundCase } from '../../domain/ports/refunds';
import type { Receipt } from '../../domain/receipt/receipt';
import type { OpenDatabase } from '../open-database';
import { openSqlite } from '../sqlite/open-sqlite';
import { receiptRepositories } from '../systems/receipt-repositories';
import { RefundStore } from './refund-store';

const HOUR = 3_600_000;

/** A refund of a whole payment that is begun under the number `first`. */
async function begun({ repositories, refunds }: Stores): Promise<RefundCase> {
  const books = repositories['2'];
  const { receipt } = await books.begin(anOrder('2'));
  const code = some(await books.move(receipt, ...aMove('giveCode', { qrCode: 'q' })));
  const bought = some(await books.move(code, ...aMove('pay', { payment: aPayment() })));
  const more = { batchNo: 'B1', operatorNo: null, reason: null, asked: false };
  const wish = { ...more, receipt: bought, amount: bought.amount, outRequestNo: 'first' };
  const decided = await refunds.begin(wish, at(T0));
  if (decided.kind !== 'begun') throw new Error(decided.kind);
  return decided.found;
}

describe('a refund in a file', () => {
  let file: MarkedFile;
  beforeEach(() => (file = new MarkedFile()));
  afterEach(() => file.remove());

  it.each([
    ['null', 'other'],
    ["'first'", 'first'],
  ])('saved with number %s is sent as "%s" for ever', async (saved, sent) => {
    await file.life(async (stores) => {
      const { refund } = await begun(stores);
      file.inFile((handle) => handle.exec(`update refund set out_request_no = ${saved}`));
      const count = async (outRequestNo: string, nowMs: number) => {
        const now = (await stores.refunds.get(refund.id)).refund;
        return some(await stores.refunds.countTry({ ...now, outRequestNo }, nowMs, CALL_MS)).refund;
      };
      expect(await count('other', T0)).toMatchObject({ outRequestNo: sent, tries: 1 });
      expect(await count('third', T0 + 60_000)).toMatchObject({ outRequestNo: sent, tries: 2 });
    });
  });

  it('is never sent where a cancel gives all of it back', async () => {
    await file.life(async (stores) => {
      const { refund } = await begun(stores);
      const giving = (what: string) =>
        file.inFile((handle) => handle.exec(`update receipt set giving_back = '${what}'`));
      giving('cancel');
      expect(await stores.refunds.countTry(refund, T0, CALL_MS)).toBeNull();
      expect((await stores.refunds.get(refund.id)).refund.tries).toBe(0);
      giving('refund');
      expect(await stores.refunds.countTry(refund, T0, CALL_MS)).not.toBeNull();
    });
  });

  it('is claimed though a clock set back had put it off, or holds it, for too long', async () => {
    await file.life(async (stores) => {
      const { refund } = await begun(stores);
      const set = (what: string) => file.inFile((h) => h.exec(`update refund set ${what}`));
      const claimed = async () => {
        const claim = { owner: 'a', nowMs: T0, claimUntilMs: T0 + 20_000, limit: 9 };
        const found = await stores.refunds.claimDue(claim);
        return found.map((one) => one.refund.id);
      };
      set(`due_at_ms = ${T0 + 2 * HOUR}, claim_until_ms = 0`);
      expect(await claimed()).toEqual([]);
      set(`due_at_ms = ${T0 + 2 * HOUR + 1}, claim_until_ms = 0`);
      expect(await claimed()).toEqual([refund.id]);
      set(`due_at_ms = ${T0}, claim_until_ms = ${T0 + 40_000}`);
      expect(await claimed()).toEqual([]);
      set(`due_at_ms = ${T0}, claim_until_ms = ${T0 + 40_001}`);
      expect(await claimed()).toEqual([refund.id]);
      set(`due_at_ms = ${T0}, claim_until_ms = ${T0}`);
      expect(await claimed()).toEqual([refund.id]);
      set(`due_at_ms = ${T0}, claim_until_ms = ${T0 + 1}`);
      expect(await claimed()).toEqual([]);
    });
  });
});

describe('a unit of a refund', () => {
  let file: MarkedFile;
  let open: OpenDatabase;
  let database: NotingDatabase;
  let stores: Stores;
  beforeEach(async () => {
    file = new MarkedFile();
    open = await openSqlite(file.file, file.clock);
    database = new NotingDatabase(open.database);
    stores = storesOf({ database, systems: open.systems });
  });
  afterEach(async () => {
    await open.close();
    file.remove();
  });

  it('locks the bill of its receipt before anything else', async () => {
    const lock = [expect.stringMatching(/^update bill set /), 1];
    await begun(stores);
    const found = await begun(stores);
    expect(database.changes[0]).toEqual(lock);
    const sent = some(await stores.refunds.countTry(found.refund, T0, CALL_MS));
    expect(database.changes[0]).toEqual(lock);
    const plan = () => ({ kind: 'nothing' }) as const;
    await stores.refunds.settle(
      { refund: sent.refund, sending: 'answered', word: '', plan },
      at(T0),
    );
    expect(database.changes[0]).toEqual(lock);
  });

  it('that claims waits for its turn first', async () => {
    await begun(stores);
    const claim = { owner: 'a', nowMs: T0 + HOUR, claimUntilMs: T0 + 2 * HOUR, limit: 9 };
    expect(await stores.refunds.claimDue(claim)).toHaveLength(1);
    const told = database.changes.map(([text, rows]) => [text.slice(0, 17), rows]);
    expect(told).toEqual([
      ['update sweep_turn', 1],
      ['update refund set', 1],
    ]);
  });

  it('begins nothing where the receipt does not move', async () => {
    const systems = receiptRepositories(database, open.systems);
    const still = { makeStep: { value: () => Promise.resolve(null) } };
    const two = Object.create(systems['2'], still) as (typeof systems)['2'];
    const refunds = new RefundStore(database, { ...systems, '2': two });
    const move = begun({ ...stores, refunds });
    await expect(move).rejects.toThrow('moved under the lock of its bill');
    const rows = file.inFile((h) => h.prepare('select count(*) from refund').pluck().get());
    expect(rows).toBe(0);
  });
});

describe('refunds of many receipts', () => {
  let books: FreshBooks;
  let desk: Desk;
  beforeEach(async () => {
    books = await openFreshSqlite();
    desk = new Desk(books);
  });
  afterEach(() => books.close());

  const aPaid = () => paid(books, anOrder('2'));
  const counts = ({ refund }: RefundCase, nowMs = desk.nowMs) =>
    books.refunds.countTry(refund, nowMs, CALL_MS);

  it('are found by receipt and batch, each with all of its receipt', async () => {
    const [one, other] = [await aPaid(), await aPaid()];
    const begunAll = [];
    for (const [receipt, batch] of [
      [one, 'B1'],
      [one, 'B2'],
      [other, 'B1'],
      [other, 'B2'],
    ] as const) {
      begunAll.push(await desk.begin(receipt, 100, batch));
    }
    const found = async (receipt: Receipt, batch: string) =>
      some(await books.refunds.find(receipt, batch)).refund.id;
    const ids = [await found(one, 'B1'), await found(one, 'B2'), await found(other, 'B1')];
    expect([...ids, await found(other, 'B2')]).toEqual(begunAll.map(({ refund }) => refund.id));
    const { refunds, receipt } = await books.refunds.get(some(begunAll[2]).refund.id);
    expect(receipt.id).toBe(other.id);
    expect(refunds.map(({ batchNo }) => batchNo)).toEqual(['B1', 'B2']);
    await expect(books.refunds.get(999)).rejects.toThrow('no refund 999');
  });

  it('tell no time and no word before there is one', async () => {
    const { refund } = await desk.begin(await aPaid(), 100);
    expect(refund).toMatchObject({
      ...{ askedAtMs: null, answeredAtMs: null, endedAtMs: null, refundedAtMs: null },
      ...{ lastWord: null, givenUp: null, queuedAtMs: desk.nowMs },
    });
  });

  it('wait for each other within a receipt, and not between two', async () => {
    const [one, other] = [await aPaid(), await aPaid()];
    const [first, second] = [await desk.begin(one, 100), await desk.begin(one, 100)];
    const theirs = await desk.begin(other, 100);
    await desk.send(first);
    expect(await counts(theirs)).not.toBeNull();
    expect(await counts(second)).toBeNull();
    const third = await desk.begin(other, 100);
    expect(await counts(third, desk.nowMs + 7_999)).toBeNull();
    expect(await counts(third, desk.nowMs + 8_000)).not.toBeNull();
  });

  it('that cannot be sent give their turn back, and take nobody else theirs', async () => {
    const [one, other] = [await aPaid(), await aPaid()];
    const stale = await desk.begin(one, 100);
    const next = await desk.begin(one, 100);
    const theirs = await desk.begin(other, 100);
    const behind = await desk.begin(other, 100);
    await desk.answer(await desk.send(stale), REFUSED);
    desk.nowMs += 10_000;
    await counts(theirs);
    expect(await counts(stale)).toBeNull();
    expect(await counts(next)).not.toBeNull();
    expect(await counts(behind)).toBeNull();
  });

  it('take over what a duplicate is owed, and no other refund', async () => {
    const beside = await desk.begin(await aPaid(), 100, 'B0');
    const order = anOrder('2');
    const store = books.repositories['2'];
    const first = await waiting(books, order);
    const old = some(await store.move(first, ...aMove('intendUndo', { reason: 'superseded' })));
    const dead = some(await store.move(old, ...aMove('undo')));
    await paid(books, anOrder('2', { billNo: order.billNo }));
    const duplicate = some(await store.move(dead, ...aMove('pay', { payment: aPayment() })));
    await desk.begin(duplicate, 8_888, 'B1');
    expect((await books.refunds.get(beside.refund.id)).refund.batchNo).toBe('B0');
  });

  it('are claimed in the order in which they are due, and let go of by their claim', async () => {
    const found = [];
    for (let nth = 0; nth < 3; nth += 1) {
      found.push(await desk.begin(await aPaid(), 100));
      desk.nowMs += 1_000;
    }
    const [one, two, three] = found.map(({ refund }) => refund.id);
    const claim = (owner: string, nowMs: number, limit: number): Claim => ({
      ...{ owner, nowMs, limit },
      claimUntilMs: nowMs + 20_000,
    });
    const ids = async (by: Claim) =>
      (await books.refunds.claimDue(by)).map((each) => each.refund.id);
    const dueMs = desk.nowMs + 10_000;
    const first = claim('a', dueMs, 2);
    expect(await ids(first)).toEqual([one, two]);
    expect(await ids(claim('b', dueMs, 2))).toEqual([three]);
    // Only who holds it lets go of it, and of nothing else.
    const { refund } = some(found[0]);
    await books.refunds.settleClaim(refund, claim('b', dueMs, 2), dueMs);
    expect(await ids(claim('c', dueMs + 10_000, 9))).toEqual([]);
    await books.refunds.settleClaim(refund, first, dueMs);
    expect(await ids(claim('d', dueMs + 10_000, 9))).toEqual([one]);
    // An owner who comes again gets what this claim takes, not what an earlier one holds.
    const { refund: next } = await desk.begin(await aPaid(), 100);
    expect(await ids(claim('d', dueMs + 10_001, 9))).toEqual([next.id]);
  });

  it('that ended are not among what a claim gets', async () => {
    const claim = { owner: 'a', nowMs: desk.nowMs + 10_000, claimUntilMs: T0 + HOUR, limit: 9 };
    const done = await desk.begin(await aPaid(), 100);
    const open = await desk.begin(await aPaid(), 100);
    const ids = async (nowMs: number) =>
      (await books.refunds.claimDue({ ...claim, nowMs })).map(({ refund }) => refund.id);
    expect(await ids(claim.nowMs)).toEqual([done.refund.id, open.refund.id]);
    await desk.answer(await desk.send(done), DONE);
    await books.refunds.settleClaim(open.refund, claim, desk.nowMs);
    expect(await ids(desk.nowMs + 20_000)).toEqual([open.refund.id]);
  });
});
