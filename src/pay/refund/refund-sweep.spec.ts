import { Logger } from '@nestjs/common';
import { aReceipt } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import { SETTINGS } from '../../../test/support/process/pay-process';
import { SleepyClock, turns } from '../../../test/support/sleepy-clock';
import { systemRandomness } from '../../config/system-clock';
import { PayError } from '../../domain/errors';
import type { RefundCase, Refunds } from '../../domain/ports/refunds';
import type { Claim } from '../../domain/ports/receipt-repository';
import { SWEEP } from '../../domain/receipt/by';
import { RefundLook, RefundSweep } from './refund-sweep';
import type { RefundWork } from './refund-work.service';
import type { DuplicateRefund } from './duplicate-refund.service';

const T0 = 1_000_000;
const FOUND: RefundCase = { receipt: aReceipt(), refunds: [aRefund()], refund: aRefund() };
const NEXT: RefundCase = { ...FOUND, refund: aRefund({ id: 2 }) };

/** None of the refunds here is what a duplicate is owed. */
const NO_DUPLICATES = {} as DuplicateRefund;

describe('the sweep of refunds', () => {
  let clock: SleepyClock;
  /** What each claim finds; beyond it nothing. */
  let due: (RefundCase[] | string | Error | Promise<RefundCase[]>)[];
  let claims: Claim[];
  let settled: unknown[][];
  let brought: unknown[][];
  let trouble: Error | null;
  let settling: Error | null;
  let logged: string[];

  beforeEach(() => {
    clock = new SleepyClock(T0);
    [due, claims, settled, brought, logged] = [[], [], [], [], []];
    [trouble, settling] = [null, null];
    for (const level of ['debug', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...texts: unknown[]) => {
        logged.push(`${level} ${String(texts[0])}`);
      });
    }
  });
  afterEach(() => jest.restoreAllMocks());

  function sweep(sweepPeriodMs = 5_000): RefundSweep {
    const refunds: Pick<Refunds, 'claimDue' | 'settleClaim'> = {
      claimDue: async (claim) => {
        claims.push(claim);
        const found = due.shift() ?? [];
        if (typeof found === 'string' || found instanceof Error) throw found as Error;
        return found;
      },
      settleClaim: (...claim) => {
        settled.push(claim);
        return settling ? Promise.reject(settling) : Promise.resolve();
      },
    };
    const work: Pick<RefundWork, 'bring'> = {
      bring: async (...asked) => {
        brought.push(asked);
        await turns(1);
        if (trouble !== null) throw trouble;
        return asked[0];
      },
    };
    const settings = { ...SETTINGS, sweepPeriodMs };
    const all = refunds as Refunds;
    const look = new RefundLook(work as RefundWork, NO_DUPLICATES);
    return new RefundSweep(all, settings, clock, systemRandomness, look);
  }

  it('claims what is due, brings all of it on, and gives the claim back', async () => {
    due = [[FOUND, NEXT]];
    expect(await sweep().round()).toBe(2);
    const claim = { nowMs: T0, claimUntilMs: T0 + 20_000, limit: 20 };
    expect(claims).toEqual([
      { ...claim, owner: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
    ]);
    expect(brought).toEqual([FOUND, NEXT].map((found) => [found, SWEEP, true]));
    expect(settled).toEqual([FOUND, NEXT].map(({ refund }) => [refund, claims[0], T0]));
    expect(await sweep().round()).toBe(0);
    expect(claims[1]?.owner).not.toBe(claims[0]?.owner);
  });

  it.each<[Error, string]>([
    [new PayError('UNDECIDED', 'no answer'), 'debug refund 1: UNDECIDED: no answer'],
    [new Error('a defect'), 'error refund 1: a defect'],
    ['text' as unknown as Error, 'error refund 1: not an error'],
  ])('gives the claim back whatever goes wrong: %s', async (error, line) => {
    due = [[FOUND]];
    trouble = error;
    expect(await sweep().round()).toBe(1);
    expect(logged).toEqual([line]);
    expect(settled).toHaveLength(1);
  });

  it('lets a claim end by itself that cannot be given back', async () => {
    due = [[FOUND, NEXT]];
    settling = new Error('no database');
    expect(await sweep().round()).toBe(2);
    const line = (id: number) => `warn claim of refund ${id} not settled: Error: no database`;
    expect(logged).toEqual([line(1), line(2)]);
  });

  it('looks once a period, and goes on after a round that failed', async () => {
    due = [new Error('no database'), 'text', [FOUND]];
    const one = sweep();
    one.onApplicationBootstrap();
    await turns();
    expect([claims.length, clock.sleeps]).toEqual([1, [5_000]]);
    await clock.wake();
    await clock.wake();
    expect([claims.length, clock.sleeps]).toEqual([3, [5_000, 5_000, 5_000]]);
    expect(brought).toHaveLength(1);
    expect(logged).toEqual(['error refunds: no database', 'error refunds: text']);
    await one.beforeApplicationShutdown();
  });

  it('does nothing where it is switched off', async () => {
    const one = sweep(0);
    one.onApplicationBootstrap();
    await turns();
    expect(claims).toEqual([]);
    await one.beforeApplicationShutdown();
  });

  it('stops at once while it pauses, and after the round while it works', async () => {
    const pausing = sweep();
    pausing.onApplicationBootstrap();
    await turns();
    await pausing.beforeApplicationShutdown();
    let finish: (found: RefundCase[]) => void = () => undefined;
    due = [new Promise((resolve) => (finish = resolve))];
    const working = sweep();
    working.onApplicationBootstrap();
    let stopped = false;
    const stopping = working.beforeApplicationShutdown().then(() => (stopped = true));
    await turns();
    expect([claims.length, stopped]).toEqual([2, false]);
    finish([FOUND]);
    await stopping;
    expect(settled).toHaveLength(1);
    await clock.wake();
    expect(claims).toHaveLength(2);
  });

  it('does not wait for ever for a round that hangs', async () => {
    due = [new Promise(() => undefined)];
    const one = sweep();
    one.onApplicationBootstrap();
    let stopped = false;
    void one.beforeApplicationShutdown().then(() => (stopped = true));
    await turns();
    expect([stopped, clock.sleeps]).toEqual([false, [SETTINGS.channelTimeoutMs + 1_000]]);
    await clock.wake();
    expect(stopped).toBe(true);
  });
});
