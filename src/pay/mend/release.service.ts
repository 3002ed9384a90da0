import { Inject, Injectable } from '@nestjs/common';
import { BILL_TYPES } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { PayError } from '../../domain/errors';
import { ALARMS, receiptSubject } from '../../domain/ports/alarm';
import type { AlarmKind, Alarms } from '../../domain/ports/alarm';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { PaymentGateway, PayOutcome } from '../../domain/ports/payment-gateway';
import { RECEIPT_READING } from '../../domain/reading/receipt-reading';
import type { ReceiptReading } from '../../domain/reading/receipt-reading';
import { BEFORE_ALL, everythingOf } from '../../domain/reading/receipt-search';
import type { Asker } from '../../domain/receipt/by';
import { wasReleased } from '../../domain/receipt/outcome-plan';
import type { Receipt } from '../../domain/receipt/receipt';
import { RELEASABLE, planRelease } from '../../domain/receipt/release-plan';
import type { ReleaseRefusal } from '../../domain/receipt/release-plan';
import { ApplyOutcome } from '../outcome/apply-outcome.service';

/** Which receipt an operator wants to let go of, and why. */
export interface ReleaseWish {
  readonly receiptRowId: number;
  /** The systems the operator speaks for. */
  readonly billTypes: readonly BillType[];
  /** What was found; at most 400 characters. */
  readonly note: string;
}

/** Why nothing was let go of. */
export type NotReleased =
  | ReleaseRefusal
  | 'notGivenUp' // No alarm is open that says so.
  | 'otherAlipay' // Alipay does not know what was paid before either: it is not the one of then.
  | 'nothingBefore' // Nothing was paid before: nothing shows that it is the Alipay of then.
  | 'moved'; // Somebody was first, and the books say something else by now.

/** What came of the wish to let go of a receipt. */
export type Released =
  | { readonly kind: 'released'; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly why: NotReleased };

/**
 * Lets go of what was given up on, for an operator: the receipt ends unpaid, and its bill is free.
 * It moves no money, and believes nobody but Alipay, which is asked within the act.
 */
@Injectable()
export class Release {
  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(ALARMS) private readonly alarms: Alarms,
    @Inject(RECEIPT_READING) private readonly reading: ReceiptReading,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly applyOutcome: ApplyOutcome,
  ) {}

  /**
   * Ends the receipt and its alarms in one unit, or changes nothing. Safe to repeat and to race.
   * @throws PayError NO_RECEIPT, also for one of another system; DATABASE_UNAVAILABLE
   */
  async release(wish: ReleaseWish, asker: Asker): Promise<Released> {
    const receipt = await this.find(wish);
    const kinds = await this.givenUpFor(receipt);
    if (kinds.length === 0) return released(receipt) ?? refuse('notGivenUp');
    const outcome = await this.ask(receipt);
    const plan = planRelease(receipt, outcome, this.clock.nowMs());
    if (plan.kind === 'refuse') return refuse(plan.why);
    const doubt = plan.ifKnown ? await this.doubtOfAlipay(receipt) : null;
    if (doubt !== null) return refuse(doubt);
    const { event } = plan;
    const said = outcome.kind === 'closed' ? { channelStatus: outcome.channelStatus } : {};
    const settles = { kinds, note: wish.note };
    const step = { event, reason: 'released', settles, ...said } as const;
    const moved = await this.applyOutcome.step(receipt, step, { ...asker, cause: 'release' });
    if (moved) return { kind: 'released', receipt: moved };
    return released(await this.find(wish)) ?? refuse('moved');
  }

  private async find({ receiptRowId, billTypes }: ReleaseWish): Promise<Receipt> {
    const found = await this.reading.find(receiptRowId, billTypes);
    if (found === null) throw new PayError('NO_RECEIPT', `no receipt ${receiptRowId} to release`);
    return found;
  }

  /** The kinds of its open alarms that say that it was given up on. */
  private async givenUpFor({ id }: Receipt): Promise<AlarmKind[]> {
    const subject = receiptSubject(id);
    const isOpen = async (kind: AlarmKind): Promise<boolean> => {
      const all = await this.alarms.about(kind, subject);
      return all.some((one) => one.subject === subject && one.closed === null);
    };
    const open: AlarmKind[] = [];
    for (const kind of RELEASABLE) if (await isOpen(kind)) open.push(kind);
    return open;
  }

  /** A question of the act's own: no answer is shared, and none is older than the act. */
  private async ask(receipt: Receipt): Promise<PayOutcome> {
    const outcome = await this.gateway.query(receipt.outTradeNo);
    if (outcome.kind === 'unknown' && outcome.unverified) {
      await this.applyOutcome.alarm(receipt, 'unverifiedAnswer', outcome.cause);
    }
    return outcome;
  }

  /**
   * Is it the Alipay that knew the receipt? Another app or gateway knows no trade of it, and would
   * seem to prove that there is no money. It has to know what was paid last before the receipt was
   * begun. Null: it does.
   */
  private async doubtOfAlipay({ begunAtMs }: Receipt): Promise<NotReleased | null> {
    const paid = { fromMs: null, untilMs: begunAtMs };
    const search = { ...everythingOf(BILL_TYPES), paid };
    const { receipts } = await this.reading.search(search, BEFORE_ALL, 1);
    const [known] = receipts;
    if (!known?.payment) return 'nothingBefore';
    const outcome = await this.ask(known);
    if (outcome.kind === 'unknown' || outcome.kind === 'refused') return 'noAnswer';
    const told = outcome.kind === 'paid' || outcome.kind === 'closed' ? outcome.payment : null;
    return told?.tradeNo === known.payment.tradeNo ? null : 'otherAlipay';
  }
}

function released(receipt: Receipt): Released | null {
  return wasReleased(receipt) ? { kind: 'released', receipt } : null;
}

function refuse(why: NotReleased): Released {
  return { kind: 'refused', why };
}
