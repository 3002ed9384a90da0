import type { BillType } from '../../domain/bill';
import { STORED_VALUE, billKey } from '../../domain/bill';
import { PayError } from '../../domain/errors';
import type { Claim, Origin, ReceiptStep } from '../../domain/ports/receipt-repository';
import type {
  BegunOwed,
  BegunRefund,
  NotWithdrawn,
  OwedWish,
  RefundCase,
  RefundNews,
  RefundOrderWish,
  Refunds,
  SettledRefund,
} from '../../domain/ports/refunds';
import type { Receipt } from '../../domain/receipt/receipt';
import { decideOwed } from '../../domain/refund/decide-owed';
import { decideRefund } from '../../domain/refund/decide-refund';
import { planForeignRefund, withoutCard } from '../../domain/refund/foreign-refund';
import type { ForeignRefund, ForeignRefundPlan } from '../../domain/refund/foreign-refund';
import type { RefundContext } from '../../domain/refund/plan-refund';
import { LONGEST_LATER_MS, REFUND_GAP_MS } from '../../domain/refund/refund-due';
import type { Refund } from '../../domain/refund/refund';
import { DUPLICATE_BATCH, batchKey } from '../../domain/refund/refund';
import { countedRivals } from '../books/booking';
import type { ReceiptStore } from '../books/receipt-store';
import type { CallbackWriter } from '../callbacks/callback-writer';
import { TELLS_NOBODY } from '../callbacks/callback-writer';
import { cashierInserts } from '../books/history/receipt-cashiers';
import { holdBillOf } from '../sql/bill-lock';
import type { Database, Sql } from '../sql/database';
import type { Statement } from '../sql/sql';
import { big, int, sql, text } from '../sql/sql';
import { OUR_HOLDS } from './part-holds';
import type { PartHolds } from './part-holds';
import type { RefundRow } from './refund-row';
import { selectRefunds, toRefund } from './refund-row';
import { beginStep } from './refund-steps';
import { MoneyTeller } from '../books/history/money-teller';
import { leaveOwedToPerson, withdrawRefund } from './withdraw-refund';
import { RefundOutcome } from './refund-outcome';

type Steps = readonly ReceiptStep[];

/** The first look of the sweep at a new refund. ms. */
const FIRST_LOOK_MS = 10_000;

/** Holds for refunds that keep their amount. */
const PENDING = sql`state in (${text(12, 'queued')}, ${text(12, 'asked')})`;

/** The refunds of all bill types, in units of their own beside those of the receipts. */
export class RefundStore implements Refunds {
  private async noteCashier(db: Sql, receipt: Receipt, wish: RefundOrderWish): Promise<void> {
    const by = { ...receipt, id: big(receipt.id) };
    for (const row of cashierInserts(by, [wish.operatorNo])) await db.change(row);
  }

  private readonly outcome: RefundOutcome;

  constructor(
    private readonly database: Database,
    private readonly receipts: Readonly<Record<BillType, ReceiptStore>>,
    private readonly callbacks: CallbackWriter = TELLS_NOBODY,
    private readonly holds: PartHolds = OUR_HOLDS,
    private readonly money = new MoneyTeller(),
  ) {
    this.outcome = new RefundOutcome(receipts);
  }

  async begin(wish: RefundOrderWish, origin: Origin): Promise<BegunRefund> {
    const mayBegin = await this.mayBegin(wish);
    return this.unit('saveRefund', wish.receipt, async (db) => {
      const receipt = await this.receipts[wish.receipt.billType].byId(db, wish.receipt.id);
      const refunds = await this.refundsOf(db, receipt.id);
      const decision = decideRefund(receipt, refunds, { ...wish, nowMs: origin.nowMs });
      switch (decision.kind) {
        case 'begin': {
          if (!mayBegin) throw noParts();
          const id = await this.insert(db, wish, origin);
          await this.noteCashier(db, receipt, wish);
          return { kind: 'begun', found: await this.start(db, receipt, id, origin) };
        }
        case 'takeOver':
          await this.takeOver(db, decision.refund, wish, origin);
          await this.noteCashier(db, receipt, wish);
          return {
            kind: 'begun',
            found: await this.start(db, receipt, decision.refund.id, origin),
          };
        case 'repeat': {
          const { refund } = decision;
          // What went back by itself is found under the batch of whoever asks for it first.
          if (refund.batchNo === DUPLICATE_BATCH) await this.nameOwed(db, refund, wish.batchNo);
          const found = await this.byId(db, refund.id);
          return { kind: 'repeat', found };
        }
        case 'askFirst':
        case 'otherContent':
        case 'refuse':
          return decision;
      }
    });
  }

