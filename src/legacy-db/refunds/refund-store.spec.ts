import { MarkedFile } from '../../../test/database/marked-file';
import { T0, aMove, aPayment, anOrder, at, some } from '../../../test/database/books';
import type { Stores } from '../../../test/database/books';
import type { RefundCase } from '../../domain/ports/refunds';

const CALL_MS = 5_000;

let file: MarkedFile;

beforeEach(() => (file = new MarkedFile()));
afterEach(() => file.remove());

/** A refund of a whole payment that is begun under the number `first`. */
async function begun({ repositories, refunds }: Stores): Promise<RefundCase> {
  const books = repositories['2'];
  const { receipt } = await books.begin(anOrder('2'));
  const waiting = some(await books.move(receipt, ...aMove('giveCode', { qrCode: 'q' })));
  const paid = some(await books.move(waiting, ...aMove('pay', { payment: aPayment() })));
  const more = { batchNo: 'B1', operatorNo: null, reason: null, asked: false };
  const wish = { ...more, receipt: paid, amount: paid.amount, outRequestNo: 'first' };
  const decided = await refunds.begin(wish, at(T0));
  if (decided.kind !== 'begun') throw new Error(decided.kind);
  return decided.found;
}

it.each([
  ['null', 'other'],
  ["'first'", 'first'],
])('a refund saved with number %s is sent as "%s" for ever', async (saved, sent) => {
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
