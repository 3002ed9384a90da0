import { Webhook } from 'standardwebhooks';
import type {
  CallbackAnswer,
  CallbackClient,
  CallbackRequest,
} from '../../../src/callbacks/delivery/callback-client';
import type { BillType } from '../../../src/domain/bill';
import type { DeliveryRules } from '../rules/delivery-rules';
import type { Fault, Faults } from './faults';
import type { Host } from './host';
import type { World } from './world';

/** How long a try waits for its answer. ms. */
export const CALLBACK_TIMEOUT_MS = 15_000;
/** How fast a machine says that nobody listens. ms. */
const REFUSED_MS = 5;

const NOT_TAKEN = [
  { status: 500, retryAfter: null },
  { status: 302, retryAfter: null },
  { status: 503, retryAfter: '90' },
] as const;

/** When the receivers are deaf, and when their secrets change. */
export interface ReceiversPlan {
  readonly deaf: { readonly fromMs: number; readonly untilMs: number } | null;
  /** The service signs with both, the receivers change, the service signs with the new one. */
  readonly changeAtMs: readonly [both: number, receivers: number, alone: number] | null;
}

function secretOf(letter: string): string {
  return `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
}

const OLD = secretOf('a');
const NEW = secretOf('b');

/** The systems that are told, behind a network that loses, delays and cuts. */
export class Receivers {
  /** What a process signs with that starts now. */
  secrets: readonly string[] = [OLD];
  /** What the receivers verify with. */
  private known = OLD;
  private deafUntilMs = 0;

  constructor(
    private readonly world: World,
    private readonly faults: Faults,
    private readonly rules: DeliveryRules,
    /** The systems that want to be told. */
    readonly billTypes: readonly BillType[],
  ) {}

  /** Their secret is now the new one; the service knows it already. */
  change(): void {
    if (this.secrets.includes(NEW)) this.known = NEW;
  }

  /** From its next start on the service signs with the new secret, and with the old one or not. */
  configure(both: boolean): void {
    this.secrets = both ? [NEW, OLD] : [NEW];
  }

  /** Nobody listens for a while. */
  deafen(untilMs: number): void {
    this.deafUntilMs = untilMs;
  }

  /** The way of one process to them. */
  clientOf(host: Host): Pick<CallbackClient, 'send' | 'close'> {
    return { send: (request) => this.send(host, request), close: () => undefined };
  }

  private send(host: Host, request: CallbackRequest): Promise<CallbackAnswer> {
    const fault = this.faults.draw('callback');
    this.rules.sent(idOf(request));
    this.world.note(() => `p${host.id} callback ${idOf(request)} ${fault?.kind ?? ''}`);
    return new Promise((resolve) => {
      const answer = (afterMs: number, said: Partial<CallbackAnswer>): void =>
        host.later(afterMs, () => {
          if (said.status !== 204 && said.status !== 410) this.rules.failed(idOf(request));
          resolve({ status: null, retryAfter: null, text: '', ...said });
        });
      if (this.world.nowMs < this.deafUntilMs) return answer(REFUSED_MS, { text: 'ECONNREFUSED' });
      fault?.hit();
      if (fault?.kind === 'crashBefore') return host.kill();
      if (fault?.kind === 'lost') return answer(CALLBACK_TIMEOUT_MS, { text: 'no answer' });
      const there = fault?.kind === 'delay' ? fault.size * 12_000 : host.latencyMs();
      this.world.after(there, () => {
        const said = this.take(request, fault);
        if (fault?.kind === 'crashDuring') return host.kill();
        if (fault?.kind === 'late') return answer(CALLBACK_TIMEOUT_MS - there, { text: 'hangs' });
        if (fault?.kind === 'errorAfter') return answer(1, { text: 'ECONNRESET' });
        answer(1, said);
        if (fault?.kind === 'crashAfter') host.later(2 + fault.size * 3, () => host.kill());
      });
    });
  }

  /** What a receiver does with what came: the same id twice is the same event. */
  private take(request: CallbackRequest, fault: Fault | null): Partial<CallbackAnswer> {
    const eventId = idOf(request);
    this.rules.heard({ eventId, body: request.body, isGenuine: this.isGenuine(request) });
    const { ledger, refused } = this.rules;
    if (fault?.kind === 'errorBefore') return NOT_TAKEN[Math.floor(fault.size * 3)] ?? NOT_TAKEN[0];
    if (refused.has(eventId) || (fault?.kind === 'refused' && !ledger.has(eventId))) {
      refused.add(eventId);
      return { status: 410 };
    }
    if (!ledger.has(eventId)) ledger.set(eventId, request.body);
    return { status: 204 };
  }

  private isGenuine({ headers, body }: CallbackRequest): boolean {
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    const signature = new Webhook(this.known).sign(String(headers['webhook-id']), at, body);
    return String(headers['webhook-signature']).split(' ').includes(signature);
  }
}

function idOf({ headers }: CallbackRequest): string {
  return String(headers['webhook-id']);
}
