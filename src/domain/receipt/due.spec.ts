import { NOW_MS, aReceipt } from '../../../test/support/books/a-receipt';
import {
  checkAfterBooking,
  codeIsOver,
  dueAfterDoubt,
  leaseHolds,
  mayCharge,
  nextDue,
} from './due';
import type { Receipt } from './receipt';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function waitSeconds(changes: Partial<Receipt>): number | null {
  const due = nextDue(aReceipt(changes), NOW_MS);
  return due === null ? null : (due - NOW_MS) / SECOND;
}

describe('nextDue', () => {
  it.each([
    [0, 10],
    [30 * SECOND, 10],
    [2 * MINUTE, 20],
    [5 * MINUTE, 50],
    [90 * MINUTE, 60],
  ])('looks at a live code of age %d ms again after %d s', (age, seconds) => {
    expect(waitSeconds({ begunAtMs: NOW_MS - age })).toBe(seconds);
    expect(waitSeconds({ begunAtMs: NOW_MS - age, state: 'begun' })).toBe(seconds);
  });

  it('grows as patient with what a clock set back has put ahead', () => {
    expect(waitSeconds({ begunAtMs: NOW_MS + 5 * MINUTE })).toBe(50);
    expect(waitSeconds({ begunAtMs: NOW_MS + 2 * HOUR })).toBe(60);
    expect(waitSeconds({ state: 'cancelling', undoAtMs: NOW_MS + 2 * HOUR })).toBe(60);
  });

  it('is back when the time of the code is over', () => {
    const ends = { begunAtMs: NOW_MS - HOUR, codeEndsAtMs: NOW_MS - 40 * SECOND };
    expect(waitSeconds(ends)).toBe(20);
    const over = { ...ends, codeEndsAtMs: NOW_MS - MINUTE };
    expect(waitSeconds(over)).toBe(60);
  });

  it('never waits longer than a minute for what is being undone', () => {
    for (const state of ['cancelling', 'refunding'] as const) {
      expect(waitSeconds({ state, undoAtMs: NOW_MS })).toBe(3);
      expect(waitSeconds({ state, undoAtMs: NOW_MS - HOUR })).toBe(60);
      expect(waitSeconds({ state, undoAtMs: null })).toBe(3);
    }
  });

  it('leaves what goes back by refunds to the looks at them', () => {
    const refunding = { state: 'refunding', undoAtMs: NOW_MS } as const;
    expect(waitSeconds({ ...refunding, givingBack: 'refund' })).toBeNull();
    expect(waitSeconds({ ...refunding, givingBack: 'cancel' })).toBe(3);
  });

  it('is back the moment the last cancel can no longer take effect', () => {
    const undoing = { state: 'cancelling', undoAtMs: NOW_MS - MINUTE } as const;
    const wait = (agoMs: number) =>
      waitSeconds({ ...undoing, cancelSentAtMs: NOW_MS - MINUTE + agoMs });
    expect([wait(4 * SECOND), wait(15 * SECOND), wait(MINUTE)]).toEqual([4, 15, 15]);
    // A process that was started anew counts from its own first look, which is later.
    expect([wait(0), wait(-29 * SECOND), wait(-30 * SECOND)]).toEqual([3, 3, 15]);
    const refunding = { state: 'refunding', cancelSentAtMs: NOW_MS - 59 * SECOND } as const;
    expect(waitSeconds({ ...undoing, ...refunding })).toBe(15);
  });

  it.each(['closed', 'cancelled', 'failed'] as const)('looks for late money, %s', (state) => {
    const codeEndsAtMs = NOW_MS + HOUR;
    const after = (ms: number): number | null =>
      waitSeconds({ state, endedAtMs: NOW_MS - ms, codeEndsAtMs });
    expect(after(0)).toBe(60);
    expect(waitSeconds({ state, endedAtMs: null, codeEndsAtMs })).toBe(60);
    expect(after(MINUTE)).toBe(9 * 60);
    expect(after(10 * MINUTE)).toBe(70 * 60);
    expect(waitSeconds({ state, endedAtMs: NOW_MS - 2 * HOUR, codeEndsAtMs: 0 })).toBe(22 * 3_600);
    expect(waitSeconds({ state, endedAtMs: NOW_MS - 24 * HOUR, codeEndsAtMs: 0 })).toBeNull();
  });

  it.each(['paid', 'refunded'] as const)('never comes back to %s', (state) => {
    expect(waitSeconds({ state })).toBeNull();
    expect(waitSeconds({ state, checkAtMs: NOW_MS })).toBeNull();
  });

  it('looks once more at a payment that was booked after a cancel', () => {
    expect(waitSeconds({ state: 'paid', checkAtMs: NOW_MS + SECOND })).toBe(1);
    expect(checkAfterBooking(aReceipt(), NOW_MS)).toBeNull();
    expect(checkAfterBooking(aReceipt({ cancelTries: 1 }), NOW_MS)).toBe(NOW_MS + MINUTE);
  });
});

