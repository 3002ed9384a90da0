import { fen } from '../../src/domain/money';
import type { By } from '../../src/domain/receipt/by';
import { SWEEP } from '../../src/domain/receipt/by';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { ReceiptStep } from '../../src/domain/ports/receipt-repository';
import { big, sql } from '../../src/legacy-db/sql/sql';
import type { FreshBooks, OpenFreshBooks } from './books';
import { T0, aPayment, anOrder, begun, by, freshNumber, some, waiting } from './books';

/** The history of a receipt tells who did what, from where and over how much. */
export function describeEvents(open: OpenFreshBooks): void {
  describe('the history of a receipt', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    /** Each as `event from>to fen actor request cause`. */
    async function history({ id }: Receipt): Promise<string[]> {
      type Row = Record<
        'event' | 'from_state' | 'state' | 'actor' | 'request_id' | 'cause',
        string
      >;
      const rows = await books.inspect.query<Row & { amount_fen: string }>(
        sql`select event, from_state, state, amount_fen, actor, request_id, cause
            from receipt_event where receipt_row_id = ${big(id)} order by id`,
      );
      return rows.map((row) => {
        const moved = `${row.event} ${row.from_state}>${row.state} ${row.amount_fen}`;
        return `${moved} ${row.actor} ${row.request_id} ${row.cause}`;
      });
    }

    it('names the caller and the request of every step', async () => {
      const receipts = books.repositories['2'];
      const asker = { actor: 'till-7', requestId: 'q-1' };
      let receipt = await begun(books, anOrder('2', { asker }));
      const step = async (made: ReceiptStep, who: By) => {
        receipt = some(await receipts.move(receipt, [made], { ...who, nowMs: T0 }));
      };
      await step({ event: 'giveCode', qrCode: 'q' }, { ...asker, cause: 'scanCode' });
      const note = { ...SWEEP, nowMs: T0 };
      receipt = some(await receipts.noteChannel(receipt, 'WAIT_BUYER_PAY', note));
      await step({ event: 'pay', payment: aPayment() }, by('query'));
      await step({ event: 'beginRefund' }, { actor: null, requestId: null, cause: 'cancel' });
      await step({ event: 'refundInPart', refunded: fen(88) }, SWEEP);
      await step({ event: 'refundInFull', refunded: fen(8_888) }, SWEEP);
      expect(await history(receipt)).toEqual([
        'begin null>begun 8888 till-7 q-1 scanCode',
        'giveCode begun>waiting 8888 till-7 q-1 scanCode',
        'channelAnswer waiting>waiting 8888 sweep null sweep',
        'pay waiting>paid 8888 till-1 r-1 query',
        'beginRefund paid>refunding 8888 null null cancel',
        'refundInPart refunding>refunding 88 sweep null sweep',
        'refundInFull refunding>refunded 8800 sweep null sweep',
      ]);
    });

    it('names who meant to undo it, who sent the cancel and who heard of it', async () => {
      const receipts = books.repositories['2'];
      const origin = (cause: string) => ({ ...by(cause), nowMs: T0 });
      const given = await waiting(books, anOrder('2'));
      const intend = { event: 'intendUndo', reason: 'expired' } as const;
      const undoing = some(await receipts.move(given, [intend], { ...SWEEP, nowMs: T0 }));
      const asked = some(await receipts.undoForOperator(undoing, origin('cancel')));
      const counted = some(await receipts.countCancel(asked, T0));
      await receipts.countCancelAnswer(counted, 'cancel:close', origin('cancel'));
      expect((await history(given)).slice(2)).toEqual([
        'intendUndo waiting>cancelling 8888 sweep null sweep',
        'undoForOperator cancelling>cancelling 8888 till-1 r-1 cancel',
        'cancel:close cancelling>cancelling 8888 till-1 r-1 cancel',
      ]);
    });

    it('of a code that has to make way names whose payment took its place', async () => {
      const billNo = freshNumber();
      const receipts = books.repositories['2'];
      const first = await waiting(books, anOrder('2', { billNo }));
      const close = [{ event: 'close' }] as const;
      const ended = some(await receipts.move(first, close, { ...SWEEP, nowMs: T0 }));
      const second = await waiting(books, anOrder('2', { billNo }));
      const late = [{ event: 'pay', payment: aPayment() }] as const;
      some(await receipts.move(ended, late, { ...by('query'), nowMs: T0 }));
      const made = 'intendUndo waiting>cancelling 8888 till-1 r-1 query';
      expect((await history(second)).at(-1)).toBe(made);
    });

    it('keeps names of 64 letters whole', async () => {
      const asker = { actor: 'a'.repeat(64), requestId: '票'.repeat(64) };
      const receipt = await begun(books, anOrder('2', { asker }));
      const told = `begin null>begun 8888 ${asker.actor} ${asker.requestId} scanCode`;
      expect(await history(receipt)).toEqual([told]);
    });
  });
}
