import { T0, aPayment, anOrder } from '../../../test/database/books';
import { aReceipt } from '../../../test/support/books/a-receipt';
import type { ParameterNames } from '../../config/procedure-parameters';
import { fen } from '../../domain/money';
import type { Payment } from '../../domain/receipt/receipt';
import type { ProcedureCall, Sql } from '../sql/database';
import type { EndOrder, EndResult } from '../systems/system-receipts';
import { ProcedureReceipts } from './procedure-receipts';

const FINE = { errcode: 0, autoid: '17', billstatus: '3' };
const ORDER = anOrder('7', { billNo: 'B1', cardNo: 'C1', outTradeNo: 'N1' });
const RECEIPT = aReceipt({ billType: '7', billNo: 'B1', receiptId: '17', outTradeNo: 'N1' });
const PAYMENT = aPayment(8_888, { tradeNo: 'T1', buyer: '138****1234', paidAtMs: T0 });

/** The procedures give this, or throw it; `calls` are what they were given. */
function procedures(gives: object | Error, names: ParameterNames = {}) {
  const calls: ProcedureCall[] = [];
  const no = (): Promise<never> => Promise.reject(new Error('only procedures'));
  const db: Sql = {
    rows: no,
    change: no,
    insert: no,
    call: (call) => {
      calls.push(call);
      if (gives instanceof Error) return Promise.reject(gives);
      return Promise.resolve(new Map(Object.entries(gives)));
    },
  };
  const receipts = new ProcedureReceipts(names);
  return {
    calls,
    begin: () => receipts.begin(db, ORDER),
    end: (order: EndOrder) => receipts.end(db, order),
  };
}

function inputsOf([call]: readonly ProcedureCall[]): Record<string, unknown> {
  return Object.fromEntries((call?.inputs ?? []).map(([name, { value }]) => [name, value]));
}

function outputsOf([call]: readonly ProcedureCall[]): string[] {
  return (call?.outputs ?? []).map(([name]) => name);
}

function anEnd(result: EndResult, payment: Payment | null = PAYMENT): EndOrder {
  return { receipt: RECEIPT, result, payment, refunded: fen(150), held: fen(250) };
}

describe('Begin by a procedure', () => {
  it('is given the order, amounts as text, and gives the autoid', async () => {
    const { calls, begin } = procedures(FINE);
    expect(await begin()).toBe('17');
    expect(calls.map(({ name }) => name)).toEqual(['dbo.Sp_3Pay_Offline_ReceiveMoney_Begin']);
    expect(inputsOf(calls)).toEqual({
      billnum: 'B1',
      billtype: '7',
      paytype: '98',
      paymentvalue: '88.88',
      body: ORDER.body,
      detail: ORDER.detail,
      clientip: ORDER.clientIp,
      cardno: 'C1',
      outtradeno: 'N1',
    });
    expect(outputsOf(calls)).toEqual(['autoid', 'errcode', 'errmsg']);
  });

  it('goes by the names that the database has', async () => {
    const names = { 'Begin.billnum': 'P_Bill', 'Begin.autoid': 'P_Id', 'End.errcode': 'p_e' };
    const { calls, begin } = procedures({ errcode: 0, p_id: '18' }, names);
    expect(await begin()).toBe('18');
    expect(inputsOf(calls)).toMatchObject({ P_Bill: 'B1', billtype: '7' });
    expect(outputsOf(calls)).toEqual(['P_Id', 'errcode', 'errmsg']);
  });

  it.each([
    ['no errcode', {}, 'gave no errcode'],
    ['null for errcode', { ...FINE, errcode: null }, 'gave no errcode'],
    ['text for errcode', { ...FINE, errcode: '0' }, 'gave no errcode'],
    ['no autoid', { errcode: 0 }, 'gave no autoid'],
    ['an empty autoid', { errcode: 0, autoid: '' }, 'gave no autoid'],
    ['a number for autoid', { errcode: 0, autoid: 17 }, 'gave no autoid'],
  ])('that gives %s has not happened', async (_what, gives, why) => {
    const message = `DATABASE_UNAVAILABLE: dbo.Sp_3Pay_Offline_ReceiveMoney_Begin ${why}`;
    await expect(procedures(gives).begin()).rejects.toMatchObject({ message });
  });

  it.each([
    ['its own text, in one line', '  已付款\r\n(paid) ', '已付款 (paid)'],
    ['the first 200 characters of it', 'x'.repeat(201), 'x'.repeat(200)],
  ])('that refuses is told with %s', async (_what, errmsg, shown) => {
    const refused = procedures({ ...FINE, errcode: 7, errmsg }).begin();
    await expect(refused).rejects.toMatchObject({ code: 'ILLEGAL_STATE', shown });
  });

  it.each([undefined, null, 5, ' \n'])(
    'that refuses with %j has the usual text',
    async (errmsg) => {
      const usual = procedures({ errcode: 7 }).begin();
      const { shown } = await usual.then(
        () => ({ shown: '' }),
        (error: { shown: string }) => error,
      );
      expect(shown.length).toBeGreaterThan(5);
      const refused = procedures({ ...FINE, errcode: 7, errmsg }).begin();
      await expect(refused).rejects.toMatchObject({ code: 'ILLEGAL_STATE', shown });
    },
  );
});

