import type { XposRequest } from '../../src/domain/ports/xpos-requests';
import { isDuplicate } from '../../src/legacy-db/sql/db-errors';
import type { FreshBooks, OpenFreshBooks } from './books';
import { T0, freshNumber } from './books';

/** A request of XPOS that nobody has made. */
export function aRequest(changes: Partial<XposRequest> = {}): XposRequest {
  return {
    appKey: 'app',
    requestId: freshNumber('R'),
    content: 'c'.repeat(64),
    outBizId: '订单 900',
    outTradeNo: freshNumber('N'),
    ...changes,
  };
}

/** A request of XPOS has one number at Alipay for ever. */
export function describeXposRequests(open: OpenFreshBooks): void {
  describe('requests of XPOS', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it('are claimed once: the first of many at once stays', async () => {
      const first = aRequest();
      const claims = Array.from({ length: 10 }, () =>
        books.xposRequests.claim({ ...first, outTradeNo: freshNumber('N') }, T0),
      );
      const numbers = new Set((await Promise.all(claims)).map(({ outTradeNo }) => outTradeNo));
      expect(numbers.size).toBe(1);
      const other = { ...first, content: 'd', outBizId: 'other', outTradeNo: freshNumber('N') };
      const later = await books.xposRequests.claim(other, T0 + 1);
      expect(later).toEqual({ ...first, outTradeNo: [...numbers][0] });
    });

    it('are found by their number alone, to the letter', async () => {
      const request = aRequest();
      await books.xposRequests.claim(request, T0);
      const { outTradeNo, requestId } = request;
      expect(await books.xposRequests.findByOutTradeNo(outTradeNo)).toEqual(request);
      for (const other of [requestId, outTradeNo.toLowerCase(), `${outTradeNo} `]) {
        expect(await books.xposRequests.findByOutTradeNo(other)).toBeNull();
      }
    });

    it.each<[string, Partial<XposRequest>]>([
      ['app', { appKey: 'App' }],
      ['id', { requestId: 'R-2' }],
      ['case of the id', { requestId: 'r-1' }],
    ])('of another %s are others', async (_what, changes) => {
      const first = aRequest({ appKey: freshNumber('A'), requestId: 'R-1' });
      await books.xposRequests.claim(first, T0);
      const other = { ...first, outTradeNo: freshNumber('N'), ...changes };
      expect(await books.xposRequests.claim(other, T0)).toEqual(other);
    });

    it('never get a number that another one has', async () => {
      const first = aRequest();
      await books.xposRequests.claim(first, T0);
      const second = aRequest({ outTradeNo: first.outTradeNo });
      const refusal = await books.xposRequests.claim(second, T0).catch((error: unknown) => error);
      expect(isDuplicate(refusal)).toBe(true);
      expect(await books.xposRequests.findByOutTradeNo(first.outTradeNo)).toEqual(first);
    });
  });
}
