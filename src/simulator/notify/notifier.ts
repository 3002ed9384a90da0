import { SimClock } from '../clock';
import { eventOf, NotifyEvent, NotifyForm, notifyId, Tampering } from './notify-form';
import { isAccepted, NotifyPoster, Reception } from './notify-post';
import { Order } from '../ledger/trades';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How long after an attempt that was not taken the next one comes. Source: open/00f7nu. */
export const RETRY_AFTER_MS = [
  4 * MINUTE,
  10 * MINUTE,
  10 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  15 * HOUR,
] as const;
const LONGEST_SLEEP_MS = 60_000;
const MAX_IN_FLIGHT = 20;
const KEPT_ATTEMPTS = 500;

/** One notify on its way; survives a restart. */
export interface Notify {
  readonly id: string;
  readonly event: NotifyEvent;
  readonly outTradeNo: string;
  readonly url: string;
  readonly form: NotifyForm;
  /** How often it was sent. */
  readonly attempts: number;
  /** When it is sent next, epoch ms of simulated time; null: taken, given up or lost. */
  readonly dueAtMs: number | null;
}

/** One sending, and what came of it. */
export interface Attempt {
  readonly id: string;
  readonly event: NotifyEvent;
  readonly outTradeNo: string;
  readonly atMs: number;
  readonly reception: Reception;
  readonly accepted: boolean;
}

/** Whether and what is notified. */
export interface NotifySettings {
  readonly on: boolean;
  /** Alipay's default: only `paid`. */
  readonly events: readonly NotifyEvent[];
  /** Simulated milliseconds before the first sending. */
  readonly delayMs: number;
}

/** What the notifier needs of the rest. */
export interface NotifierParts {
  readonly clock: SimClock;
  readonly post: NotifyPoster;
  /** The parameters of a notify of the order as it is now. */
  form(order: Order, event: NotifyEvent): NotifyForm;
  /** The signed, or spoilt, body. */
  body(form: NotifyForm, tampering: Tampering | null): string;
  /** Keeps the state of a notify over a restart. */
  keep(notify: Notify): void;
  /** Factor on the retry times; 0.001 makes minutes of a quarter second. */
  readonly scale: number;
}

/** Pushes what happens to trades to their notify_url, again and again until it is taken. */
export class Notifier {
  private readonly pending = new Map<string, Notify>();
  private readonly inFlight = new Set<string>();
  private readonly attempts: Attempt[] = [];
  private current: NotifySettings = { on: true, events: ['paid'], delayMs: 0 };
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: NotifierParts) {}

  get settings(): NotifySettings {
    return this.current;
  }

  /** Those still to be sent, and the last sendings. */
  state() {
    return { ...this.current, pending: [...this.pending.values()], attempts: this.attempts };
  }

  /** Changes the settings. What comes due while it is off is lost for good. */
  configure(change: Partial<NotifySettings>): void {
    this.current = { ...this.current, ...change };
    this.wake();
  }

  /** Takes a notify over from the journal; nothing is sent before `wake`. */
  restore(notify: Notify): void {
    if (notify.dueAtMs === null) this.pending.delete(notify.id);
    else this.pending.set(notify.id, notify);
  }

  /** Hears of every change of an order, and queues the notify that belongs to it. */
  orderChanged(order: Order, before: Order | undefined): void {
    const event = changeOf(order, before);
    const url = order.terms.notifyUrl;
    if (event === null || url === null) return;
    if (!this.current.on || !this.current.events.includes(event)) return;
    this.update({
      id: notifyId(order, event),
      event,
      outTradeNo: order.outTradeNo,
      url,
      form: this.parts.form(order, event),
      attempts: 0,
      dueAtMs: this.parts.clock.nowMs() + this.current.delayMs,
    });
    this.wake();
  }

  /** Sends one notify of the order now, whatever the settings; resolves to what was answered. */
  async sendNow(
    order: Order,
    event: NotifyEvent,
    url: string,
    tampering: Tampering | null,
  ): Promise<Attempt> {
    const form = this.parts.form(order, event);
    return this.attempt({ id: notifyId(order, event), event, order, url, form }, tampering);
  }

  /** Sends what is due, and sets the alarm clock for the next. Call it when the clock jumps. */
  wake(): void {
    clearTimeout(this.timer);
    const nowMs = this.parts.clock.nowMs();
    let sleepMs = LONGEST_SLEEP_MS;
    for (const notify of this.pending.values()) {
      if (notify.dueAtMs === null || this.inFlight.has(notify.id)) continue;
      if (notify.dueAtMs > nowMs) sleepMs = Math.min(sleepMs, notify.dueAtMs - nowMs);
      else if (!this.current.on) this.update({ ...notify, dueAtMs: null });
      else if (this.inFlight.size < MAX_IN_FLIGHT) void this.send(notify);
    }
    if (this.pending.size === 0) return;
    this.timer = setTimeout(() => this.wake(), sleepMs);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.pending.clear();
  }

  private async send(notify: Notify): Promise<void> {
    this.inFlight.add(notify.id);
    const { accepted } = await this.attempt({ ...notify, order: notify }, null);
    this.inFlight.delete(notify.id);
    if (!this.pending.has(notify.id)) return; // Stopped meanwhile.
    const pauseMs = RETRY_AFTER_MS[notify.attempts];
    const isOver = accepted || pauseMs === undefined;
    this.update({
      ...notify,
      attempts: notify.attempts + 1,
      dueAtMs: isOver ? null : this.parts.clock.nowMs() + pauseMs * this.parts.scale,
    });
    this.wake();
  }

  private async attempt(
    told: Pick<Notify, 'id' | 'event' | 'url' | 'form'> & { order: { outTradeNo: string } },
    tampering: Tampering | null,
  ): Promise<Attempt> {
    const atMs = this.parts.clock.nowMs();
    const reception = await this.parts.post(told.url, this.parts.body(told.form, tampering));
    const { id, event, order } = told;
    const accepted = isAccepted(reception);
    const attempt = { id, event, outTradeNo: order.outTradeNo, atMs, reception, accepted };
    this.attempts.push(attempt);
    if (this.attempts.length > KEPT_ATTEMPTS) this.attempts.shift();
    return attempt;
  }

  private update(notify: Notify): void {
    this.parts.keep(notify);
    this.restore(notify);
  }
}

/** What the change of an order is worth telling; null: nothing. */
function changeOf(order: Order, before: Order | undefined): NotifyEvent | null {
  const now = eventOf(order);
  const was = before === undefined ? null : eventOf(before);
  const isNewRefund = order.refunds.length > (before?.refunds.length ?? 0);
  return now !== was || isNewRefund ? now : null;
}
