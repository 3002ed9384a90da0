import { BILL_TYPES } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { ReceiptStep } from '../../src/domain/ports/receipt-repository';
import type { FreshBooks, OpenFreshBooks } from './books';
import { big, sql, text } from '../../src/legacy-db/sql/sql';
import { MINUTE, T0, aMove, aPayment, anOrder, at, begun, freshNumber } from './books';
import { paid, some, waiting } from './books';

/** A move is guarded by the state it starts from; who comes second moves nothing. */
export function describeMoves(open: OpenFreshBooks): void {
  describe('moves', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each([...BILL_TYPES])('walk a receipt of type %s from begun to refunded', async (type) => {
      const receipts = books.repositories[type];
      const given = await waiting(books, anOrder(type));
      expect([given.state, given.qrCode]).toEqual(['waiting', expect.stringContaining('https')]);
      const payment = aPayment();
      const pay = aMove('pay', { payment, channelStatus: 'TRADE_SUCCESS' });
      const done = some(await receipts.move(given, ...pay));
      expect([done.state, done.payment, done.billStatus]).toEqual(['paid', payment, '3']);
      const going = some(await receipts.move(done, ...aMove('beginRefund')));
      const all = aMove('refundInFull', { refunded: fen(8_888) });
      const gone = some(await receipts.move(going, ...all));
      expect([gone.state, gone.refunded, gone.billStatus]).toEqual(['refunded', 8_888, '4']);
      expect(await receipts.get(gone.id)).toEqual(gone);
      expect(await books.inspect.events(gone.id)).toEqual([
        'begin begun',
        'giveCode waiting',
        'pay paid',
        'beginRefund refunding',
        'refundInFull refunded',
      ]);
    });

    it('change what their step tells, and nothing else', async () => {
      const receipts = books.repositories['1'];
      let nowMs = T0;
      const step = async (receipt: Receipt, made: ReceiptStep): Promise<Receipt> => {
        nowMs += 1_000;
        const moved = some(await receipts.move(receipt, [made], at(nowMs)));
        expect(await receipts.get(receipt.id)).toEqual(moved);
        return moved;
      };
      const channelStatus = 'WAIT_BUYER_PAY';
      const fresh = await begun(books, anOrder('1'));
      const taken = await step(fresh, { event: 'giveCode', channelStatus: 'OTHER' });
      const none = { leaseUntilMs: 0, scannedAtMs: null };
      expect(taken).toEqual({ ...fresh, ...none, state: 'waiting', channelStatus: 'OTHER' });
      const given = await step(taken, { event: 'giveCode', qrCode: 'https://q.test' });
      expect(given).toEqual({ ...taken, qrCode: 'https://q.test' });
      const scanned = await step(given, { event: 'giveCode', channelStatus });
      expect(scanned).toEqual({ ...given, channelStatus, scannedAtMs: T0 + 3_000 });
      expect(await step(scanned, { event: 'giveCode', channelStatus })).toEqual(scanned);
      const other = await begun(books, anOrder('1'));
      const undoing = await step(other, { event: 'intendUndo', reason: 'expired' });
      const intent = { undoReason: 'expired', undoAtMs: T0 + 5_000, leaseUntilMs: 0 };
      expect(undoing).toEqual({ ...other, ...intent, state: 'cancelling' });
      const payment = aPayment();
      const done = await step(scanned, { event: 'pay', payment });
      expect(done).toEqual({ ...scanned, state: 'paid', payment, billStatus: '3' });
      const going = await step(done, { event: 'beginRefund', reason: 'operator' });
      const undo = { undoReason: 'operator', undoAtMs: T0 + 7_000, givingBack: 'cancel' };
      expect(going).toEqual({ ...done, ...undo, state: 'refunding' });
      const part = await step(going, { event: 'refundInPart', refunded: fen(333) });
      expect(part).toEqual({ ...going, refunded: 333, billStatus: '2' });
      const kept = { ...part, state: 'paid', givingBack: 'none' };
      expect(await step(part, { event: 'endRefund' })).toEqual(kept);
    });

    it.each(['close', 'fail'] as const)('to the end by %s keep the time of it', async (event) => {
      const given = await waiting(books, anOrder('1'));
      const ended = some(await books.repositories['1'].move(given, ...aMove(event)));
      const state = event === 'close' ? 'closed' : 'failed';
      expect(ended).toEqual({ ...given, state, endedAtMs: T0 + 1_000 });
    });

    it('settle the open alarms of their kinds, and no others', async () => {
      const receipts = books.repositories['2'];
      const [given, other] = [
        await waiting(books, anOrder('2')),
        await waiting(books, anOrder('2')),
      ];
      for (const one of [given, other]) {
        for (const kind of ['amountMismatch', 'endRefused'] as const) {
          await receipts.raiseAlarm(one, kind, 'x', T0);
        }
      }
      const settles = { kinds: ['amountMismatch', 'tradeVanished'], note: '查过' } as const;
      const ended = some(
        await receipts.move(given, ...aMove('close', { reason: 'released', settles })),
      );
      expect(ended).toMatchObject({ state: 'closed', undoReason: 'released' });
      const closings = async (one: Receipt) => {
        const open = (await books.alarms.open(1_000)).map(({ subject, kind }) => subject + kind);
        const kinds = ['amountMismatch', 'endRefused'] as const;
        return kinds.filter((kind) => !open.includes(`receipt ${one.id}${kind}`));
      };
      expect([await closings(given), await closings(other)]).toEqual([['amountMismatch'], []]);
      const [alarm] = await books.alarms.about('amountMismatch', `receipt ${given.id}`);
      const closed = { by: 'till-1', note: '查过', nowMs: T0 + 1_000 };
      expect(alarm?.closed).toEqual(closed);
      // Who comes second settles nothing.
      await receipts.raiseAlarm(given, 'amountMismatch', 'x', T0);
      expect(await receipts.move(given, ...aMove('close', { settles }))).toBeNull();
      expect(await closings(given)).toEqual([]);
    });

    it('of what had ended before are not told to its system again', async () => {
      const order = anOrder('2');
      const given = await waiting(books, order);
      const receipts = books.repositories['2'];
      const failed = some(await receipts.move(given, ...aMove('fail')));
      const again = some(await receipts.move(failed, ...aMove('close', { reason: 'released' })));
      expect(again).toMatchObject({ state: 'failed', undoReason: 'released' });
      expect(await books.inspect.systemRow('2', order.outTradeNo)).toMatchObject({ result: 'F' });
    });

    it('lose a race without a trace', async () => {
      const order = anOrder('2');
      const stale = await waiting(books, order);
      const receipts = books.repositories['2'];
      const done = some(await receipts.move(stale, ...aMove('pay', { payment: aPayment() })));
      const rows = await books.inspect.countRows();
      expect(await receipts.move(stale, ...aMove('close'))).toBeNull();
      expect(await receipts.move(stale, ...aMove('pay', { payment: aPayment() }))).toBeNull();
      expect(await receipts.move(stale, ...aMove('giveCode', { qrCode: 'late' }))).toBeNull();
      expect(await receipts.get(stale.id)).toEqual(done);
      expect(await books.inspect.systemRow('2', order.outTradeNo)).toMatchObject({ result: 'S' });
      expect(await books.inspect.countRows()).toBe(rows);
    });

    it('outside the table of states throw and write nothing', async () => {
      const receipt = await paid(books, anOrder('2'));
      const rows = await books.inspect.countRows();
      const move = books.repositories['2'].move(receipt, ...aMove('close'));
      await expect(move).rejects.toThrow('illegal');
      expect(await books.inspect.countRows()).toBe(rows);
      expect((await books.repositories['2'].get(receipt.id)).state).toBe('paid');
    });
  });
}

