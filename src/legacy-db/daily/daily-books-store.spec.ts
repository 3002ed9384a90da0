import { MarkedFile } from '../../../test/database/marked-file';
import { MINUTE, T0, aPayment, anOrder, at, paid, some } from '../../../test/database/books';
import type { FreshBooks, Stores } from '../../../test/database/books';
import { fen } from '../../domain/money';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import type { Receipt } from '../../domain/receipt/receipt';
import type { DayDifference, DayResult } from '../../domain/reconciliation/day-result';
import type { OurReceipt } from '../../domain/reconciliation/movement';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NONE = { settled: [], overdue: [] };

/** What a day came to. */
function aDay(date: string, differences = 0): DayResult {
  return {
    ...{ date, account: '2088', digest: 'd', comparedAtMs: T0, payments: 1, paid: fen(1) },
    ...{ refunds: 0, refunded: fen(0), net: fen(1), foreignRows: 0, differences },
  };
}

/** A difference that waits for another day's bill; `changes` make it another. */
function aDifference(key: string | null, changes: Partial<DayDifference> = {}): DayDifference {
  return {
    ...{ kind: 'dayBoundary', open: true, moved: null, atMs: null, outTradeNo: 'N', tradeNo: null },
    ...{ requestNo: null, billed: null, booked: null, receiptRowId: null, movementKey: key },
    ...changes,
  };
}

let file: MarkedFile;
beforeEach(() => (file = new MarkedFile()));
afterEach(() => file.remove());

const inFile = (statement: string) => file.inFile((handle) => handle.exec(statement));

/** Puts so many copies of every row into a table; `other`: a column that is not the same. */
function copy(table: string, times: number, other: (name: string) => string | undefined): void {
  const info = `select name from pragma_table_info('${table}')`;
  const names = file.inFile((handle) => handle.prepare(info).pluck().all() as string[]);
  inFile(`with recursive many(n) as (select 1 union all select n + 1 from many where n < ${times})
    insert into ${table} (${names.join()})
    select ${names.map((name) => other(name) ?? name).join()} from ${table}, many`);
}

async function between({ daily }: Stores, fromMs: number, untilMs: number): Promise<OurReceipt[]> {
  const found: OurReceipt[] = [];
  for await (const one of daily.receiptsBetween(fromMs, untilMs)) found.push(one);
  return found;
}

function aPaid(stores: Stores, paidAtMs: number | null = T0): Promise<Receipt> {
  return paid(stores as FreshBooks, anOrder('2'), aPayment(8_888, { paidAtMs }));
}

/** A payment of which some went back at a time, by a cancel or in the portal. */
async function refunded(
  { repositories }: Stores,
  receipt: Receipt,
  atMs: number,
  foreignRequestNo?: string,
): Promise<Receipt> {
  const more = foreignRequestNo === undefined ? {} : { foreignRequestNo };
  const steps = [{ event: 'refundInPart', refunded: fen(100), ...more }] as const;
  return some(await repositories['2'].move(receipt, steps, at(atMs)));
}

