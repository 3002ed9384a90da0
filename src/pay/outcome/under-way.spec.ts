import { aReceipt, NOW_MS } from '../../../test/support/books/a-receipt';
import { ManualClock } from '../../../test/support/manual-clock';
import type { Clock } from '../../domain/ports/clock';
import type { Receipt } from '../../domain/receipt/receipt';
import { UnderWay } from './under-way';

const MINUTE = 60_000;

/** A clock whose wall can be set; what it measures goes on. */
class WrongClock implements Clock {
  aheadMs = 0;
  constructor(private readonly inner: ManualClock) {}
  nowMs = (): number => this.inner.nowMs() + this.aheadMs;
  monotonicMs = (): number => this.inner.monotonicMs();
  sleep = (ms: number): Promise<void> => this.inner.sleep(ms);
  turn = (): Promise<void> => this.inner.turn();
}

describe('what may still take effect', () => {
  let time: ManualClock;
  let clock: WrongClock;
  let underWay: UnderWay;

  beforeEach(() => {
    time = new ManualClock(NOW_MS);
    clock = new WrongClock(time);
    underWay = new UnderWay(clock);
  });

  const sent = (cancelTries: number, cancelAnswers = 0) =>
    aReceipt({ state: 'cancelling', cancelTries, cancelAnswers, cancelSentAtMs: NOW_MS });

  it('is nothing where nothing was sent', () => {
    expect(underWay.cancel(sent(0))).toBe(false);
    expect(underWay.charge(aReceipt())).toBe(false);
    expect(underWay.cancelsEnded(sent(0), 0)).toBe(true);
  });

  it.each([0, 61_000, -120_000, 86_400_000])('takes a minute, the wall clock %d ms off', (off) => {
    const charge = aReceipt({ id: 2, begunBy: 'barCode' });
    expect([underWay.cancel(sent(1)), underWay.charge(charge)]).toEqual([true, true]);
    clock.aheadMs = off;
    time.pass(MINUTE - 1);
    expect([underWay.cancel(sent(1)), underWay.charge(charge)]).toEqual([true, true]);
    time.pass(1);
    expect([underWay.cancel(sent(1)), underWay.charge(charge)]).toEqual([false, false]);
  });

  it('begins anew with each cancel, whoever sent it', () => {
    underWay.cancel(sent(1));
    time.pass(MINUTE);
    expect(underWay.cancel(sent(2))).toBe(true);
    time.pass(MINUTE);
    expect([underWay.cancel(sent(2)), underWay.cancel(sent(1))]).toEqual([false, false]);
  });

  it('counts for each receipt by itself', () => {
    underWay.cancel(sent(1));
    time.pass(MINUTE);
    expect(underWay.cancel({ ...sent(1), id: 2 })).toBe(true);
  });

  it.each([
    [0, true],
    [19_999, true],
    [20_000, false],
  ])('a charge asked for %d ms ago may be sent: %s; then its time begins', (passedMs, may) => {
    const askedAtMs = clock.monotonicMs();
    time.pass(passedMs);
    clock.aheadMs = -passedMs;
    const charge = aReceipt({ begunBy: 'barCode' });
    expect(underWay.mayCharge(charge, askedAtMs)).toBe(may);
    time.pass(MINUTE - 1);
    expect(underWay.charge(charge)).toBe(true);
    time.pass(1);
    expect(underWay.charge(charge)).toBe(false);
  });

  it('makes a refusal final at once when every cancel before was answered', () => {
    expect(underWay.cancelsEnded(sent(3, 3), clock.monotonicMs())).toBe(true);
  });

  it('makes a refusal final when two looks found what was lost without effect', () => {
    const look = (): boolean => underWay.cancelsEnded(sent(1), clock.monotonicMs());
    expect(look()).toBe(false);
    time.pass(MINUTE - 1);
    expect(look()).toBe(false);
    time.pass(1);
    expect(look()).toBe(false); // The first proof.
    time.pass(9_999);
    expect(look()).toBe(false);
    time.pass(1);
    expect(look()).toBe(true);
  });

  it('goes by when the question was asked, not by when it was answered', () => {
    underWay.cancelsEnded(sent(1), clock.monotonicMs());
    const askedAtMs = clock.monotonicMs() + MINUTE - 1;
    time.pass(2 * MINUTE);
    expect(underWay.cancelsEnded(sent(1), askedAtMs)).toBe(false);
    expect(underWay.cancelsEnded(sent(1), askedAtMs + 10_000)).toBe(false);
    expect(underWay.cancelsEnded(sent(1), askedAtMs + 20_000)).toBe(true);
  });

  it('waits again for another one that was lost meanwhile', () => {
    underWay.cancelsEnded(sent(1), clock.monotonicMs());
    time.pass(2 * MINUTE);
    underWay.cancelsEnded(sent(1), clock.monotonicMs());
    expect(underWay.cancelsEnded(sent(3, 1), clock.monotonicMs())).toBe(false);
    time.pass(MINUTE + 10_000);
    expect(underWay.cancelsEnded(sent(3, 1), clock.monotonicMs())).toBe(false);
  });

  it('waits anew for one that is lost after all before it were answered', () => {
    const look = (receipt: Receipt) => underWay.cancelsEnded(receipt, clock.monotonicMs());
    look(sent(1));
    time.pass(MINUTE);
    look(sent(1));
    time.pass(10_000);
    expect([look(sent(1)), look(sent(1, 1)), look(sent(2, 1))]).toEqual([true, true, false]);
  });

  describe('of more receipts than are kept in mind', () => {
    /** So many other receipts send a cancel. */
    function others(count: number, from: number): void {
      for (let id = from; id < from + count; id += 1) underWay.cancel({ ...sent(1), id });
    }

    it.each([
      [19_999, false],
      [20_000, true],
    ])('after %d others the first one counts again: %s', (count, again) => {
      underWay.cancel(sent(1));
      others(count, 2);
      time.pass(MINUTE);
      expect(underWay.cancel(sent(1))).toBe(again);
    });

    it('forgets what was sent longest ago, not what was first seen', () => {
      underWay.cancel(sent(1));
      others(19_999, 2);
      underWay.cancel(sent(2));
      others(1, 20_001);
      time.pass(MINUTE);
      expect(underWay.cancel({ ...sent(1), id: 2 })).toBe(true);
      expect(underWay.cancel(sent(2))).toBe(false);
    });
  });
});
