import type { CallbackClient } from '../../../src/callbacks/delivery/callback-client';
import type { BillType } from '../../../src/domain/bill';
import type { Clock } from '../../../src/domain/ports/clock';
import type { Database } from '../../../src/legacy-db/sql/database';
import { isOpen } from '../rules/delivery-rules';
import type { OutboxRow } from '../rules/delivery-rules';
import { Random } from '../run/random';
import type { Host } from './host';
import { CALLBACK_TIMEOUT_MS } from './receivers';
import type { Receivers } from './receivers';
import type { Timer } from './world';

/** How long a round that found nothing waits for the next, at least. ms. */
const ROUND_MS = 250;
/** How long an event waits for an earlier one of its receipt. ms. */
const WAITS_FOR_EARLIER_MS = 30 * 60_000;

/** The deliverers of one process; rounds that would find nothing are left out. */
export class Delivery {
  private readonly waiting = new Map<BillType, () => void>();
  private readonly timers = new Map<BillType, Timer>();

  constructor(
    private readonly host: Host,
    database: Database,
    private readonly clock: Clock,
    receivers: Receivers,
    seed: number,
  ) {
    const { product, checker } = host.story;
    const log = { info: () => undefined, warn: () => undefined };
    const shared = {
      callbacks: new product.CallbackStore(database),
      client: receivers.clientOf(host) as CallbackClient,
      randomness: new Random(seed, 22, host.id),
      counts: new product.TryCounts(),
      timeoutMs: CALLBACK_TIMEOUT_MS,
      log,
    };
    for (const billType of receivers.billTypes) {
      const told = { billType, url: '', secrets: receivers.secrets, format: 'json' } as const;
      new product.ReceiverLoop({ ...shared, clock: this.clockOf(billType) }, told).start();
    }
    const others = checker.delivery.onChange;
    checker.delivery.onChange = () => {
      if (host.alive) this.arm();
      others();
    };
  }

  /** What is due may have changed. */
  arm(): void {
    for (const billType of this.waiting.keys()) this.armOne(billType);
  }

  private armOne(billType: BillType): void {
    const { world } = this.host.story;
    const atMs = Math.max(this.neededAtMs(billType), world.nowMs + ROUND_MS);
    const known = this.timers.get(billType);
    if (known?.run && known.atMs <= atMs) return;
    if (known) known.run = null;
    if (atMs === Infinity) return;
    const timer = world.after(atMs - world.nowMs, () => {
      this.timers.delete(billType);
      const go = this.waiting.get(billType);
      this.waiting.delete(billType);
      if (this.host.alive) go?.();
    });
    this.timers.set(billType, timer);
  }

  /** When a round of this receiver could find something, true time; Infinity: nothing is due. */
  private neededAtMs(billType: BillType): number {
    const open = [...this.host.story.checker.delivery.rows.values()].filter(
      (row) => row.bill_type === billType && isOpen(row),
    );
    const seen = new Set<number>();
    const times = open.map((row) => {
      const isFirst = !seen.has(row.receipt_row_id);
      seen.add(row.receipt_row_id);
      return dueMs(row, isFirst) - this.host.aheadMs();
    });
    return Math.min(Infinity, ...times);
  }

  private clockOf(billType: BillType): Clock {
    return {
      ...this.clock,
      sleep: (ms) =>
        new Promise((resolve) => {
          if (ms !== ROUND_MS) return this.host.later(ms, resolve);
          this.waiting.set(billType, resolve);
          this.armOne(billType);
        }),
    };
  }
}

/** By the clock of the process. */
function dueMs(row: OutboxRow, isFirst: boolean): number {
  if (row.state === 'written') return 0;
  const due = Math.max(row.due_at_ms ?? 0, row.claim_until_ms);
  return isFirst ? due : Math.max(due, row.written_at_ms + WAITS_FOR_EARLIER_MS);
}
