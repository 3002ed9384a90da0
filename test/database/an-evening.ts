import type { BillType } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { ReceiptStep } from '../../src/domain/ports/receipt-repository';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { FreshBooks } from './books';
import { MINUTE, T0, TILL_1, aPayment, anOrder, at, begun, paid, some, waiting } from './books';
import { DONE, Desk, REFUSED } from './refund.suite';

/** When it begins: every system was told something by then. */
const EVENING = T0 + 60 * MINUTE;

/**
 * What a day leaves unfinished or ends in a rarer way, one receipt of each, named by its bill:
 * refunds under way, cancels under way, late money, duplicates on their way back, foreign refunds.
 */
export async function anEvening(books: FreshBooks): Promise<void> {
  const desk = new Desk(books);
  desk.nowMs = EVENING;
  const move = async (receipt: Receipt, ...steps: ReceiptStep[]): Promise<Receipt> => {
    desk.nowMs += 1_000;
    const { repositories } = books;
    return some(await repositories[receipt.billType].move(receipt, steps, at(desk.nowMs)));
  };
  const order = (type: BillType, billNo: string, outTradeNo = `N-${billNo}`) =>
    anOrder(type, { billNo, outTradeNo, nowMs: desk.nowMs });
  const aPaid = (type: BillType, billNo: string) =>
    paid(books, order(type, billNo), aPayment(8_888, { tradeNo: `T-${billNo}` }));
  const foreign = async (receipt: Receipt, requestNo: string, amount: number) => {
    desk.nowMs += 1_000;
    const [refundedAtMs, provenBefore] = [desk.nowMs, receipt.refunded];
    const proved = { requestNo, amount: fen(amount), refundedAtMs, provenBefore };
    await books.refunds.bookForeign(receipt, proved, at(desk.nowMs));
    return books.repositories[receipt.billType].get(receipt.id);
  };

  await refunds(books, desk, aPaid);

  await move(await aPaid('7', 'CANCEL'), { event: 'beginRefund' });
  await begun(books, order('4', 'BEGUN'));
  const undoing = { event: 'intendUndo', reason: 'superseded' } as const;
  await move(await waiting(books, order('5', 'UNDOING')), undoing);
  await move(await waiting(books, order('7', 'UNDONE')), undoing, { event: 'undo' });
  await move(await waiting(books, order('7', 'FAILED')), { event: 'fail' });
  const late = await move(await waiting(books, order('7', 'LATE')), { event: 'close' });
  await move(late, { event: 'pay', payment: aPayment(8_888, { tradeNo: 'T-LATE' }) });

  await foreign(await foreign(await aPaid('7', 'FOREIGN'), 'x1', 1_000), 'x2', 500);
  await foreign(await aPaid('2', 'FOREIGN-ALL'), 'x3', 8_888);
  await desk.refund(await foreign(await aPaid('7', 'BOTH'), 'x4', 1_000), 7_888);

  for (const billNo of ['OWED', 'PAID-BACK']) {
    const dead = await move(await waiting(books, order('7', billNo)), { event: 'close' });
    const cardNo = dead.cardNo;
    desk.nowMs += 1_000;
    const next = await waiting(books, { ...order('7', billNo, `N2-${billNo}`), cardNo });
    await move(next, { event: 'pay', payment: aPayment(8_888, { tradeNo: `T2-${billNo}` }) });
    const payment = aPayment(8_888, { tradeNo: `T-${billNo}` });
    const receipt = await move(dead, { event: 'pay', payment });
    desk.nowMs += 2 * MINUTE;
    const wish = { receipt, asker: 'person', outRequestNo: `owed ${billNo}` } as const;
    const owed = await books.refunds.beginOwed(wish, at(desk.nowMs));
    if (owed.kind !== 'begun') throw new Error(`expected begun, got ${owed.kind}`);
    if (billNo === 'PAID-BACK') await desk.answer(await desk.send(owed.found), DONE);
  }
  const stays = await move(await aPaid('7', 'STAYS'), { event: 'beginRefund' });
  await move(stays, { event: 'endRefund' });
}

async function refunds(
  books: FreshBooks,
  desk: Desk,
  aPaid: (type: BillType, billNo: string) => Promise<Receipt>,
): Promise<void> {
  await desk.begin(await aPaid('7', 'QUEUED'), 3_333);
  const asked = await aPaid('2', 'ASKED');
  await desk.refund(asked, 1_111);
  await desk.send(await desk.begin(asked, 7_777));
  await desk.refund(await aPaid('7', 'WHOLE'), 8_888);
  const refused = await aPaid('7', 'REFUSED');
  await desk.answer(await desk.send(await desk.begin(refused, 8_000)), REFUSED);
  desk.nowMs += 1_000;
  await desk.refund(refused, 2_222);

  // Two answers in one moment, to two who asked.
  const both = await aPaid('7', 'MOMENT');
  const [one, other] = [await desk.begin(both, 3_000), await desk.begin(both, 2_000)];
  const [first, second] = [await desk.send(one), await desk.send(other)];
  await desk.answer(first, REFUSED);
  const news = { refund: second.refund, sending: 'answered', word: 'a word' } as const;
  const plan = () => ({ kind: 'done', refundedAtMs: T0, elsewhere: fen(0) }) as const;
  const origin = { ...TILL_1, actor: 'till-2', cause: 'test', nowMs: desk.nowMs };
  await books.refunds.settle({ ...news, plan }, origin);
}