describe('the receipts between two instants', () => {
  it('are those paid and those refunded then, the ends as they are said', async () => {
    await file.life(async (stores) => {
      const [one, other] = [await aPaid(stores), await aPaid(stores, T0 + 9 * HOUR)];
      await refunded(stores, one, T0 + 2 * HOUR);
      const ids = async (fromMs: number, untilMs: number) =>
        (await between(stores, fromMs, untilMs)).map(({ receiptRowId }) => receiptRowId);
      expect(await ids(T0, T0 + HOUR)).toEqual([one.id]);
      expect(await ids(T0 + HOUR, T0 + 2 * HOUR)).toEqual([]);
      expect(await ids(T0 + 2 * HOUR, T0 + 2 * HOUR + 1)).toEqual([one.id]);
      expect(await ids(T0 + 2 * HOUR + 1, T0 + 9 * HOUR)).toEqual([]);
      expect(await ids(T0 + 3 * HOUR, T0 + 9 * HOUR + 1)).toEqual([other.id]);
    });
  });

  it('are all there where one look does not bring them, of one moment or many', async () => {
    await file.life(async (stores) => {
      const receipt = await refunded(stores, await aPaid(stores), T0 + HOUR);
      // Most of them at one moment, 50 each at its own, and the first that was begun at last.
      const other = (name: string) =>
        ({
          ...{ id: 'id + n', out_trade_no: `${name} || n`, trade_no: `${name} || n` },
          ...{ receipt_id: `${name} || n`, paid_at_ms: 'paid_at_ms - 100 + max(0, n - 549)' },
        })[name];
      copy('receipt', 599, other);
      copy('receipt_event', 599, (name) =>
        name === 'id' ? 'id + n * 100' : name === 'receipt_row_id' ? `${name} + n` : undefined,
      );
      const all = await between(stores, T0 - MINUTE, T0 + MINUTE);
      const copies = Array.from({ length: 599 }, (_none, nth) => receipt.id + nth + 1);
      expect(all.map(({ receiptRowId }) => receiptRowId)).toEqual([...copies, receipt.id]);
      const back = await between(stores, T0 + HOUR, T0 + HOUR + 1);
      expect(new Set(back.map(({ receiptRowId }) => receiptRowId)).size).toBe(600);
      expect(back).toHaveLength(600);
    });
  });
});

/** The receipt of this number, and no other. */
async function oneOf({ daily }: Stores, { outTradeNo }: Receipt): Promise<OurReceipt | null> {
  const [found = null, ...more] = await daily.receiptsOf([outTradeNo]);
  expect(more).toEqual([]);
  return found;
}

