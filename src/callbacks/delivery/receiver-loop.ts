import type { BillType } from '../../domain/bill';
import { judgeTry } from '../../domain/callback/delivery';
import type { Callback, CallbackClaim, Callbacks } from '../../domain/ports/callbacks';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { callbackBody, MEDIA_TYPES } from '../body/callback-body';
import { callbackSpan, trySpan } from '../../tracing/callback-span';
import type { CallbackClient } from './callback-client';
import { signedHeaders } from './callback-signature';
import type { TryCounts } from './try-counts';

/** How many callbacks one receiver gets at the same time. */
const AT_ONCE = 8;
/** How long a round that found nothing waits for the next. ms. */
const POLL_MS = 250;
/** How often due times too far ahead are looked for. ms. */
const WAKE_EVERY_MS = 60_000;
/** How long a process holds what it claimed, beyond the time a try may take. ms. */
const CLAIM_SPARE_MS = 10_000;

/** A receiver as it is told of its receipts. */
export interface Receiver {
  readonly billType: BillType;
  readonly url: string;
  /** `whsec_…`, one or two. */
  readonly secrets: readonly string[];
  readonly format: 'json' | 'xml';
}

/** What the loops of a process share. */
export interface Delivery {
  readonly callbacks: Callbacks;
  readonly client: CallbackClient;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly counts: TryCounts;
  /** Deadline of one try. ms. */
  readonly timeoutMs: number;
  readonly log: { info(line: string): void; warn(line: string): void };
}

/**
 * Tells one system. Each receiver has a loop and connections of its own, so that one that is slow
 * or dead delays no other.
 */
export class ReceiverLoop {
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private wokenAtMs = -Infinity;
  private inTrouble = false;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly delivery: Delivery,
    private readonly receiver: Receiver,
  ) {}

  /** Begins to tell, and goes on until it is stopped. */
  start(): void {
    this.running = this.run();
  }

  /** Begins nothing more; what is under way has `withinMs` to end, then it is let go of. */
  async stop(withinMs: number): Promise<void> {
    this.stopped = true;
    this.wakeUp();
    const all = this.running.then(() => Promise.all(this.underWay));
    await Promise.race([all, this.delivery.clock.sleep(withinMs)]);
    this.stopping.abort();
    await all;
  }

  /** Gives numbers, and begins what is due and has room. True: there may be more at once. */
  async round(): Promise<boolean> {
    const { callbacks, clock, randomness, timeoutMs } = this.delivery;
    const { billType } = this.receiver;
    await this.wake();
    const numbered = await callbacks.number(billType);
    const limit = AT_ONCE - this.underWay.size;
    if (limit <= 0) return false;
    const nowMs = clock.nowMs();
    const claimUntilMs = nowMs + timeoutMs + CLAIM_SPARE_MS;
    const claim = { billType, owner: randomness.hex(16), nowMs, claimUntilMs, limit };
    const claimed = await callbacks.claimDue(claim);
    for (const callback of claimed) this.begin(callback, claim);
    return numbered > 0 || claimed.length > 0;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const isBusy = await this.roundOrNothing();
      if (!isBusy) await this.pause();
    }
  }

  private async roundOrNothing(): Promise<boolean> {
    try {
      const isBusy = await this.round();
      this.inTrouble = false;
      return isBusy;
    } catch (error) {
      if (!this.inTrouble) this.delivery.log.warn(`${this.name()}: ${String(error)}`);
      this.inTrouble = true;
      return false;
    }
  }

  /** Until something may have changed: time has passed, a try has ended, or a stop. */
  private async pause(): Promise<void> {
    const ended = this.underWay.size >= AT_ONCE ? [...this.underWay] : [];
    const stop = new Promise<void>((resolve) => (this.wakeUp = resolve));
    if (this.stopped) return;
    await Promise.race([this.delivery.clock.sleep(POLL_MS), stop, ...ended]);
  }

  private begin(callback: Callback, claim: CallbackClaim): void {
    const deliver = callbackSpan(callback, () => this.deliver(callback, claim))
      .catch((error: unknown) => {
        // The claim ends by itself, and it is tried again.
        this.delivery.log.warn(`${this.name()} ${callback.eventId}: ${String(error)}`);
      })
      .finally(() => void this.underWay.delete(deliver));
    this.underWay.add(deliver);
  }

  private async deliver(callback: Callback, claim: CallbackClaim): Promise<void> {
    const { callbacks, client, clock, randomness, counts } = this.delivery;
    const { billType, url, secrets, format } = this.receiver;
    const begun = await callbacks.beginTry(
      callback,
      claim,
      (one, receipt) => callbackBody(one, receipt, format),
      clock.nowMs(),
    );
    if (!begun?.body) return;
    const atMs = clock.nowMs();
    const startedMs = clock.monotonicMs();
    const signed = signedHeaders(secrets, begun.eventId, begun.body.text, atMs);
    const headers = { ...signed, 'content-type': MEDIA_TYPES[begun.body.format] };
    const { text: body } = begun.body;
    const answer = await trySpan(url, begun.tries - 1, (traced) =>
      client.send({ url, headers: { ...headers, ...traced }, body }, this.stopping.signal),
    );
    if (answer.status === null && this.stopping.signal.aborted) {
      await callbacks.release(begun, claim);
      return;
    }
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    const nowMs = clock.nowMs();
    const verdict = judgeTry(answer, nowMs);
    const { status, text } = answer;
    const fraction = randomness.fraction();
    const made = { atMs, durationMs, status, answer: text, verdict, fraction };
    const state = await callbacks.endTry(begun, claim, made, nowMs);
    counts.add(billType, verdict.kind);
    const said = status === null ? text : `${status} ${verdict.kind}`;
    this.delivery.log.info(
      `${this.name()} ${begun.type} ${begun.eventId} seq ${begun.seq}: ${said}, ` +
        `try ${begun.tries}, ${durationMs} ms, ${state}`,
    );
  }

  private async wake(): Promise<void> {
    const { callbacks, clock } = this.delivery;
    if (clock.monotonicMs() - this.wokenAtMs < WAKE_EVERY_MS) return;
    await callbacks.wake(this.receiver.billType, clock.nowMs());
    this.wokenAtMs = clock.monotonicMs();
  }

  private name(): string {
    return `callback to ${this.receiver.billType}`;
  }
}
