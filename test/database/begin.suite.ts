import { BILL_TYPES } from '../../src/domain/bill';
import type { BillType } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { BeginOrder } from '../../src/domain/ports/receipt-repository';
import type { FreshBooks, OpenFreshBooks } from './books';
import {
  MINUTE,
  T0,
  aMove,
  aPayment,
  anOrder,
  begun,
  freshNumber,
  paid,
  some,
  waiting,
} from './books';

const ODD_TEXT = `a'b"c\\d%_; drop table bill; -- \u0001\u4e2d\u{1f600} `.repeat(200);

/** How the books show an order right after its Begin. */
function asBegun(order: BeginOrder, { id, receiptId }: Receipt): Receipt {
  return {
    id,
    receiptId,
    billType: order.billType,
    billNo: order.billNo,
    payType: '98',
    amount: fen(8_888),
    cardNo: order.cardNo,
    outTradeNo: order.outTradeNo,
    state: 'begun',
    begunBy: order.begunBy,
    channelCall: order.channelCall,
    precreateTries: 1,
    leaseUntilMs: order.leaseUntilMs,
    qrCode: null,
    codeEndsAtMs: order.codeEndsAtMs,
    scannedAtMs: null,
    channelStatus: null,
    payment: null,
    refunded: fen(0),
    givingBack: 'none',
    duplicate: false,
    undoReason: null,
    undoAtMs: null,
    cancelTries: 0,
    cancelAnswers: 0,
    cancelSentAtMs: null,
    checkAtMs: null,
    endedAtMs: null,
    toldAtMs: null,
    begunAtMs: T0,
    billStatus: '0',
  };
}

/** Begin saves what was asked for, once, and decides by what the bill already holds. */
export function describeBegin(open: OpenFreshBooks): void {
  describe('Begin', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each([...BILL_TYPES])(
      'saves a receipt of bill type %s with its system row',
      async (type) => {
        const order = anOrder(type);
        const receipt = await begun(books, order);
        expect(receipt).toEqual(asBegun(order, receipt));
        expect(await books.repositories[type].get(receipt.id)).toEqual(receipt);
        expect(await books.inspect.systemRow(type, order.outTradeNo)).toMatchObject({
          autoid: receipt.receiptId,
          billnum: order.billNo,
          paytype: '98',
          paymentvalue: '88.88',
          body: '景区门票',
          detail: '成人票 x 1',
          clientip: '202.96.128.68',
          cardno: order.cardNo,
          result: null,
          tradeno: null,
          receiptvalue: null,
          // Our clock in the embedded store, the procedure's own on SQL Server.
          begunat: expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/),
        });
        expect(await books.inspect.events(receipt.id)).toEqual(['begin begun']);
      },
    );

    it.each(['1', '2', '7'] as const)('saves a charge of type %s, one for a bill', async (type) => {
      const order = anOrder(type, { begunBy: 'barCode' });
      const repository = books.repositories[type];
      const receipt = await begun(books, order);
      expect(receipt).toMatchObject({ begunBy: 'barCode', state: 'begun', qrCode: null });
      const next = { ...order, outTradeNo: freshNumber('N') };
      const id = receipt.id;
      const decided = async (begunBy: 'barCode' | 'scanCode') =>
        repository.begin({ ...next, begunBy });
      expect(await decided('barCode')).toMatchObject({ kind: 'undecided', receipt: { id } });
      expect(await decided('scanCode')).toMatchObject({ kind: 'undecided', receipt: { id } });
      const move = aMove('giveCode', { channelStatus: 'WAIT_BUYER_PAY' });
      expect(await repository.move(receipt, ...move)).toMatchObject({
        state: 'waiting',
        qrCode: null,
        leaseUntilMs: 0,
        scannedAtMs: T0 + 1_000,
      });
      expect(await decided('barCode')).toMatchObject({ kind: 'undecided', receipt: { id } });
      expect(await decided('scanCode')).toMatchObject({ kind: 'supersede', receipt: { id } });
    });

    it('writes the receipt into the table of its own system alone', async () => {
      for (const type of BILL_TYPES) {
        const order = anOrder(type);
        await begun(books, order);
        for (const other of BILL_TYPES) {
          const row = await books.inspect.systemRow(other, order.outTradeNo);
          expect([type, other, row !== null]).toEqual([type, other, other === type]);
        }
      }
    });

    it('keeps long and odd text whole, and no detail as none', async () => {
      const order = anOrder('2', { body: ODD_TEXT, detail: null, billNo: `a'"%_\\-- ;` });
      await begun(books, order);
      const row = await books.inspect.systemRow('2', order.outTradeNo);
      expect(row).toMatchObject({ body: ODD_TEXT, detail: null, billnum: order.billNo });
    });

    it.each([1, 10, 1_999, 9_007_199_254, 10_000_000_000])(
      'keeps %i fen exactly',
      async (value) => {
        const order = anOrder('1', { amount: fen(value) });
        const receipt = await begun(books, order);
        const row = await books.inspect.systemRow('1', order.outTradeNo);
        expect(receipt.amount).toBe(value);
        expect(row?.paymentvalue.replace('.', '').replace(/^0+/, '')).toBe(String(value));
      },
    );
  });
}