describe('codeIsOver', () => {
  it('waits a minute beyond the end', () => {
    const receipt = aReceipt({ codeEndsAtMs: NOW_MS });
    expect(codeIsOver(receipt, NOW_MS + 59 * SECOND)).toBe(false);
    expect(codeIsOver(receipt, NOW_MS + MINUTE)).toBe(true);
  });
});

describe('a charge', () => {
  it.each([
    [0, true],
    [20 * SECOND - 1, true],
    [20 * SECOND, false],
  ])('asked for %d ms ago may be sent: %s', (passedMs, sent) => {
    expect(mayCharge(passedMs)).toBe(sent);
  });
});

describe('dueAfterDoubt', () => {
  /** Seconds to the next look at a receipt given up on so long ago; its code ended `over` ago. */
  function wait(changes: Partial<Receipt>, givenUpMs: number | null, over = HOUR): number | null {
    const receipt = aReceipt({ codeEndsAtMs: NOW_MS - over, begunAtMs: 0, ...changes });
    const due = dueAfterDoubt(receipt, NOW_MS, givenUpMs === null ? null : NOW_MS - givenUpMs);
    return due === null ? null : (due - NOW_MS) / SECOND;
  }

  it.each([
    [0, 60],
    [4 * MINUTE, 60],
    [40 * MINUTE, 600],
    [3 * HOUR, 2_700],
    [30 * 24 * HOUR, 3_600],
  ])('comes back to what was given up on %d ms ago after %d s', (givenUpMs, seconds) => {
    expect(wait({}, givenUpMs)).toBe(seconds);
    expect(wait({ state: 'closed', endedAtMs: 0 }, givenUpMs)).toBe(seconds);
    expect(wait({ state: 'cancelling', undoAtMs: 0 }, givenUpMs)).toBe(seconds);
  });

  it('never waits longer than a minute while the code may live', () => {
    expect(wait({}, 24 * HOUR, 59 * SECOND)).toBe(1);
    expect(wait({}, 24 * HOUR, 0 - HOUR)).toBe(60);
    expect(wait({}, 24 * HOUR, MINUTE)).toBe(3_600);
  });

  it('waits as usual while nothing was given up on', () => {
    expect(wait({}, null)).toBe(60);
    expect(wait({ state: 'cancelling', undoAtMs: NOW_MS }, null)).toBe(3);
  });

  it('repeats a look for late money a minute later', () => {
    expect(wait({ state: 'closed', endedAtMs: 0 }, null)).toBe(60);
  });

  it.each(['paid', 'refunded'] as const)('never comes back to %s', (state) => {
    expect(wait({ state }, 0)).toBeNull();
  });

  it('repeats the look at a payment that was booked after a cancel', () => {
    expect(wait({ state: 'paid', checkAtMs: 0 }, null)).toBe(60);
    expect(wait({ state: 'refunding', checkAtMs: 0 }, null)).toBe(3);
    expect(wait({ state: 'refunded', checkAtMs: 0 }, null)).toBeNull();
  });
});

describe('leaseHolds', () => {
  it.each([
    [0, false],
    [1, true],
    [2 * MINUTE, true],
    [2 * MINUTE + 1, false],
  ])('a lease that ends in %d ms: %s', (ms, holds) => {
    expect(leaseHolds(aReceipt({ leaseUntilMs: NOW_MS + ms }), NOW_MS)).toBe(holds);
  });
});
