import { Logger } from '@nestjs/common';
import { SETTINGS } from '../../../test/support/process/pay-process';
import { SleepyClock, turns } from '../../../test/support/sleepy-clock';
import type { Sweep } from './sweep.service';
import { BATCH } from './sweep.service';
import { SweepRunner } from './sweep-runner';

describe('the runner of the sweep', () => {
  let clock: SleepyClock;
  let rounds: number;
  let results: (number | Error | Promise<number>)[];

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    clock = new SleepyClock(0);
    rounds = 0;
    results = [];
  });
  afterEach(() => jest.restoreAllMocks());

  function runner(sweepPeriodMs: number): SweepRunner {
    const sweep: Pick<Sweep, 'round'> = {
      round: async () => {
        rounds += 1;
        const result = results.shift() ?? 0;
        if (result instanceof Error) throw result;
        return { claimed: await result, undecided: 0 };
      },
    };
    return new SweepRunner({ ...SETTINGS, sweepPeriodMs }, clock, sweep as Sweep);
  }

  it('looks once a period when there is nothing to do', async () => {
    const one = runner(5_000);
    one.onApplicationBootstrap();
    await turns();
    expect([rounds, clock.sleeps]).toEqual([1, [5_000]]);
    await clock.wake();
    expect([rounds, clock.sleeps]).toEqual([2, [5_000, 5_000]]);
    await one.beforeApplicationShutdown();
  });

  it('works off a backlog without a pause', async () => {
    results = [BATCH, BATCH, BATCH, 7];
    const one = runner(5_000);
    one.onApplicationBootstrap();
    await turns();
    expect([rounds, clock.sleeps]).toEqual([4, [5_000]]);
    await one.beforeApplicationShutdown();
  });

  it('goes on after a round that failed', async () => {
    results = [new Error('no database')];
    const one = runner(5_000);
    one.onApplicationBootstrap();
    await turns();
    await clock.wake();
    expect(rounds).toBe(2);
    await one.beforeApplicationShutdown();
  });

  it('tells how long it runs, how old its last good round is, and what came of them', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    results = [3, new Error('no database'), 4];
    const one = runner(5_000);
    const told = () => [one.sinceStartMs(), one.sinceRoundMs(), one.looked(), one.failedRounds()];
    expect(told()).toEqual([null, null, 0, 0]);
    clock.pass(7);
    one.onApplicationBootstrap();
    expect(told()).toEqual([0, null, 0, 0]);
    await turns();
    clock.pass(10);
    expect(told()).toEqual([10, 10, 3, 0]);
    await clock.wake();
    expect(told()).toEqual([10, 10, 3, 1]);
    expect(logged.mock.calls).toEqual([['sweep: no database']]);
    await clock.wake();
    expect(told()).toEqual([10, 0, 7, 1]);
    await one.beforeApplicationShutdown();
  });

  it('does nothing where it is switched off', async () => {
    const one = runner(0);
    one.onApplicationBootstrap();
    await turns();
    expect(rounds).toBe(0);
    await one.beforeApplicationShutdown();
  });

  it('stops at once while it pauses, and after the round while it works', async () => {
    const pausing = runner(5_000);
    pausing.onApplicationBootstrap();
    await turns();
    await pausing.beforeApplicationShutdown();
    let finish: (claimed: number) => void = () => undefined;
    results = [new Promise((resolve) => (finish = resolve))];
    const working = runner(5_000);
    working.onApplicationBootstrap();
    let stopped = false;
    const stopping = working.beforeApplicationShutdown().then(() => (stopped = true));
    await turns();
    expect([rounds, stopped]).toEqual([2, false]);
    finish(BATCH);
    await stopping;
    await clock.wake();
    expect(rounds).toBe(2);
  });

  it('does not wait for ever for a round that hangs', async () => {
    results = [new Promise(() => undefined)];
    const one = runner(5_000);
    one.onApplicationBootstrap();
    let stopped = false;
    void one.beforeApplicationShutdown().then(() => (stopped = true));
    await turns();
    expect([stopped, clock.sleeps]).toEqual([false, [SETTINGS.channelTimeoutMs + 1_000]]);
    await clock.wake();
    expect(stopped).toBe(true);
  });
});