describe('the movements of a receipt', () => {
  const timesOf = (one: OurReceipt | null) =>
    some(one).movements.map(({ kind, atMs, timeKnown }) => [kind, atMs - T0, timeKnown]);

  it('are told by Alipay, else by its history, else by its beginning', async () => {
    await file.life(async (stores) => {
      const [receipt, other] = [await aPaid(stores, null), await aPaid(stores, null)];
      await refunded(stores, receipt, T0 + HOUR);
      const told = async () => timesOf(await oneOf(stores, receipt));
      // Its payment was booked a second after the beginning.
      expect(await told()).toEqual([
        ['payment', 1_000, false],
        ['refund', HOUR, false],
      ]);
      inFile(`update receipt_event set at_ms = ${T0 + DAY} where receipt_row_id = ${other.id}`);
      expect((await told())[0]).toEqual(['payment', 1_000, false]);
      inFile(`update receipt set begun_at_ms = ${T0 - 5}; delete from receipt_event`);
      expect(await told()).toEqual([
        ['payment', -5, false],
        ['refund', -5, false],
      ]);
      inFile(`update receipt set paid_at_ms = ${T0 + 7}`);
      expect((await told())[0]).toEqual(['payment', 7, true]);
    });
  });

  it('are none of a receipt that is not paid', async () => {
    await file.life(async (stores) => {
      const receipt = await file.begin(stores);
      const found = some(await oneOf(stores, receipt));
      expect(found).toMatchObject({ movements: [], undecided: false, late: false });
    });
  });

  it('say what of it is not decided, late or a duplicate', async () => {
    await file.life(async (stores) => {
      const receipt = await aPaid(stores);
      const found = async (what: string) => {
        inFile(`update receipt set state = 'paid', ended_at_ms = null, duplicate = 0`);
        inFile(`update receipt set ${what}`);
        const { undecided, late, duplicate } = some(await oneOf(stores, receipt));
        return [undecided, late, duplicate];
      };
      expect(await found('duplicate = 0')).toEqual([false, false, false]);
      expect(await found("state = 'cancelling'")).toEqual([true, false, false]);
      expect(await found("state = 'refunding'")).toEqual([true, false, false]);
      expect(await found('ended_at_ms = 1')).toEqual([false, true, false]);
      expect(await found('duplicate = 1')).toEqual([false, false, true]);
    });
  });

  it('name refunds that are done, ours by their number, others with or without', async () => {
    await file.life(async (stores) => {
      const [receipt, other] = [await aPaid(stores), await aPaid(stores)];
      await refunded(stores, receipt, T0 + HOUR, 'P1');
      await refunded(stores, other, T0 + HOUR, 'P2');
      const told = async () =>
        some(await oneOf(stores, receipt)).movements.map(({ kind, requestNo, amount, tradeNo }) => [
          kind,
          requestNo,
          amount,
          tradeNo,
        ]);
      const trade = some(receipt.payment).tradeNo;
      const payment = ['payment', null, 8_888, trade];
      expect(await told()).toEqual([payment, ['refund', 'P1', 100, trade]]);
      inFile(`update refund set out_request_no = null`);
      expect(await told()).toEqual([payment, ['refund', null, 100, trade]]);
      inFile(`update refund set cause = 'caller', amount_fen = 60`);
      expect(await told()).toEqual([payment, ['refund', null, 100, trade]]);
      inFile(`update refund set out_request_no = 'ours'`);
      const [rest, ours] = [
        ['refund', null, 40, trade],
        ['refund', 'ours', 60, trade],
      ];
      expect(await told()).toEqual([payment, ours, rest]);
      inFile(`update refund set state = 'asked'`);
      expect(await told()).toEqual([payment, ['refund', null, 100, trade]]);
      inFile(`update refund set state = 'done', amount_fen = 100`);
      expect(await told()).toEqual([payment, ['refund', 'ours', 100, trade]]);
    });
  });

  it('are each their own, at its own time, also without a number', async () => {
    await file.life(async (stores) => {
      const receipt = await aPaid(stores);
      for (const [nth, foreignRequestNo] of ['P1', null, null].entries()) {
        const step = { event: 'refundInPart', refunded: fen(100 * (nth + 1)), foreignRequestNo };
        const origin = at(T0 + (nth + 1) * HOUR);
        const now = await stores.repositories['2'].get(receipt.id);
        some(await stores.repositories['2'].move(now, [step as ReceiptStep], origin));
      }
      const { movements } = some(await oneOf(stores, receipt));
      const told = movements.slice(1).map(({ key, atMs }) => [key, (atMs - T0) / HOUR]);
      expect(told).toEqual([
        ['refund 1', 1],
        ['refund 2', 2],
        ['refund 3', 3],
      ]);
    });
  });

  it('say in which other bill they stand, where they may stand in one', async () => {
    await file.life(async (stores) => {
      const receipt = await aPaid(stores);
      const key = `receipt ${receipt.id} paid`;
      const settled = [
        { key, atMs: T0 },
        { key: 'another', atMs: T0 },
      ];
      await stores.daily.saveDay(aDay('2026-11-23'), [], { settled, overdue: [] });
      await stores.daily.saveDay(aDay('2026-11-24'), [], {
        settled: [{ key: 'another', atMs: T0 }],
        overdue: [],
      });
      const on = async (paidAtMs: number | null) => {
        inFile(`update receipt set paid_at_ms = ${paidAtMs ?? 'null'}`);
        const found = some(await oneOf(stores, receipt));
        return found.movements[0]?.settledOn;
      };
      const midnight = Date.UTC(2026, 10, 22, 16);
      expect(await on(midnight - 10 * MINUTE - 1)).toBeNull();
      expect(await on(midnight - 10 * MINUTE)).toBe('2026-11-23');
      expect(await on(midnight + 10 * MINUTE - 1)).toBe('2026-11-23');
      expect(await on(midnight + 10 * MINUTE)).toBeNull();
      expect(await on(null)).toBe('2026-11-23');
      // The day is compared again, and its bill holds it no more.
      await stores.daily.saveDay(aDay('2026-11-23'), [], NONE);
      expect(await on(null)).toBeNull();
      const kept = file.inFile((h) => h.prepare('select * from reconciled_movement').all());
      expect(kept).toEqual([{ movement_key: 'another', bill_date: '2026-11-24' }]);
    });
  });
});

