import { SteppedClock } from '../../../test/support/far-side/scripted-alipay';
import { Breaker } from './breaker';

let clock: SteppedClock;
let breaker: Breaker;
let heard: (number | null)[];

beforeEach(() => {
  clock = new SteppedClock();
  heard = [];
  breaker = new Breaker(clock, (pauseMs) => heard.push(pauseMs));
});

/** One call that ends at once. `+` answered, `-` not, `?` nobody knows. */
function call(sign: string): void {
  const permit = breaker.admit();
  if (!permit) throw new Error('not admitted');
  breaker.settle(permit, { '+': true, '-': false, '?': null }[sign] ?? null);
}

function calls(signs: string): void {
  for (const sign of signs) call(sign);
}

describe('closed', () => {
  it.each<[string, string, 'closed' | 'open']>([
    ['nothing yet', '', 'closed'],
    ['9 failures in a row', '-'.repeat(9), 'closed'],
    ['10 failures in a row', '-'.repeat(10), 'open'],
    ['failures with an answer between', '-'.repeat(9) + '+' + '-'.repeat(9), 'closed'],
    ['10 of 20 failures', '+-'.repeat(10), 'closed'],
    ['11 of 20 failures', `${'+-'.repeat(9)}--`, 'open'],
    ['11 of 19 failures', `${'+-'.repeat(8)}---`, 'closed'],
    ['11 failures, long ago', `${'+-'.repeat(5)}------${'+'.repeat(20)}`, 'closed'],
    ['answers nobody can trust', '?'.repeat(30), 'closed'],
    ['9 failures and such answers', '-'.repeat(9) + '?'.repeat(30), 'closed'],
  ])('%s', (_name, signs, state) => {
    calls(signs);
    expect(breaker.state()).toBe(state);
    expect(breaker.admits()).toBe(state === 'closed');
  });

  it('forgets what is older than a minute', async () => {
    calls('-'.repeat(9));
    await clock.advance(60_001);
    calls('-');
    expect(breaker.state()).toBe('closed');
    await clock.advance(59_000);
    calls('-'.repeat(8));
    expect(breaker.state()).toBe('closed');
    calls('-');
    expect(breaker.state()).toBe('open');
  });
});

describe('open', () => {
  beforeEach(() => calls('-'.repeat(10)));

  it('lets nothing through for 5 s, then one call', async () => {
    await clock.advance(4_999);
    expect([breaker.state(), breaker.admit()]).toEqual(['open', null]);
    await clock.advance(1);
    expect(breaker.state()).toBe('halfOpen');
    expect(breaker.admit()).not.toBeNull();
    expect([breaker.state(), breaker.admits(), breaker.admit()]).toEqual(['halfOpen', false, null]);
    await clock.advance(60_000);
    expect([breaker.state(), breaker.admit()]).toEqual(['halfOpen', null]);
  });

  it('closes when the probe is answered, and begins anew', async () => {
    await clock.advance(5_000);
    calls('+');
    expect(breaker.state()).toBe('closed');
    calls('-'.repeat(9));
    expect(breaker.state()).toBe('closed');
    calls('-');
    expect(heard).toEqual([5_000, null, 5_000]);
  });

  it('stays open longer and longer while probes fail', async () => {
    for (const pauseMs of [5_000, 10_000, 20_000, 30_000, 30_000]) {
      await clock.advance(pauseMs - 1);
      expect(breaker.state()).toBe('open');
      await clock.advance(1);
      calls('-');
    }
    expect(heard).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 30_000]);
  });

  it('lets the next call probe when one tells nothing', async () => {
    await clock.advance(5_000);
    calls('???+');
    expect(breaker.state()).toBe('closed');
  });
});

describe('old news', () => {
  it('do not close it, nor count once it is closed again', async () => {
    const early = Array.from({ length: 30 }, () => breaker.admit());
    calls('-'.repeat(10));
    const settleEarly = (ok: boolean) => {
      for (const permit of early) if (permit) breaker.settle(permit, ok);
    };
    settleEarly(true);
    expect(breaker.state()).toBe('open');
    await clock.advance(5_000);
    const probe = breaker.admit();
    settleEarly(false);
    expect([breaker.state(), breaker.admits()]).toEqual(['halfOpen', false]);
    if (probe) breaker.settle(probe, true);
    settleEarly(false);
    expect(breaker.state()).toBe('closed');
    expect(heard).toEqual([5_000, null]);
  });

  it('do not open it a second time', () => {
    const early = Array.from({ length: 64 }, () => breaker.admit());
    for (const permit of early) if (permit) breaker.settle(permit, false);
    expect(heard).toEqual([5_000]);
  });
});
