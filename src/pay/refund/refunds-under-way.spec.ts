import { aRefund } from '../../../test/support/books/a-refund';
import { ManualClock } from '../../../test/support/manual-clock';
import { RefundsUnderWay } from './refunds-under-way';

describe('what a sent refund may still do', () => {
  let clock: ManualClock;
  let underWay: RefundsUnderWay;
  const refund = aRefund();

  beforeEach(() => {
    clock = new ManualClock(0);
    underWay = new RefundsUnderWay(clock);
  });

  /** Asks so much later, and finds nothing: is it untouched? */
  function nothing(afterMs: number, one = refund): boolean {
    clock.pass(afterMs);
    return underWay.untouched(one, underWay.asks(one));
  }

  it('may be asked after ten seconds after it was sent, and after each question', () => {
    underWay.sent(refund);
    const may = (afterMs: number) => {
      clock.pass(afterMs);
      return underWay.mayAsk(refund);
    };
    expect([may(0), may(9_999), may(1)]).toEqual([false, false, true]);
    underWay.asks(refund);
    expect([may(0), may(9_999), may(1)]).toEqual([false, false, true]);
  });

  it('is over by two questions, the first after a minute, the other ten seconds later', () => {
    underWay.sent(refund);
    expect([nothing(59_999), nothing(10_000)]).toEqual([false, false]);
    expect([nothing(9_999), nothing(1)]).toEqual([false, true]);
  });

  it('counts from the minute on, to the millisecond', () => {
    underWay.sent(refund);
    expect([nothing(60_000), nothing(10_000)]).toEqual([false, true]);
  });

  it('counts from when it is first seen, where another process has sent it', () => {
    clock.pass(3_600_000);
    expect(underWay.mayAsk(refund)).toBe(false);
    expect([nothing(59_999), nothing(9_999), nothing(9_999), nothing(1)]).toEqual([
      ...[false, false, false],
      true,
    ]);
  });

  it('begins anew with each sending, and not with what was read before one', () => {
    const again = { ...refund, tries: 2 };
    underWay.sent(refund);
    expect([nothing(60_000), nothing(10_000)]).toEqual([false, true]);
    expect(nothing(0, again)).toBe(false);
    expect(nothing(59_999, refund)).toBe(false);
    expect([nothing(1, again), nothing(10_000, again)]).toEqual([false, true]);
    underWay.sent(again);
    expect(nothing(10_000, again)).toBe(false);
  });

  it('of two refunds is known of each', () => {
    const other = aRefund({ id: 2 });
    underWay.sent(refund);
    clock.pass(10_000);
    underWay.sent(other);
    expect([underWay.mayAsk(refund), underWay.mayAsk(other)]).toEqual([true, false]);
  });

  it('is forgotten of the one that was sent longest ago, where there are too many', () => {
    for (let id = 1; id <= 20_000; id += 1) underWay.sent(aRefund({ id }));
    clock.pass(10_000);
    const may = (id: number) => underWay.mayAsk(aRefund({ id }));
    expect([may(1), may(2), may(20_000)]).toEqual([true, true, true]);
    underWay.sent(aRefund({ id: 1 }));
    underWay.sent(aRefund({ id: 20_001 }));
    clock.pass(10_000);
    expect([may(1), may(3), may(20_001)]).toEqual([true, true, true]);
    expect(may(2)).toBe(false);
  });
});
