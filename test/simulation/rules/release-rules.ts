import { OPEN } from './checker';
import type { Checker } from './checker';
import type { Row } from '../store/books';

/** What is given up on for these may be let go of. */
export const RELEASABLE: ReadonlySet<string> = new Set(['amountMismatch', 'tradeVanished']);

/** That Alipay does not know a number proves nothing before this long after its code's end. ms. */
const GONE_MS = 3 * 3_600_000;

/** An operator lets go of what was given up on: on Alipay's word within the act, and no other. */
export class ReleaseRules {
  /** When each process was first asked to let go of a receipt, and the act is not decided. */
  private readonly acts = new Map<string, number>();

  constructor(private readonly checker: Checker) {}

  /** An operator asks a process for it. */
  asked(process: number, receiptRowId: number): void {
    const act = `${process} ${receiptRowId}`;
    if (!this.acts.has(act)) this.acts.set(act, this.checker.world.tick());
  }

  committed(before: ReadonlyMap<number, Row>): void {
    for (const row of this.checker.books.receipts.values()) {
      const old = before.get(row.id);
      if (row.undo_reason === 'released' && old?.undo_reason !== 'released') this.released(row);
    }
  }

  private released(row: Row): void {
    const { checker } = this;
    const fail = (what: string): void =>
      checker.fail('release', `receipt ${row.id} (${row.state}): ${what}`);
    if (OPEN.has(row.state) || row.trade_no !== null) fail('released, and did not end unpaid');
    const trade = checker.far.find(row.out_trade_no);
    if (trade && !trade.ghost && trade.stage === 'paid') fail('let go of, and its money is there');
    if (!this.isProven(row)) fail('let go of without a word of Alipay within the act');
    for (const { receipt_row_id: id, kind, open_mark: mark } of checker.books.alarms) {
      if (id === row.id && mark === 0 && RELEASABLE.has(kind)) fail(`its alarm ${kind} is open`);
    }
  }

  private isProven({ id, out_trade_no: number, amount_fen: amount, ...row }: Row): boolean {
    const acts = [...this.acts].filter(([act]) => act.endsWith(` ${id}`));
    return acts.some(([act, sinceSeq]) => {
      const answers = this.checker.channel.queriedBy(Number.parseInt(act, 10), number, sinceSeq);
      return answers.some((told) => {
        if (told.kind === 'closed') return told.payment?.amount !== amount;
        if (told.kind !== 'notExist') return false;
        return (told.channelTimeMs ?? 0) >= row.code_ends_at_ms + GONE_MS;
      });
    });
  }
}