  beginOwed(wish: OwedWish, origin: Origin): Promise<BegunOwed> {
    return this.unit('beginOwed', wish.receipt, async (db) => {
      const receipt = await this.receipts[wish.receipt.billType].byId(db, wish.receipt.id);
      const refunds = await this.refundsOf(db, receipt.id);
      const rivals = await countedRivals(db, this.database.dialect, receipt.id);
      const view = { receipt, refunds, rivals: rivals.map(({ state }) => state) };
      const decision = decideOwed(view, wish.asker, origin.nowMs);
      switch (decision.kind) {
        case 'begin':
          await this.numberOwed(db, decision.refund, wish.outRequestNo, origin);
          return {
            kind: 'begun',
            found: await this.start(db, receipt, decision.refund.id, origin),
          };
        case 'begun':
          return { kind: 'begun', found: { receipt, refunds, refund: decision.refund } };
        case 'later':
        case 'leave':
          await this.putOff(db, decision.refund, decision.kind === 'later' ? decision.atMs : null);
          return { kind: 'waits' };
        case 'nothing':
          return decision;
      }
    });
  }

  async leaveOwed(refund: Refund): Promise<void> {
    await this.database.write('leaveOwed', (db) => this.putOff(db, refund, null));
  }

  leaveToPerson(id: number, origin: Origin): Promise<boolean> {
    return leaveOwedToPerson(this.database, id, origin);
  }

  withdraw(id: number, origin: Origin): Promise<NotWithdrawn | null> {
    return withdrawRefund(this.database, id, origin);
  }

  async find(receipt: Receipt, batchNo: string): Promise<RefundCase | null> {
    const [row] = await this.database.read.rows<RefundRow>(
      selectRefunds(this.database.dialect).with(
        sql`where receipt_row_id = ${big(receipt.id)}
            and batch_key = ${text(50, batchKey(batchNo))}`,
      ),
    );
    return row ? this.get(toRefund(row).id) : null;
  }

  get(id: number): Promise<RefundCase> {
    return this.byId(this.database.read, id);
  }

  async countTry(refund: Refund, now: () => number, longestMs: number): Promise<RefundCase | null> {
    const { receipt } = await this.get(refund.id);
    return this.unit('countRefund', receipt, async (db) => {
      const nowMs = now();
      const sent = sql` where id = ${big(receipt.id)} and giving_back = ${text(8, 'refund')}`;
      // Further ahead than any call ends: from a clock set back. It counts as now.
      const ahead = sql` and refund_sent_at_ms > ${big(nowMs + longestMs + REFUND_GAP_MS)}`;
      const set = sql`update receipt set refund_sent_at_ms = ${big(nowMs)}`;
      if ((await db.change(set.with(sent).with(ahead))) === 1) return null;
      const turn = await db.change(
        sql`update receipt set refund_sent_at_ms = ${big(nowMs + longestMs)}`.with(sent)
          .with(sql` and (refund_sent_at_ms is null
              or refund_sent_at_ms <= ${big(nowMs - REFUND_GAP_MS)})`),
      );
      if (turn === 0) return null;
      const counted = await db.change(
        sql`update refund set state = ${text(12, 'asked')}, tries = tries + 1,
            asked_at_ms = ${big(nowMs)}, due_at_ms = ${big(nowMs + longestMs + FIRST_LOOK_MS)},
            out_request_no = coalesce(out_request_no, ${text(64, refund.outRequestNo)})
            where id = ${big(refund.id)} and tries = ${int(refund.tries)}
            and given_up is null and `.with(PENDING),
      );
      if (counted === 1) return this.byId(db, refund.id);
      // Nothing is sent: the turn is given back.
      await db.change(
        sql`update receipt set refund_sent_at_ms = ${big(nowMs - REFUND_GAP_MS)}`.with(sent),
      );
      return null;
    });
  }

  async settle(news: RefundNews, origin: Origin): Promise<SettledRefund> {
    const { receipt } = await this.get(news.refund.id);
    const { before, ...settled } = await this.unit('settleRefund', receipt, async (db) => {
      const before = await this.byId(db, news.refund.id);
      const plan = news.plan(before);
      await this.outcome.note(db, news, origin.nowMs);
      await this.outcome.carryOut(db, before, plan, origin);
      const found = await this.byId(db, news.refund.id);
      const refused = plan.kind === 'failed';
      await this.callbacks.write(db, before.receipt, found.receipt, origin.nowMs, refused);
      return { before: before.receipt, found, plan };
    });
    this.money.booked(before, settled.found.receipt, origin);
    return settled;
  }