describe('what is kept of days', () => {
  it('is of each day alone, and written anew as a whole', async () => {
    await file.life(async ({ daily }) => {
      const [one, two] = ['2026-11-22', '2026-11-23'] as const;
      await daily.saveDay(aDay(one, 2), [aDifference('b'), aDifference('a')], NONE);
      await daily.saveDay(aDay(two, 1), [aDifference('c')], NONE);
      await daily.saveDay(aDay(two, 5), [aDifference('d')], NONE);
      expect([await daily.dayResult(one), await daily.dayResult(two)]).toEqual([
        aDay(one, 2),
        aDay(two, 5),
      ]);
      const keys = async (date: string) =>
        (await daily.differencesOf(date)).map(({ movementKey }) => movementKey);
      expect([await keys(one), await keys(two)]).toEqual([['b', 'a'], ['d']]);
      expect([await daily.dayResult('2026-11-21'), await keys('2026-11-21')]).toEqual([null, []]);
    });
  });

  it.each<Partial<DayDifference>>([
    { open: false, moved: 'payment', atMs: 5, billed: fen(7), tradeNo: 'T' },
    { open: true, moved: 'refund', booked: fen(8), receiptRowId: 3, requestNo: 'R' },
    { open: false, moved: null, atMs: null, billed: null, booked: null, receiptRowId: null },
  ])('a difference comes back as it was: %j', async (changes) => {
    await file.life(async ({ daily }) => {
      const one = aDifference(null, changes);
      await daily.saveDay(aDay('2026-11-22', 1), [one], NONE);
      expect(await daily.differencesOf('2026-11-22')).toEqual([one]);
    });
  });

  it('loses, of its own day alone, what another bill holds and none of its bill', async () => {
    await file.life(async ({ daily }) => {
      const [own, next, later] = ['2026-11-22', '2026-11-23', '2026-11-24'] as const;
      const billed = aDifference('a', { billed: fen(1), kind: 'amount' });
      await daily.saveDay(aDay(own, 3), [aDifference('a'), aDifference('b'), billed], NONE);
      await daily.saveDay(aDay(next, 1), [aDifference('a')], NONE);
      const settled = [{ key: 'a', atMs: T0 }];
      await daily.saveDay(aDay(later, 1), [aDifference('a')], { settled, overdue: [] });
      const left = async (date: string) => [
        some(await daily.dayResult(date)).differences,
        (await daily.differencesOf(date)).map(({ movementKey, kind }) => `${movementKey} ${kind}`),
      ];
      expect(await left(own)).toEqual([2, ['b dayBoundary', 'a amount']]);
      expect(await left(next)).toEqual([1, ['a dayBoundary']]);
      expect(await left(later)).toEqual([1, ['a dayBoundary']]);
      // What its own bill holds is closed by nobody: it stands there.
      const twice = { settled: [...settled, { key: 'b', atMs: T0 }], overdue: [] };
      await daily.saveDay(aDay(own, 1), [aDifference('b')], twice);
      expect(await left(own)).toEqual([1, ['b dayBoundary']]);
    });
  });

  it('ends its waiting for one movement of one day', async () => {
    await file.life(async ({ daily }) => {
      const [own, next] = ['2026-11-22', '2026-11-23'] as const;
      await daily.saveDay(aDay(own, 2), [aDifference('a'), aDifference('b')], NONE);
      await daily.saveDay(aDay(next, 1), [aDifference('a')], NONE);
      const overdue = [{ date: own, key: 'a', kind: 'paidOnlyHere' }];
      await daily.saveDay(aDay('2026-11-24'), [], { settled: [], overdue });
      const kinds = async (date: string) =>
        (await daily.differencesOf(date)).map(({ kind, open }) => `${kind} ${open}`);
      expect(await kinds(own)).toEqual(['paidOnlyHere false', 'dayBoundary true']);
      expect(await kinds(next)).toEqual(['dayBoundary true']);
    });
  });
});
