import { RELEASABLE } from '../rules/release-rules';
import { Random } from '../run/random';
import type { Row } from '../store/books';
import { enters } from './actors';
import type { Notifier, Stage } from './actors';

const PATIENCE_MS = 60_000;

/** Somebody at the console, who gives back what Alipay took wrongly, and lets go of receipts. */
export class Operator {
  private readonly random: Random;

  constructor(
    private readonly stage: Stage,
    private readonly notifier: Notifier,
  ) {
    this.random = new Random(stage.seed, 25);
  }

  async work(): Promise<void> {
    if (!enters(this.stage, 'operator')) return;
    const { random: r, stage } = this;
    const { world } = stage.parts;
    await world.sleep(r.whole(20_000, Math.max(30_000, stage.plan.busyMs / 2)));
    for (let i = r.whole(4, 10); i > 0 && !stage.isOver(); i -= 1) {
      const row = this.choose();
      if (row) {
        if (r.chance(0.3)) this.giveBackInPortal(row);
        // Pressed twice, or at two processes.
        if (r.chance(0.3)) void this.release(row);
        await this.release(row);
      }
      await world.sleep(r.whole(1_000, r.chance(0.7) ? 60_000 : 4 * 3_600_000));
    }
  }

  /** Mostly what was given up on. */
  private choose(): Row | null {
    const { random: r } = this;
    const { receipts, alarms } = this.stage.parts.checker.books;
    const stuck = alarms.filter(({ kind, open_mark: mark }) => mark === 0 && RELEASABLE.has(kind));
    const ids = stuck.map(({ receipt_row_id: id }) => id);
    const from = ids.length > 0 && r.chance(0.9) ? ids : [...receipts.keys()];
    return receipts.get(from[r.whole(0, Math.max(0, from.length - 1))] ?? 0) ?? null;
  }

  /** All of another amount than was asked for goes back by hand. */
  private giveBackInPortal({ out_trade_no: number }: Row): void {
    const { far, checker, world } = this.stage.parts;
    const trade = far.find(number);
    if (!trade || trade.stage !== 'paid' || trade.crookedBy === 0) return;
    world.note(() => `operator gives ${number} back in the portal`);
    far.giveBack(trade);
    checker.refundedElsewhere.add(number);
    this.notifier.push(trade, 2);
  }

  private release(row: Row): Promise<void> {
    const { world } = this.stage.parts;
    const process = this.stage.process(this.random);
    if (!process || this.stage.isOver()) return Promise.resolve();
    world.note(() => `operator lets go of receipt ${row.id}`);
    return new Promise((resolve) => {
      world.after(PATIENCE_MS, resolve);
      process.release(row.id, resolve);
    });
  }
}