describe('End by a procedure', () => {
  const NOTHING = { tradeno: null, receiptvalue: null, buyer: null, paidat: null };
  const NAMES = { billnum: 'B1', billtype: '7', paytype: '98', outtradeno: 'N1', autoid: '17' };

  it.each<[EndResult, object]>([
    [
      'S',
      { tradeno: 'T1', receiptvalue: '88.88', buyer: '138****1234', paidat: '2026-11-22 12:00:00' },
    ],
    ['C', NOTHING],
    ['F', NOTHING],
    ['R', { ...NOTHING, tradeno: 'T1', receiptvalue: '1.50' }],
    ['H', { ...NOTHING, receiptvalue: '2.50' }],
    ['U', { ...NOTHING, receiptvalue: '2.50' }],
  ])('%s is given what belongs to it, and gives the state of the bill', async (result, values) => {
    const { calls, end } = procedures(FINE);
    expect(await end(anEnd(result))).toBe('3');
    expect(inputsOf(calls)).toEqual({ ...NAMES, result, ...values });
    expect(outputsOf(calls)).toEqual(['billstatus', 'errcode', 'errmsg']);
  });

  it('S may lack buyer and time; what there is no payment for is null', async () => {
    const bare = procedures(FINE);
    await bare.end(anEnd('S', { ...PAYMENT, buyer: null, paidAtMs: null }));
    expect(inputsOf(bare.calls)).toMatchObject({ tradeno: 'T1', buyer: null, paidat: null });
    const none = procedures(FINE);
    await none.end(anEnd('S', null));
    expect(inputsOf(none.calls)).toMatchObject(NOTHING);
  });

  it('is told with its name when it fails, and left alone where it may be run again', async () => {
    const told = (number: number) => Object.assign(new Error('planted'), { number });
    const end = (error: Error) => procedures(error).end(anEnd('S'));
    const name = 'dbo.Sp_3Pay_Offline_ReceiveMoney_End';
    for (const [error, why] of [
      [told(18456), '18456'],
      [told(8114), 'SQL Server error 8114'],
    ] as const) {
      const message = `DATABASE_UNAVAILABLE: ${name}: ${why}`;
      await expect(end(error)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', message });
    }
    const lost = Object.assign(new Error('gone'), { code: 'ESOCKET' });
    for (const again of [told(1205), told(2627), lost]) {
      await expect(end(again)).rejects.toBe(again);
    }
    const ours = end(new Error('ours'));
    await expect(ours).rejects.toMatchObject({ message: 'DATABASE_UNAVAILABLE: ours' });
  });
});