/** The bill names the one receipt a guest could still pay. */
export function describeLive(open: OpenFreshBooks): void {
  describe('the live receipt of a bill', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each(['close', 'fail', 'undo', 'pay'] as const)(
      '%s ends the live receipt of its bill: a new one can begin',
      async (event) => {
        const order = anOrder('5');
        const receipts = books.repositories['5'];
        let receipt = await waiting(books, order);
        if (event === 'undo') receipt = some(await receipts.move(receipt, ...aMove('intendUndo')));
        const payment = event === 'pay' ? { payment: aPayment() } : {};
        some(await receipts.move(receipt, ...aMove(event, payment)));
        await receipts.markTold(receipt.id, T0);
        const next = anOrder('5', { billNo: order.billNo, amount: fen(1) });
        expect((await receipts.begin(next)).kind).toBe('begun');
      },
    );

    it('keep the bill locked while an undo is under way', async () => {
      const order = anOrder('5');
      const receipt = await waiting(books, order);
      some(await books.repositories['5'].move(receipt, ...aMove('intendUndo')));
      const decision = await books.repositories['5'].begin({ ...order, outTradeNo: 'another' });
      expect(decision.kind).toBe('supersede');
    });

    it('is undone when the one it replaced turns out paid', async () => {
      const order = anOrder('6');
      const receipts = books.repositories['6'];
      const first = await waiting(books, order);
      const closed = some(await receipts.move(first, ...aMove('close')));
      const second = await waiting(books, anOrder('6', { billNo: order.billNo }));
      const late = some(await receipts.move(closed, ...aMove('pay', { payment: aPayment() })));
      expect([late.state, late.billStatus, late.duplicate]).toEqual(['paid', '3', false]);
      expect(await books.inspect.alarms(late.id)).toEqual(['lateMoney']);
      const undoing = await receipts.get(second.id);
      expect([undoing.state, undoing.undoReason]).toEqual(['cancelling', 'superseded']);
      await receipts.markTold(late.id, T0 - 10 * MINUTE);
      const decision = await receipts.begin({ ...order, outTradeNo: 'third' });
      expect([decision.kind, decision.receipt.id]).toEqual(['supersede', second.id]);
    });
  });
}

