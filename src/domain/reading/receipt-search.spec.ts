import { BEFORE_ALL, everythingOf, isNewer, newestBy } from './receipt-search';
import type { ReceiptSearch } from './receipt-search';

describe('what a search is sorted by', () => {
  const byAll = (asked: Partial<ReceiptSearch>) => newestBy({ ...everythingOf(['1']), ...asked });

  it.each([
    { fromMs: 1, untilMs: null },
    { fromMs: null, untilMs: 2 },
    { fromMs: 1, untilMs: 2 },
  ])('is the time of payment where one is asked for: %j', (paid) => {
    expect(byAll({ paid })).toBe('paid');
    expect(byAll({ begun: paid })).toBe('begun');
  });

  it.each(['billNo', 'receiptId', 'tradeNo', 'outTradeNo', 'cardNo'] as const)(
    'is when they were begun where a number is asked for, too: %s',
    (number) => {
      expect(byAll({ paid: { fromMs: 1, untilMs: 2 }, [number]: '1' })).toBe('begun');
    },
  );
});

describe('a place among receipts', () => {
  it('comes before what is older, and in one moment before what was begun earlier', () => {
    expect(isNewer({ atMs: 2, id: 1 }, { atMs: 1, id: 2 })).toBe(true);
    expect(isNewer({ atMs: 1, id: 2 }, { atMs: 2, id: 1 })).toBe(false);
    expect(isNewer({ atMs: 1, id: 2 }, { atMs: 1, id: 1 })).toBe(true);
    expect(isNewer(BEFORE_ALL, { atMs: 1, id: 1 })).toBe(true);
  });

  // Else the receipt at which a page ends would be on none.
  it('does not come before itself', () => {
    expect(isNewer({ atMs: 1, id: 1 }, { atMs: 1, id: 1 })).toBe(false);
  });
});
