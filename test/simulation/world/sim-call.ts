import type { Doubt } from '../../../src/domain/ports/payment-gateway';
import type { Asked } from '../rules/channel-rules';
import type { Fault } from './faults';
import type { Host } from './host';

/** A call, what it does at Alipay, and what its answer means. */
export interface Call<Effect, Outcome> {
  readonly method: Asked['method'];
  readonly outTradeNo: string;
  /** What reaches Alipay, and its answer. */
  readonly effect: (asked: Asked) => Effect;
  readonly outcome: (answer: Effect) => Outcome;
  /** The answer a fault makes of the true one; null: the fault does not apply. */
  readonly twist: (answer: Effect, fault: Fault) => Outcome | null;
  readonly refused: (fault: Fault) => Outcome;
}

/** A call on its way. */
type Sent<Effect, Outcome> = Omit<Call<Effect, Outcome>, 'effect'> & {
  readonly effect: () => Effect;
};

type Unknown = { readonly kind: 'unknown' } & Doubt;

/** An answer that says nothing. */
export function unknown(cause: string, sent: boolean, unverified = false): Unknown {
  return { kind: 'unknown', cause, sent, unverified };
}

/** The way of one process to Alipay, over a network that fails. */
export class CallWay {
  /** Has Alipay told its time? */
  heard = false;

  constructor(private readonly host: Host) {}

  /** Sends a call; what becomes of it is chance's business. */
  send<Effect, Outcome extends { readonly kind: string }>(
    call: Call<Effect, Outcome | Unknown>,
  ): Promise<Outcome | Unknown> {
    const { host } = this;
    const { world, faults, checker } = host.story;
    if (!host.alive) return new Promise(() => undefined);
    const asked = checker.channel.called(host.id, call.method, call.outTradeNo);
    const fault = faults.draw(call.method);
    world.note(() => `p${host.id} ${call.method} ${call.outTradeNo} ${fault?.kind ?? ''}`);
    return new Promise((resolve) => {
      const deliver = (delayMs: number, outcome: Outcome | Unknown): void =>
        host.later(delayMs, () => {
          world.note(() => `p${host.id} ${call.method} ${call.outTradeNo} => ${show(outcome)}`);
          checker.channel.answered(asked, outcome);
          if (outcome.kind !== 'unknown') this.heard = true;
          resolve(outcome);
        });
      const sent = { ...call, effect: () => call.effect(asked) };
      if (fault) this.fail(sent, fault, deliver);
      else this.work(sent, host.latencyMs(), null, deliver);
    });
  }

  /** The call reaches Alipay, and its answer comes back. */
  private work<Effect, Outcome>(
    call: Sent<Effect, Outcome>,
    wayMs: number,
    fault: Fault | null,
    deliver: (delayMs: number, outcome: Outcome) => void,
  ): void {
    this.host.story.world.after(wayMs, () => {
      const answer = call.effect();
      const twisted = fault && call.twist(answer, fault);
      if (twisted !== null) fault?.hit();
      deliver(wayMs, twisted ?? call.outcome(answer));
    });
  }

  private travel<Effect, Outcome>(call: Sent<Effect, Outcome>, afterMs: number): void {
    const { story } = this.host;
    story.world.after(afterMs, call.effect);
    const effectAtMs = story.world.nowMs + afterMs;
    if (call.method === 'cancel') story.cancelTravels(call.outTradeNo, effectAtMs);
    if (call.method === 'refund') story.refundTravels(effectAtMs);
  }

  /** It arrives twice. A refund that was refused for good is not done when it comes again. */
  private twice<Effect, Outcome>(
    call: Sent<Effect, Outcome>,
    wayMs: number,
    fault: Fault,
    deliver: (delayMs: number, outcome: Outcome) => void,
  ): void {
    let first: Effect | null = null;
    const effect = (): Effect => (first = call.effect());
    this.host.story.world.after(secondAfterMs(call.method, wayMs, fault.size), () => {
      if (call.method !== 'refund' || !isFinal(first)) call.effect();
    });
    this.work({ ...call, effect }, wayMs, fault, deliver);
  }

  private fail<Effect, Outcome>(
    call: Sent<Effect, Outcome | Unknown>,
    fault: Fault,
    deliver: (delayMs: number, outcome: Outcome | Unknown) => void,
  ): void {
    const { host } = this;
    const { world, settings } = host.story;
    const way = host.latencyMs();
    const deadline = settings.channelTimeoutMs;
    if (fault.kind !== 'stale' && fault.kind !== 'wrongAmount') fault.hit();
    const kind: string = fault.kind;
    switch (kind) {
      case 'crashBefore':
        host.kill();
        return;
      case 'crashDuring':
        world.after(way, call.effect);
        host.kill();
        return;
      case 'crashAfter':
        world.after(way, () => {
          call.effect();
          host.kill();
        });
        return;
      case 'errorBefore':
        deliver(way, unknown('no connection', false));
        return;
      case 'errorAfter':
        world.after(way, call.effect);
        deliver(2 * way, unknown('reset', true));
        return;
      case 'late':
        this.travel(call, deadline + lateMs(call.method, fault.size));
        deliver(deadline, unknown('timeout', true));
        return;
      case 'unverified':
        world.after(way, call.effect);
        deliver(2 * way, unknown('signature', true, true));
        return;
      case 'refused':
        deliver(2 * way, call.refused(fault));
        return;
      case 'duplicate':
        this.twice(call, way, fault, deliver);
        return;
      case 'delay':
        this.work(call, (fault.size * deadline) / 2, null, deliver);
        return;
      default:
        break;
    }
    this.work(call, way, fault, deliver);
  }
}

/** Is it the answer to a refund that is refused for good? */
function isFinal(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('kind' in answer)) return false;
  return answer.kind === 'refused' || answer.kind === 'disagrees';
}

/**
 * When a call arrives a second time. A cancel's follows at once: who has its answer goes by it. The
 * answer to a refund may be that to its second arrival, which moves nothing. ms
 */
function secondAfterMs(method: Asked['method'], wayMs: number, size: number): number {
  if (method === 'refund' && size > 0.5) return wayMs - 1;
  return method === 'cancel' ? wayMs : wayMs + size * 5_000;
}

/**
 * How long after its deadline a call takes effect: one cancel in four takes over a minute, and no
 * refund does. ms
 */
function lateMs(method: Asked['method'], size: number): number {
  if (size > 0.75 && method === 'cancel') return 60_000 + (size - 0.75) * 160_000;
  return method === 'refund' ? 20_000 + size * 39_000 : size * 20_000;
}

function show(outcome: { readonly kind: string }): string {
  return 'action' in outcome ? `${outcome.kind}:${String(outcome.action)}` : outcome.kind;
}