/** Only the holder of the lease may ask for a receipt's code. */
export function describeLease(open: OpenFreshBooks): void {
  describe('the lease of a code', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it('is with the one who began, until its time is over', async () => {
      const receipt = await begun(books, anOrder('1', { leaseUntilMs: T0 + 7_000 }));
      const receipts = books.repositories['1'];
      expect(await receipts.leasePrecreate(receipt, T0 + 6_999, T0 + 20_000)).toBeNull();
      const leased = await receipts.leasePrecreate(receipt, T0 + 7_000, T0 + 20_000);
      expect(leased?.precreateTries).toBe(2);
      expect(await receipts.leasePrecreate(receipt, T0 + 19_999, T0 + 30_000)).toBeNull();
    });

    it('longer than any comes from a clock set back, and holds nobody off', async () => {
      const hour = 60 * MINUTE;
      const receipt = await begun(books, anOrder('1', { leaseUntilMs: T0 + 7_000 }));
      const receipts = books.repositories['1'];
      expect(await receipts.leasePrecreate(receipt, T0 - 1_000, T0 + 6_000)).toBeNull();
      const leased = await receipts.leasePrecreate(receipt, T0 - hour, T0 - hour + 7_000);
      expect(leased?.precreateTries).toBe(2);
    });

    it('is free at once when it is given back', async () => {
      const receipt = await begun(books, anOrder('1'));
      const receipts = books.repositories['1'];
      await receipts.releasePrecreate(receipt);
      const leased = await receipts.leasePrecreate(receipt, T0, T0 + 7_000);
      expect([leased?.id, leased?.precreateTries]).toEqual([receipt.id, 2]);
    });

    it('cannot be given back by one who lost it', async () => {
      const first = await begun(books, anOrder('1'));
      const receipts = books.repositories['1'];
      some(await receipts.leasePrecreate(first, T0 + 7_000, T0 + 20_000));
      await receipts.releasePrecreate(first);
      expect(await receipts.leasePrecreate(first, T0 + 8_000, T0 + 20_000)).toBeNull();
    });

    it('is given back for its own receipt alone', async () => {
      const receipts = books.repositories['1'];
      const [one, other] = [await begun(books, anOrder('1')), await begun(books, anOrder('1'))];
      await receipts.releasePrecreate(one);
      expect(await receipts.get(one.id)).toEqual({ ...one, leaseUntilMs: 0 });
      expect(await receipts.get(other.id)).toEqual(other);
    });

    it('is for receipts without a code alone', async () => {
      const receipt = await waiting(books, anOrder('1'));
      const receipts = books.repositories['1'];
      expect(await receipts.leasePrecreate(receipt, T0 + MINUTE, T0 + 2 * MINUTE)).toBeNull();
      expect((await receipts.get(receipt.id)).precreateTries).toBe(1);
    });

    it('goes to one of many who ask at once', async () => {
      const receipt = await begun(books, anOrder('1'));
      const receipts = books.repositories['1'];
      const asks = Array.from({ length: 20 }, () =>
        receipts.leasePrecreate(receipt, T0 + MINUTE, T0 + 2 * MINUTE),
      );
      expect((await Promise.all(asks)).filter((one) => one !== null)).toHaveLength(1);
    });
  });
}

