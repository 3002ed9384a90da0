import {
  ScriptedGateway,
  SteppedClock,
  type GatewayCall,
} from '../../../test/support/far-side/scripted-alipay';
import { LONG } from '../../../test/support/long';
import { ResilientGateway } from './resilient.gateway';
import type { Outcome } from './timed-gateway';

const METHODS = ['precreate', 'query', 'cancel'] as const;
type Method = (typeof METHODS)[number];

/** The next of a chain of numbers in [0, 1). Source: mulberry32. */
function chain(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function doubt(sent: boolean, unverified: boolean, answered: boolean): Outcome {
  return { kind: 'unknown', cause: 'x', sent, unverified, ...(answered && { answered }) };
}

const OUTCOMES: readonly Outcome[] = [
  doubt(false, false, false),
  doubt(false, false, false),
  doubt(true, false, false),
  doubt(true, false, true),
  doubt(true, true, false),
  { kind: 'refused', fault: 'pace', cause: 'x', shown: null },
  { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' },
  { kind: 'done', action: 'refund' },
];

/** One call of a user, and what the channel below saw of it. */
interface Story {
  readonly method: Method;
  readonly content: string;
  readonly beganAtMs: number;
  endedAtMs: number;
  outcome: Outcome | null;
}

interface Run {
  readonly stories: readonly Story[];
  readonly calls: readonly GatewayCall[];
  readonly most: number;
  readonly retries: number;
}

/** Many users, a channel that does what it likes, and every number used for one call alone. */
async function run(seed: number): Promise<Run> {
  const next = chain(seed);
  const clock = new SteppedClock();
  const inner = new ScriptedGateway(clock);
  const logger = { log: () => undefined, warn: () => undefined };
  const randomness = { fraction: next, hex: () => '' };
  const gateway = new ResilientGateway(inner, 5_000, clock, randomness, logger);
  const badness = next();
  inner.byDefault = () => {
    inner.takesMs = next() < 0.1 ? 6_000 : Math.floor(next() * 900);
    const from = next() < badness ? 0 : 5;
    return OUTCOMES[Math.floor(from + next() * (OUTCOMES.length - from))] as Outcome;
  };
  const stories: Story[] = [];
  let most = 0;
  for (let nth = 0; nth < 150; nth += 1) {
    const method = METHODS[Math.floor(next() * 3)] ?? 'query';
    const beganAtMs = clock.monotonicMs();
    const story: Story = { method, content: `P${nth}`, beganAtMs, endedAtMs: NaN, outcome: null };
    stories.push(story);
    const call = {
      precreate: () => gateway.requestCode(story.content),
      query: () => gateway.query(story.content),
      cancel: () => gateway.cancel(story.content),
    }[method];
    void call().then((outcome) => {
      story.outcome = outcome;
      story.endedAtMs = clock.monotonicMs();
    });
    if (next() < 0.5) await clock.advance(Math.floor(next() * 400));
    most = Math.max(most, inner.calls.filter(({ outcome }) => outcome === null).length);
  }
  await clock.advance(20_000);
  return { stories, calls: inner.calls, most, retries: gateway.retries() };
}

const mayHaveActed = (outcome: Outcome | null | undefined) =>
  outcome?.kind !== 'unknown' || outcome.sent;

describe.each(Array.from({ length: LONG ? 40 : 12 }, (_each, seed) => seed))('seed %d', (seed) => {
  let ran: Run;
  let tries: Map<Story, GatewayCall[]>;

  beforeAll(async () => {
    ran = await run(seed);
    tries = new Map(
      ran.stories.map((story) => [
        story,
        ran.calls.filter(({ content }) => content === story.content),
      ]),
    );
  });

  it('ends every call within its time', () => {
    for (const { beganAtMs, endedAtMs } of ran.stories) {
      expect(endedAtMs - beganAtMs).toBeLessThanOrEqual(5_000);
    }
  });

  it('sends nothing but what was asked for, under the number it was asked for', () => {
    for (const [{ method }, calls] of tries) {
      expect(calls.length).toBeLessThanOrEqual(2);
      expect(calls.every((call) => call.method === method)).toBe(true);
    }
    expect([...tries.values()].flat()).toHaveLength(ran.calls.length);
  });

  it('never repeats a cancel or a precreate that may have been sent', () => {
    for (const [{ method }, [first, second]] of tries) {
      if (!second) continue;
      expect(first?.outcome).toMatchObject({ kind: 'unknown', unverified: false });
      if (method !== 'query') expect(mayHaveActed(first?.outcome)).toBe(false);
    }
  });

  it('never says unsent of what may have been sent, and makes up no answer', () => {
    for (const [{ outcome }, calls] of tries) {
      if (outcome?.kind !== 'unknown') {
        expect(calls.map((call) => call.outcome)).toContain(outcome);
      } else if (!outcome.sent) {
        expect(calls.some((call) => mayHaveActed(call.outcome))).toBe(false);
      }
    }
  });

  it('keeps to its limits', () => {
    expect(ran.most).toBeLessThanOrEqual(64);
    expect(ran.retries).toBeLessThanOrEqual(10 + ran.stories.length / 10);
    expect(ran.calls.length).toBeLessThanOrEqual(ran.stories.length + ran.retries);
  });
});
