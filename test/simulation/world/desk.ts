import { isBillType } from '../../../src/domain/bill';
import { fen } from '../../../src/domain/money';
import { batchKey } from '../../../src/domain/refund/refund';
import type { RefundAsk, RefundTold } from '../rules/refund-answers';
import { Random, textHash } from '../run/random';
import type { Row } from '../store/books';
import { enters } from './actors';
import type { Stage } from './actors';

const PATIENCE_MS = 60_000;
/** Desks give the same few batches: they meet. Two of them are one, spelt otherwise. */
const BATCHES: readonly [string, ...string[]] = ['B1', 'B1', 'b1 ', 'B2', 'B2', 'B3', 'duplicate'];
/** What goes back, of all that was paid. */
const PARTS: readonly [number, ...number[]] = [1, 0.5, 0.3333, 0.25, 0.001];

/** A desk that gives money back, in parts or wholly, and asks until it knows. */
export class Desk {
  private readonly random: Random;

  constructor(
    private readonly stage: Stage,
    private readonly n: number,
  ) {
    this.random = new Random(stage.seed, 13, n);
  }

  async work(): Promise<void> {
    if (!enters(this.stage, `desk ${this.n}`)) return;
    const { random: r, stage } = this;
    const { world } = stage.parts;
    await world.sleep(r.whole(5_000, stage.plan.busyMs));
    for (let i = r.whole(2, 6); i > 0 && !stage.isOver(); i -= 1) {
      const row = this.choose();
      if (row) await this.giveBack(row);
      await world.sleep(r.whole(1, r.chance(0.5) ? 4_000 : 90_000));
    }
  }

  /** Mostly a receipt that holds money, and one that others look at, too. */
  private choose(): Row | null {
    const { random: r } = this;
    const rows = [...this.stage.parts.checker.books.receipts.values()];
    const paid = rows.filter(({ trade_no: trade }) => trade !== null);
    const from = r.chance(0.9) ? paid : rows;
    return from[r.whole(0, Math.min(1, from.length - 1))] ?? from[0] ?? null;
  }

  private async giveBack(row: Row): Promise<void> {
    const { random: r } = this;
    const ask = this.ask(row);
    for (let tries = r.whole(1, 3); tries > 0 && !this.stage.isOver(); tries -= 1) {
      // A second click, or another clerk, who means the same or has mistyped.
      if (r.chance(0.3)) void this.request(ask);
      if (r.chance(0.06)) void this.request({ ...ask, amount: fen(ask.amount + 1) });
      if (r.chance(0.06)) void this.request(this.ask(row));
      if (r.chance(0.08)) this.cancel(row);
      const told = await this.request(this.mayBeInAHurry(ask));
      if (told && told.errcode !== 1 && told.found === null) return;
      if (told?.found?.refund.endedAtMs !== null && told?.found) return;
      await this.stage.parts.world.sleep(r.whole(100, 20_000));
      if (r.chance(0.5)) await this.request({ ...ask, operation: 'refundQuery' });
    }
  }

  private ask(row: Row): RefundAsk {
    const { random: r } = this;
    const batchNo = r.pick(BATCHES);
    const { bill_no: billNo, bill_type: billType, receipt_id: receiptId, pay_type: payType } = row;
    if (!isBillType(billType)) throw new Error('a desk of the simulation is wrong');
    // The same batch is the same amount most of the time.
    const nth = textHash(`${row.id} ${batchKey(batchNo)}`) % PARTS.length;
    const part = r.chance(0.93) ? (PARTS[nth] ?? 1) : r.pick(PARTS);
    const amount = fen(Math.max(1, Math.round(row.amount_fen * part)));
    const name = { billNo, billType, receiptId, payType };
    return { operation: 'refund', name, batchNo, amount, wantedUntilMs: null };
  }

  private mayBeInAHurry(ask: RefundAsk): RefundAsk {
    const { random: r } = this;
    if (!r.chance(0.15)) return ask;
    return { ...ask, wantedUntilMs: this.stage.parts.world.nowMs + r.whole(-12_000, 15_000) };
  }

  private cancel({ bill_no, bill_type, pay_type, receipt_id }: Row): void {
    const process = this.stage.process(this.random);
    if (!process || this.stage.isOver()) return;
    const name = { billnum: bill_no, billtype: bill_type, paytype: pay_type, autoid: receipt_id };
    const more = { barcode: '', paymentvalue: '1.00', cardno: null };
    process.serve({ operation: 'cancel', ...name, ...more }, () => undefined);
  }

  /** Null: no answer, or none in time. */
  private request(ask: RefundAsk): Promise<RefundTold | null> {
    const { world } = this.stage.parts;
    const process = this.stage.process(this.random);
    if (!process || this.stage.isOver()) return Promise.resolve(null);
    const sent = { ...ask };
    const what = `${sent.operation} ${sent.batchNo} of ${sent.name.receiptId}`;
    world.note(() => `desk ${this.n} ${what}, ${sent.amount}`);
    return new Promise((resolve) => {
      world.after(PATIENCE_MS, () => resolve(null));
      process.giveBack(sent, resolve);
    });
  }
}