/** What is written down without moving a receipt. */
export function describeNotes(open: OpenFreshBooks): void {
  describe('notes', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it('of a scan keep its first time', async () => {
      const receipts = books.repositories['1'];
      const receipt = await waiting(books, anOrder('1'));
      const noted = some(await receipts.noteChannel(receipt, 'WAIT_BUYER_PAY', at(T0 + 5_000)));
      expect([noted.scannedAtMs, noted.channelStatus]).toEqual([T0 + 5_000, 'WAIT_BUYER_PAY']);
      const again = some(await receipts.noteChannel(receipt, 'WAIT_BUYER_PAY', at(T0 + 9_000)));
      expect(again.scannedAtMs).toBe(T0 + 5_000);
      expect((await books.inspect.events(receipt.id)).at(-1)).toBe('channelAnswer waiting');
    });

    it('of another answer are no scan', async () => {
      const receipt = await waiting(books, anOrder('1'));
      const noted = await books.repositories['1'].noteChannel(receipt, 'ODD', at(T0));
      expect([noted?.scannedAtMs, noted?.channelStatus]).toEqual([null, 'ODD']);
    });

    it('come too late for a receipt that has moved', async () => {
      const receipts = books.repositories['1'];
      const receipt = await waiting(books, anOrder('1'));
      some(await receipts.move(receipt, ...aMove('pay', { payment: aPayment() })));
      expect(await receipts.noteChannel(receipt, 'WAIT_BUYER_PAY', at(T0))).toBeNull();
      expect((await receipts.get(receipt.id)).scannedAtMs).toBeNull();
    });

    it('that a till was told are of one payment', async () => {
      const receipts = books.repositories['1'];
      const [one, other] = [await paid(books, anOrder('1')), await paid(books, anOrder('1'))];
      await receipts.markTold(one.id, T0 + 2_000);
      expect((await receipts.get(one.id)).toldAtMs).toBe(T0 + 2_000);
      expect(await receipts.get(other.id)).toEqual(other);
    });

    it('that a till was told keep their first time', async () => {
      const receipts = books.repositories['1'];
      const receipt = await paid(books, anOrder('1'));
      await receipts.markTold(receipt.id, T0 + 1);
      await receipts.markTold(receipt.id, T0 + 2);
      expect((await receipts.get(receipt.id)).toldAtMs).toBe(T0 + 1);
    });

    it('of late looks go to one caller a minute', async () => {
      const receipts = books.repositories['1'];
      const receipt = await begun(books, anOrder('1'));
      const look = (ms: number) => receipts.takeLateLook(receipt, T0 + ms);
      const atOnce = await Promise.all([0, 0, 0].map(look));
      expect(atOnce.filter((mine) => mine)).toHaveLength(1);
      const later: boolean[] = [];
      for (const ms of [1, 59_999, 60_000, 60_001, 120_000]) later.push(await look(ms));
      expect(later).toEqual([false, false, true, false, true]);
    });

    it('of a part that went back elsewhere keep the state and the total, once', async () => {
      const receipts = books.repositories['2'];
      const done = await paid(books, anOrder('2'));
      const part = (total: number, requestNo: string | null) =>
        aMove('refundInPart', {
          refunded: fen(total),
          foreignRequestNo: requestNo,
          alarm: { kind: 'foreignRefund', detail: 'x' },
        });
      const once = some(await receipts.move(done, ...part(333, 'portal 1')));
      expect([once.state, once.refunded, once.billStatus]).toEqual(['paid', 333, '2']);
      // Decided on the receipt as it was before: somebody was first.
      expect(await receipts.move(done, ...part(333, 'portal 1'))).toBeNull();
      const twice = some(await receipts.move(once, ...part(1_000, null)));
      expect([twice.refunded, twice.billStatus]).toEqual([1_000, '2']);
      const rows = await books.inspect.query(sql`select amount_fen, cause, state, out_request_no
          from refund where receipt_row_id = ${big(done.id)} order by id`);
      const plain = { cause: 'channel', state: 'done' };
      expect(rows.map((row) => ({ ...row, amount_fen: Number(row['amount_fen']) }))).toEqual([
        { ...plain, amount_fen: 333, out_request_no: 'portal 1' },
        { ...plain, amount_fen: 667, out_request_no: null },
      ]);
      const system = await books.inspect.systemRow('2', done.outTradeNo);
      expect(system).toMatchObject({ result: 'R', refundvalue: '10.00', receiptvalue: '88.88' });
      expect(await books.inspect.alarms(done.id)).toEqual(['foreignRefund']);
    });

    it('raise an alarm about no receipt once for its subject, and say so', async () => {
      const kind = 'unknownPayment';
      const raise = (subject: string) =>
        books.alarms.raise({ subject, kind, detail: 'x'.repeat(500), nowMs: T0 });
      const one = `trade ${freshNumber('S')}`;
      expect((await Promise.all([raise(one), raise(one)])).sort()).toEqual([false, true]);
      expect([await raise(`${one}x`), await raise(one)]).toEqual([true, false]);
      const rows = await books.inspect.query(sql`select receipt_row_id, kind from alarm
          where subject = ${text(100, one)} and open_mark = ${big(0)}`);
      expect(rows.map((row) => Number(row['receipt_row_id']))).toEqual([0]);
    });

    it('raise each kind of alarm once for a receipt, and keep the first text', async () => {
      const receipts = books.repositories['1'];
      const one = await begun(books, anOrder('1'));
      const other = await begun(books, anOrder('1'));
      const raise = (receipt: typeof one, kind: 'amountMismatch' | 'tradeVanished') =>
        receipts.raiseAlarm(receipt, kind, 'x'.repeat(1_000), T0);
      await Promise.all([raise(one, 'amountMismatch'), raise(one, 'amountMismatch')]);
      await raise(one, 'tradeVanished');
      await raise(other, 'amountMismatch');
      const kinds = await books.inspect.alarms(one.id);
      expect(kinds.sort()).toEqual(['amountMismatch', 'tradeVanished']);
      expect(await books.inspect.alarms(other.id)).toEqual(['amountMismatch']);
    });
  });
}