  async ofReceipt(receiptRowId: number): Promise<RefundContext> {
    return this.contextOf(this.database.read, receiptRowId);
  }

  async bookForeign(
    receipt: Receipt,
    foreign: ForeignRefund,
    origin: Origin,
  ): Promise<ForeignRefundPlan['kind']> {
    const book = async (stepsOf: (found: RefundContext, steps: Steps) => Steps) => {
      const booked = await this.unit('bookForeign', receipt, async (db) => {
        const found = await this.contextOf(db, receipt.id);
        const plan = planForeignRefund(found, foreign);
        if (plan.kind !== 'book') return { kind: plan.kind, moves: null };
        const steps = stepsOf(found, plan.steps);
        const moved = await this.outcome.make(db, found.receipt, steps, origin);
        await this.callbacks.write(db, found.receipt, moved, origin.nowMs);
        return { kind: plan.kind, moves: [found.receipt, moved] as const };
      });
      if (booked.moves) this.money.booked(...booked.moves, origin);
      return booked.kind;
    };
    try {
      return await book((_found, steps) => steps);
    } catch (error) {
      const short = error instanceof PayError && error.code === 'ILLEGAL_STATE';
      if (!short || receipt.billType !== STORED_VALUE) throw error;
      return book(withoutCard);
    }
  }

  async claimDue({ owner, nowMs, claimUntilMs, limit }: Claim): Promise<RefundCase[]> {
    const { top, limit: end } = this.database.dialect.first(limit);
    const { passOver } = this.database.dialect;
    const longestMs = nowMs + 2 * (claimUntilMs - nowMs);
    // What lies further ahead than anything waits comes from a clock set back.
    const due = sql`due_at_ms is not null
        and (due_at_ms <= ${big(nowMs)} or due_at_ms > ${big(nowMs + 2 * LONGEST_LATER_MS)})
        and (claim_until_ms <= ${big(nowMs)} or claim_until_ms > ${big(longestMs)})`;
    // Mostly nothing is due: then nothing is written.
    const any = selectRefunds(this.database.dialect, top)
      .with(sql`where `)
      .with(due);
    if ((await this.database.read.rows(any.with(sql` order by due_at_ms ${end}`))).length === 0)
      return [];
    await this.database.write('claimRefunds', async (db) => {
      if (this.database.dialect.locksRows) {
        await db.change(sql`update sweep_turn set turns = turns + ${big(1)}`);
      }
      await db.change(
        sql`update refund${passOver} set claimed_by = ${text(40, owner)},
            claim_until_ms = ${big(claimUntilMs)} where id in (select ${top} id
            from refund${passOver} where `
          .with(due)
          .with(sql` order by due_at_ms ${end}) and `)
          .with(due),
      );
    });
    const mine = sql`where claimed_by = ${text(40, owner)}
        and claim_until_ms = ${big(claimUntilMs)} and due_at_ms is not null order by due_at_ms`;
    const claimed = await this.select(this.database.read, mine);
    return Promise.all(claimed.map(({ id }) => this.get(id)));
  }

  async settleClaim(refund: Refund, claim: Claim, nowMs: number): Promise<void> {
    await this.database.write('settleRefundClaim', (db) =>
      db.change(sql`update refund set claim_until_ms = ${big(0)}, due_at_ms = case
          when due_at_ms <= ${big(nowMs)} then ${big(nowMs + FIRST_LOOK_MS)} else due_at_ms end
          where id = ${big(refund.id)} and claimed_by = ${text(40, claim.owner)}`),
    );
  }

  /** A part of a recharge is held beside others: only where End takes holds as totals. */
  private async mayBegin({ receipt: { billType, amount }, amount: wished }: RefundOrderWish) {
    return billType !== '7' || wished === amount || (await this.holds.areTotals());
  }

  /** A unit under the lock of the receipt's bill. */
  private unit<T>(name: string, receipt: Receipt, work: (db: Sql) => Promise<T>): Promise<T> {
    const held = async (db: Sql): Promise<T> => {
      await holdBillOf(db, this.database.dialect, receipt.id);
      return work(db);
    };
    return this.database.write(name, held, `${receipt.billType} ${billKey(receipt.billNo)}`);
  }

