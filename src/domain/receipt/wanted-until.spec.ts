import { NOW_MS, aReceipt } from '../../../test/support/books/a-receipt';
import { PayError } from '../errors';
import { decideLate, startsSomething } from './late-decision';
import { fen } from '../money';
import type { Receipt } from './receipt';
import type { CollectAsk, CollectPlan } from '../collect/collect-decision';
import { WANTED_TOLERANCE_MS, WantedUntil, wantedUntil } from './wanted-until';

const GUARD = 120_000;
const UNTIL = NOW_MS - 10 * 60_000;
const ASK: CollectAsk = {
  payType: '97',
  amount: fen(8_888),
  cardNo: null,
  nowMs: NOW_MS,
  channelNowMs: NOW_MS,
  repeatGuardMs: GUARD,
};

describe('a time until which something is wanted', () => {
  it.each([
    [-1, false],
    [0, false],
    [WANTED_TOLERANCE_MS, false],
    [WANTED_TOLERANCE_MS + 1, true],
  ])('%d ms after it: over is %j', (late, over) => {
    const until = new WantedUntil(NOW_MS, { nowMs: () => NOW_MS + late });
    expect(until.isOver()).toBe(over);
    if (over) expect(() => until.refuseWhenOver()).toThrow('TOO_LATE');
    else expect(() => until.refuseWhenOver()).not.toThrow();
  });

  it('is looked at when it is asked, not when it was made', () => {
    let now = NOW_MS;
    const until = wantedUntil(NOW_MS, { nowMs: () => now });
    expect(until?.isOver()).toBe(false);
    now += 60_000;
    expect(until?.isOver()).toBe(true);
  });

  it.each([null, undefined])('may be missing: %p', (untilMs) => {
    expect(wantedUntil(untilMs, { nowMs: () => NOW_MS })).toBeNull();
  });
});

describe('a request that came too late', () => {
  it.each([
    ['begin', true],
    ['supersede', true],
    ['replay', false],
    ['undecided', false],
    ['alreadyPaid', false],
  ])('is looked at when it would %s: %j', (kind, starts) => {
    const plan = { kind, receipt: aReceipt() } as unknown as CollectPlan;
    expect(startsSomething(plan)).toBe(starts);
  });

  it.each<[string, Partial<Receipt> | null, string]>([
    ['nothing', null, 'TOO_LATE'],
    ['a payment told just before its end', { toldAtMs: UNTIL - GUARD + 1 }, 'alreadyPaid'],
    ['a payment told after its end', { toldAtMs: UNTIL + 60_000 }, 'alreadyPaid'],
    ['a payment told long before', { toldAtMs: UNTIL - GUARD }, 'TOO_LATE'],
    ['another amount', { toldAtMs: UNTIL, amount: fen(1) }, 'TOO_LATE'],
    ['a refund of such a payment', { toldAtMs: UNTIL, state: 'refunding' }, 'undecided'],
  ])('of a bill that holds %s', (_what, paid, told) => {
    const bill = { live: null, paid: paid ? [aReceipt({ state: 'paid', ...paid })] : [] };
    const decide = (): string => {
      try {
        return decideLate(bill, ASK, { untilMs: UNTIL }).kind;
      } catch (error) {
        return (error as PayError).code;
      }
    };
    expect(decide()).toBe(told);
  });
});