/** What a bill already holds decides; only a new receipt is written. */
export function describeDecisions(open: OpenFreshBooks): void {
  describe('Begin of a bill that is known', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each([...BILL_TYPES])(
      'gives type %s the living code again and writes nothing',
      async (type) => {
        const order = anOrder(type);
        const first = await waiting(books, order);
        const rows = await books.inspect.countRows();
        const again = { ...order, outTradeNo: freshNumber('N'), body: 'other', detail: 'other' };
        const decision = await books.repositories[type].begin(again);
        expect(decision).toEqual({ kind: 'replay', receipt: first });
        expect(await books.inspect.countRows()).toBe(rows);
      },
    );

    it('tells an unfinished Begin, other terms and a payment apart, writing nothing', async () => {
      const receipts = books.repositories['3'];
      const order = anOrder('3');
      const ask = (changes: object) =>
        receipts.begin({ ...order, outTradeNo: freshNumber('N'), ...changes });
      const first = await begun(books, order);
      const rows = await books.inspect.countRows();
      expect((await ask({})).kind).toBe('resume');
      expect((await ask({ amount: fen(1) })).kind).toBe('conflict');
      const leaseIsOver = { nowMs: order.leaseUntilMs, amount: fen(1) };
      expect((await ask(leaseIsOver)).kind).toBe('supersede');
      expect(await books.inspect.countRows()).toBe(rows);
      await receipts.move(first, ...aMove('giveCode', { qrCode: 'q' }));
      expect((await ask({ channelNowMs: T0 + 119 * MINUTE })).kind).toBe('supersede');
    });

    it.each([
      ['ended unpaid', 'fail', {}],
      ['been paid', 'pay', { payment: aPayment() }],
    ] as const)(
      'begins nothing under a number whose receipt has %s',
      async (_what, event, more) => {
        const order = anOrder('2', { begunBy: 'barCode' });
        const receipt = await begun(books, order);
        const receipts = books.repositories['2'];
        await receipts.move(receipt, ...aMove(event, more));
        const before = await books.inspect.countRows();
        expect(await receipts.begin({ ...order, nowMs: T0 + 3 * MINUTE })).toMatchObject({
          kind: 'undecided',
          receipt: { id: receipt.id },
        });
        expect(await books.inspect.countRows()).toBe(before);
      },
    );

    it('refuses while a payment is untold or guarded, then begins a part payment', async () => {
      const order = anOrder('4');
      const first = await paid(books, order);
      const receipts = books.repositories['4'];
      const ask = async (nowMs: number, amount = 8_888) => {
        const next = { ...order, outTradeNo: freshNumber('N'), nowMs, amount: fen(amount) };
        const { kind, receipt } = await receipts.begin(next);
        return [kind, receipt.id === first.id];
      };
      expect(await ask(T0 + 1, 1)).toEqual(['alreadyPaid', true]);
      await receipts.markTold(first.id, T0);
      expect(await ask(T0 + 2 * MINUTE - 1)).toEqual(['alreadyPaid', true]);
      expect(await ask(T0 + 2 * MINUTE)).toEqual(['begun', false]);
    });
  });
}

/** How `autoid` is given: within the bill for scenic tickets, over all systems else. */
export function describeNumbering(open: OpenFreshBooks): void {
  describe('the numbering', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    async function closed(type: BillType, billNo: string, payType: string): Promise<string> {
      const receipt = await begun(books, anOrder(type, { billNo, payType }));
      some(await books.repositories[type].move(receipt, ...aMove('close')));
      return receipt.receiptId;
    }

    it('counts scenic receipts from 1 within the bill, over all paytypes', async () => {
      const billNo = freshNumber();
      expect(await closed('1', billNo, '98')).toBe('98|0|1');
      expect(await closed('1', billNo, '97')).toBe('97|0|2');
      expect(await closed('1', billNo, 'x')).toBe('x|0|3');
      expect(await closed('1', freshNumber(), '98')).toBe('98|0|1');
      expect(await closed('1', billNo, '98')).toBe('98|0|4');
    });

    it('counts scenic receipts over all spellings of one bill number', async () => {
      const billNo = freshNumber('sp');
      expect(await closed('1', billNo, '98')).toBe('98|0|1');
      expect(await closed('1', `${billNo.toUpperCase()} `, '98')).toBe('98|0|2');
    });

    it('gives the other six systems one serial over all of them', async () => {
      const serials: number[] = [];
      for (const type of ['2', '3', '4', '5', '6', '7', '2', '7'] as const) {
        const receiptId = await closed(type, freshNumber(), '98');
        expect(receiptId).toMatch(/^[1-9]\d*$/);
        serials.push(Number(receiptId));
      }
      expect(serials).toEqual(serials.map((_serial, index) => Number(serials[0]) + index));
    });

    it('does not touch the serial for scenic receipts', async () => {
      const before = Number(await closed('2', freshNumber(), '98'));
      await closed('1', freshNumber(), '98');
      expect(Number(await closed('5', freshNumber(), '98'))).toBe(before + 1);
    });
  });
}
