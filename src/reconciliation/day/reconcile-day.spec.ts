import { encode } from 'iconv-lite';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { FreshBooks } from '../../../test/database/books';
import { anOrder, at, paid, some, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { dayOf } from '../../../test/support/bills/bill-zip';
import { ManualClock } from '../../../test/support/manual-clock';
import { tempFolder } from '../../../test/support/temp-folder';
import { fen } from '../../domain/money';
import type { Mending, MissingMoney } from '../../domain/reconciliation/mending';
import type { Receipt } from '../../domain/receipt/receipt';
import type { BillRow } from '../../simulator/bill/bill-rows';
import { detailsText, summaryText } from '../../simulator/bill/bill-text';
import { writeZip } from '../../simulator/bill/write-zip';
import { BillRefusal } from '../bill/bill-refusal';
import { reconcileDay } from './reconcile-day';

const HOUR = 3_600_000;
const ACCOUNT = '20880000000000010156';
const [DAY, NEXT] = [dayOf('2026-11-22'), dayOf('2026-11-23')];
const NOON = DAY.startMs + 12 * HOUR;
const NO_LIES = { trailer: 0, summary: 0, net: fen(0) };

describe('a day, compared on real books', () => {
  const folder = tempFolder();
  const clock = new ManualClock(NEXT.startMs + 10 * HOUR);
  let books: FreshBooks;
  let count = 0;
  /** What became of what the books lack; by itself nothing is proved. */
  let mend: Mending['mend'];
  beforeEach(async () => {
    books = await openFreshSqlite();
    mend = () => Promise.resolve('left');
  });
  afterEach(() => books.close());
  afterAll(() => folder.remove());

  const number = (atMs: number): string => {
    count += 1;
    return `${atMs.toString(16).padStart(12, '0')}${String(count).padStart(20, '0')}`;
  };
  const order = (atMs = NOON) => anOrder('2', { outTradeNo: number(atMs), amount: fen(1_000) });
  const payment = (atMs = NOON) => {
    count += 1;
    return { tradeNo: `2026${count}`, amount: fen(1_000), buyer: null, paidAtMs: atMs };
  };
  const payHere = (atMs = NOON) => paid(books, order(atMs), payment(atMs));

  function rowOf(receipt: Receipt, more: Partial<BillRow> = {}): BillRow {
    const atMs = receipt.payment?.paidAtMs ?? NOON;
    return {
      tradeNo: receipt.payment?.tradeNo ?? 'unknown',
      outTradeNo: receipt.outTradeNo,
      kind: 'payment',
      subject: '门票, 成人',
      storeId: '',
      terminalId: '',
      buyer: '',
      createdAtMs: atMs,
      atMs,
      amount: receipt.amount,
      requestNo: null,
      fee: fen(6),
      ...more,
    };
  }

  async function compareWith(rows: readonly BillRow[], day = DAY, lies = NO_LIES) {
    const { startMs, endMs } = day;
    const head = { account: ACCOUNT, startMs, endMs, exportedAtMs: endMs };
    const files = [
      { name: 'x_业务明细.csv', content: detailsText(rows, head, lies) },
      { name: 'x_业务明细(汇总).csv', content: summaryText(rows, head, lies) },
    ].map(({ name, content }) => ({ name: encode(name, 'gbk'), content: encode(content, 'gbk') }));
    const path = join(folder.path, 'day.zip');
    writeFileSync(path, writeZip(files));
    return reconcileDay(path, day, { books: books.daily, clock, mending: { mend } });
  }

  const kinds = async (...args: Parameters<typeof compareWith>) =>
    Object.fromEntries((await compareWith(...args)).kinds);
  const kept = async (date = DAY.date) =>
    (await books.daily.differencesOf(date)).map(({ kind, outTradeNo }) => [kind, outTradeNo]);

  it('is equal when it is, to the fen, and says so again', async () => {
    const receipts = [await payHere(), await payHere()];
    const rows = receipts.map((one) => rowOf(one));
    for (let round = 0; round < 2; round += 1) {
      const { result, kinds: found } = await compareWith(rows);
      expect(Object.fromEntries(found)).toEqual({ equal: 2 });
      expect(result).toMatchObject({
        account: ACCOUNT,
        payments: 2,
        paid: 2_000,
        net: 1_988,
        differences: 0,
      });
      expect(await books.daily.dayResult(DAY.date)).toEqual(result);
    }
  });

  it('tells what only one side has, and whose it is', async () => {
    const [here, ours, open] = [await payHere(), await payHere(), await waiting(books, order())];
    const lost = { ...ours, outTradeNo: number(NOON) };
    const rows = [
      rowOf(ours, { amount: fen(999) }),
      rowOf(open),
      rowOf(lost, { tradeNo: 'lost' }),
      rowOf(lost, { tradeNo: 'shop', outTradeNo: 'shop_1' }),
    ];
    const { result } = await compareWith(rows);
    expect(result).toMatchObject({ differences: 4, foreignRows: 1 });
    expect((await kept()).sort()).toEqual([
      ['amountDiffers', ours.outTradeNo],
      ['paidOnlyAtAlipay', open.outTradeNo],
      ['paidOnlyHere', here.outTradeNo],
      ['unknownReceipt', lost.outTradeNo],
    ]);
  });

  it('finds a refund of the portal, and calls it equal once it is booked', async () => {
    const receipt = await payHere();
    const back = rowOf(receipt, { kind: 'refund', amount: fen(-300), requestNo: 'P1' });
    const rows = [rowOf(receipt), { ...back, atMs: NOON + HOUR }];
    expect(await kinds(rows)).toEqual({ equal: 1, refundOnlyAtAlipay: 1 });
    const step = { event: 'refundInPart', refunded: fen(300), foreignRequestNo: 'P1' } as const;
    some(await books.repositories['2'].move(receipt, [step], at(NEXT.startMs + 9 * HOUR)));
    expect(await kinds(rows)).toEqual({ equal: 2 });
    expect(await kept()).toEqual([]);
    // Booked on the next day, and not looked for in its bill.
    expect(await kinds([], NEXT)).toEqual({});
  });

  it('has what Alipay proves booked after it was compared, and compares again', async () => {
    const [first, second] = [await waiting(books, order()), await waiting(books, order())];
    const asked: MissingMoney[] = [];
    mend = async (money) => {
      asked.push(money);
      const result = await books.daily.dayResult(DAY.date);
      expect(result?.differences).toBe(2);
      if (money.receiptRowId !== first.id) return 'left';
      const pay = { event: 'pay', payment: { ...payment(), tradeNo: 'T1' } } as const;
      some(await books.repositories['2'].move(first, [pay], at(NEXT.startMs)));
      return 'booked';
    };
    const rows = [rowOf(first, { tradeNo: 'T1' }), rowOf(second, { tradeNo: 'T2' })];
    const { kinds: found, booked } = await compareWith(rows);
    expect(Object.fromEntries(found)).toEqual({ equal: 1, paidOnlyAtAlipay: 1 });
    expect(booked.map(({ outTradeNo }) => outTradeNo)).toEqual([first.outTradeNo]);
    const money = { kind: 'payment', amount: 1_000, requestNo: null };
    expect(asked).toEqual([
      { ...money, receiptRowId: first.id },
      { ...money, receiptRowId: second.id },
    ]);
    expect(await kept()).toEqual([['paidOnlyAtAlipay', second.outTradeNo]]);
  });

  it('leaves open what may be booked within the hour', async () => {
    const receipt = await payHere();
    const back = rowOf(receipt, { kind: 'refund', amount: fen(-300), requestNo: 'P1' });
    mend = () => Promise.resolve('later');
    expect(await kinds([rowOf(receipt), back])).toEqual({ equal: 1, open: 1 });
    expect(await books.daily.differencesOf(DAY.date)).toMatchObject([{ kind: 'open', open: true }]);
  });

  it('takes what went back for the row of one bill alone', async () => {
    const receipt = await payHere();
    const step = { event: 'refundInPart', refunded: fen(300), foreignRequestNo: null } as const;
    some(await books.repositories['2'].move(receipt, [step], at(NOON + HOUR)));
    const back = rowOf(receipt, { kind: 'refund', amount: fen(-300), atMs: NOON + HOUR });
    expect(await kinds([rowOf(receipt), back])).toEqual({ equal: 2 });
    const another = { ...back, atMs: NEXT.startMs + HOUR };
    expect(await kinds([another], NEXT)).toEqual({ refundOnlyAtAlipay: 1 });
  });

  it('waits at midnight for the bill of the neighbour', async () => {
    const receipt = await payHere(DAY.endMs - 1_000);
    expect(await kinds([])).toEqual({ dayBoundary: 1 });
    const late = { atMs: NEXT.startMs + 1_000 };
    expect(await kinds([rowOf(receipt, late)], NEXT)).toEqual({ equal: 1 });
    expect(await kept()).toEqual([]);
    expect((await books.daily.dayResult(DAY.date))?.differences).toBe(0);
    expect(await kinds([])).toEqual({});
  });

  it('has a difference when the neighbour has not got it either', async () => {
    const receipt = await payHere(DAY.endMs - 1_000);
    await compareWith([]);
    expect(await kinds([], NEXT)).toEqual({});
    expect(await kept()).toEqual([['paidOnlyHere', receipt.outTradeNo]]);
    expect(await kinds([])).toEqual({ paidOnlyHere: 1 });
  });

  it('notices a second version of its bill, and fees that explain nothing', async () => {
    const receipt = await payHere();
    await compareWith([rowOf(receipt)]);
    await compareWith([rowOf(receipt, { fee: fen(5) })], DAY, { ...NO_LIES, net: fen(1) });
    expect(await kept()).toEqual([
      ['feeUnexpected', ''],
      ['billChanged', ''],
    ]);
  });

  it('keeps nothing of a bill that is not believed', async () => {
    const receipt = await payHere();
    const { result } = await compareWith([rowOf(receipt)]);
    const wrong = compareWith([rowOf(receipt)], DAY, { ...NO_LIES, trailer: 1 });
    await expect(wrong).rejects.toBeInstanceOf(BillRefusal);
    expect(await books.daily.dayResult(DAY.date)).toEqual(result);
  });
});