  /** The receipt goes on its way with this refund; a card gives its amount up first. */
  private async start(db: Sql, before: Receipt, id: number, origin: Origin): Promise<RefundCase> {
    const step = beginStep({ ...(await this.byId(db, id)), receipt: before });
    const moved = await this.receipts[before.billType].makeStep(db, before, step, origin);
    if (!moved) throw new Error(`receipt ${before.id} moved under the lock of its bill`);
    await this.callbacks.write(db, before, moved, origin.nowMs);
    origin.wantedUntil?.refuseWhenOver(); // Last: who has waited here is not let through.
    return this.byId(db, id);
  }

  private insert(db: Sql, wish: RefundOrderWish, { actor, nowMs }: Origin): Promise<number> {
    return db.insert(sql`insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state,
        cause, out_request_no, operator_no, reason, caller, queued_at_ms, due_at_ms)
        values (${big(wish.receipt.id)}, ${text(50, wish.batchNo)},
        ${text(50, batchKey(wish.batchNo))}, ${big(wish.amount)}, ${text(12, 'queued')},
        ${text(20, 'caller')}, ${text(64, wish.outRequestNo)}, ${text(32, wish.operatorNo)},
        ${text(256, wish.reason)}, ${text(64, actor)}, ${big(nowMs)},
        ${big(nowMs + FIRST_LOOK_MS)})`);
  }

  private async nameOwed(db: Sql, { id }: Refund, batchNo: string): Promise<void> {
    await db.change(sql`update refund set batch_no = ${text(50, batchNo)},
        batch_key = ${text(50, batchKey(batchNo))} where id = ${big(id)}`);
  }

  /** Under one number from the first sending on, whoever takes it over and under whatever batch. */
  private async numberOwed(
    db: Sql,
    owed: Refund,
    outRequestNo: string,
    { actor, nowMs }: Origin,
  ): Promise<void> {
    await db.change(sql`update refund
        set out_request_no = coalesce(out_request_no, ${text(64, outRequestNo)}),
        caller = ${text(64, actor)}, due_at_ms = ${big(nowMs + FIRST_LOOK_MS)}
        where id = ${big(owed.id)}`);
  }

  /** When the sweep looks at what nobody has begun to give back; null: no more. */
  private async putOff(db: Sql, { id }: Refund, dueAtMs: number | null): Promise<void> {
    await db.change(sql`update refund set due_at_ms = ${big(dueAtMs)}
        where id = ${big(id)} and state = ${text(12, 'queued')} and tries = ${int(0)}`);
  }

  /** What a duplicate is owed goes on under the caller's batch, and once sent under its number. */
  private async takeOver(
    db: Sql,
    owed: Refund,
    wish: RefundOrderWish,
    { actor, nowMs }: Origin,
  ): Promise<void> {
    await this.nameOwed(db, owed, wish.batchNo);
    await db.change(sql`update refund
        set out_request_no = coalesce(out_request_no, ${text(64, wish.outRequestNo)}),
        operator_no = ${text(32, wish.operatorNo)}, reason = ${text(256, wish.reason)},
        caller = ${text(64, actor)}, due_at_ms = ${big(nowMs + FIRST_LOOK_MS)}
        where id = ${big(owed.id)}`);
  }

  private async byId(db: Sql, id: number): Promise<RefundCase> {
    const [own] = await this.select(db, sql`where id = ${big(id)}`);
    if (!own) throw new Error(`no refund ${id}`);
    const refunds = await this.refundsOf(db, own.receiptRowId);
    // Receipts of every bill type are rows of one table.
    const receipt = await this.receipts['1'].byId(db, own.receiptRowId);
    const refund = refunds.find((one) => one.id === id) ?? own;
    return { receipt, refunds, refund };
  }

  private async contextOf(db: Sql, receiptRowId: number): Promise<RefundContext> {
    // Receipts of every bill type are rows of one table.
    const receipt = await this.receipts['1'].byId(db, receiptRowId);
    return { receipt, refunds: await this.refundsOf(db, receiptRowId) };
  }

  private refundsOf(db: Sql, receiptRowId: number): Promise<Refund[]> {
    return this.select(db, sql`where receipt_row_id = ${big(receiptRowId)} order by id`);
  }

  private async select(db: Sql, where: Statement): Promise<Refund[]> {
    const rows = await db.rows<RefundRow>(selectRefunds(this.database.dialect).with(where));
    return rows.map(toRefund);
  }
}

function noParts(): PayError {
  return new PayError('ILLEGAL_STATE', 'End is not known to take holds as totals', {
    shown:
      '储值卡充值暂不能部分退款,请全额退款 ' +
      '(parts of a recharge cannot be refunded here yet: refund all of it)',
  });
}
