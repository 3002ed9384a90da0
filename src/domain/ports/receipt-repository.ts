import type { AlarmKind } from './alarm';
import type { BillType } from '../bill';
import type { Asker, By } from '../receipt/by';
import type { Fen } from '../money';
import type { BegunBy, GivingBack, Payment, Receipt, UndoReason } from '../receipt/receipt';
import type { ReceiptEvent } from '../receipt/receipt-state';
import type { CollectDecision } from '../collect/collect-decision';
import type { WantedUntil } from '../receipt/wanted-until';

/** A payment to begin: what the till asked for, and what we prepared for it. */
export interface BeginOrder {
  readonly billType: BillType;
  readonly billNo: string;
  readonly payType: string;
  /** Fen, 1 to `MAX_AMOUNT`. */
  readonly amount: Fen;
  /** Product text, whole. */
  readonly body: string;
  readonly detail: string | null;
  readonly clientIp: string;
  readonly cardNo: string | null;
  /**
   * Our new number at the channel; the idempotency key of Begin: under a number that has a receipt
   * nothing is begun, and the decision is `undecided` with that receipt.
   */
  readonly outTradeNo: string;
  readonly begunBy: BegunBy;
  /** Who asked for it. */
  readonly asker: Asker;
  /** Names and numbers of who sits at the till, at most 64 each; absent: nobody told. */
  readonly cashiers?: readonly string[];
  /** The channel's call, to be stored before it is sent; never holds a guest's code. */
  readonly channelCall: string;
  /** End of code or charge by the channel's clock, epoch ms. */
  readonly codeEndsAtMs: number;
  /** The channel's time, or ours while it has told none, epoch ms. */
  readonly channelNowMs: number;
  readonly nowMs: number;
  /** How long the caller alone may call for a newly begun receipt, epoch ms. */
  readonly leaseUntilMs: number;
  /** How long a payment told to a till blocks another one of the same amount. ms. */
  readonly repeatGuardMs: number;
  /** Until when the caller wants it begun; absent or null: there is no end. */
  readonly wantedUntil?: WantedUntil | null;
}

/** One step of a receipt along its states, with what is saved with it. */
export interface ReceiptStep {
  readonly event: ReceiptEvent;
  /** Alipay's word that led to the step; absent: the known one stays. */
  readonly channelStatus?: string;
  /** The code, with `giveCode`. */
  readonly qrCode?: string;
  /** The payment, with `pay` and the `beginRefund` of a payment found while undoing. */
  readonly payment?: Payment;
  /** Total that went back, with the refund events. Fen. */
  readonly refunded?: Fen;
  /** With a refund that was not ours: the number it was asked for under; null: none was told. */
  readonly foreignRequestNo?: string | null;
  /** When that was by Alipay's clock, epoch ms; absent or null: not told. */
  readonly foreignAtMs?: number | null;
  /** What a human has to look at because of the step; raised in the same unit. */
  readonly alarm?: { readonly kind: AlarmKind; readonly detail: string };
  /** With `intendUndo`, and `released` with the end of what was given up on. */
  readonly reason?: UndoReason | 'released';
  /** What no human has to look at any more because of the step; closed in the same unit. */
  readonly settles?: { readonly kinds: readonly AlarmKind[]; readonly note: string };
  /** With `beginRefund`: by what; absent: by a cancel. */
  readonly givingBack?: Exclude<GivingBack, 'none'>;
  /** With the steps of a refund under a number of its own; absent: a cancel gives back all. */
  readonly part?: RefundedPart;
}

/** What a step of one refund is about. */
export interface RefundedPart {
  /** What the refund is about. Fen, above 0. */
  readonly amount: Fen;
  /** What the card shall have given up for the receipt after the step, in all. Fen. */
  readonly held: Fen;
}

/** Where a change comes from, and when. */
export interface Origin extends By {
  readonly nowMs: number;
  /** Until when the caller wants the change; absent or null: there is no end. */
  readonly wantedUntil?: WantedUntil | null;
}

/**
 * The receipts of one bill type. Every method that changes something is one durable unit of work:
 * when its promise resolves, the change survives a crash. `null` means there is no such row, or
 * that somebody else changed it first. @throws PayError DATABASE_UNAVAILABLE
 */
export interface ReceiptRepository {
  /**
   * Locks the bill, decides by `decideScan` or `decideBarCode` and, for a new attempt, saves the
   * pending receipt through Begin. The caller of a new receipt holds its lease.
   * @throws PayError TOO_LATE when it is no longer wanted and the bill holds nothing of it
   */
  begin(order: BeginOrder): Promise<CollectDecision>;
  /** The receipt all four parts agree on, or null. */
  find(billNo: string, receiptId: string, payType: string): Promise<Receipt | null>;
  /** The receipt as it stands now. Throws plainly when the id is not ours. */
  get(id: number): Promise<Receipt>;
  /** Takes the right to ask for the code; null when another holds it or nobody may any more. */
  leasePrecreate(receipt: Receipt, nowMs: number, leaseUntilMs: number): Promise<Receipt | null>;
  /** Gives the right back after an attempt that brought no decision. */
  releasePrecreate(receipt: Receipt): Promise<void>;
  /**
   * Makes the steps and saves their results through End, all in one unit. Resolves to the moved
   * receipt; null when it is no longer in `receipt.state`. A payment that comes late, or beside
   * another one, raises its alarm in the same unit.
   * @throws PayError ILLEGAL_STATE when End refuses; TOO_LATE when it is no longer wanted
   */
  move(receipt: Receipt, steps: readonly ReceiptStep[], origin: Origin): Promise<Receipt | null>;
  /**
   * Counts a cancel before it is sent. Null when the receipt moved meanwhile, or when its money
   * goes back by refunds: then it must not be sent.
   */
  countCancel(receipt: Receipt, nowMs: number): Promise<Receipt | null>;
  /**
   * Counts the answer to a cancel, with an event that says what it was; gives the receipt as it
   * stands then. `word`: at most 20 letters.
   */
  countCancelAnswer(receipt: Receipt, word: string, origin: Origin): Promise<Receipt>;
  /** Notes a channel answer that moves nothing. Null when the receipt moved meanwhile. */
  noteChannel(receipt: Receipt, channelStatus: string, origin: Origin): Promise<Receipt | null>;
  /**
   * Makes the operator the reason of an undo under way. Null when it is no longer under way.
   * @throws PayError TOO_LATE when it is no longer wanted
   */
  undoForOperator(receipt: Receipt, origin: Origin): Promise<Receipt | null>;
  /** True for one caller a minute: whether to ask again for a receipt that ended unpaid. */
  takeLateLook(receipt: Receipt, nowMs: number): Promise<boolean>;
  /** Notes that a till was told of the payment; the first note stays. */
  markTold(receiptRowId: number, nowMs: number): Promise<void>;
  /** Raises an alarm about the receipt; one of a kind is open at a time. */
  raiseAlarm(receipt: Receipt, kind: AlarmKind, detail: string, nowMs: number): Promise<void>;
}

/** The receipts that somebody has to look after, over all bill types. */
export interface OpenReceipts {
  /** The receipt of our number at the channel, or null. */
  findByOutTradeNo(outTradeNo: string): Promise<Receipt | null>;
  /** The receipt of our numeric id, whatever its bill type, or null. */
  findById(id: number): Promise<Receipt | null>;
  /**
   * Claims due receipts for one process: until `claimUntilMs` nobody else gets them. The claim of
   * a process that died ends by itself.
   */
  claimDue(claim: Claim): Promise<Receipt[]>;
  /**
   * Ends a claim and says when the receipt, as it stands then, is due next. `decided` false: the
   * look found out nothing.
   */
  settleClaim(receipt: Receipt, claim: Claim, nowMs: number, decided: boolean): Promise<void>;
  /**
   * Makes due what has waited too long: with `all` every open receipt, otherwise those that wait
   * longer than any should, as after a clock that was set back. A claim that ends after
   * `longestClaimUntilMs` comes from such a clock too and holds no more; others are a living
   * process's, or end by themselves.
   */
  wake(nowMs: number, longestClaimUntilMs: number, all: boolean): Promise<void>;
}

/** A process's hold on due receipts. */
export interface Claim {
  /** The process, unique among those that run. */
  readonly owner: string;
  readonly nowMs: number;
  readonly claimUntilMs: number;
  /** How many receipts at most. */
  readonly limit: number;
}

/** Injection token of the `OpenReceipts`. */
export const OPEN_RECEIPTS = Symbol('OpenReceipts');

/** The repository of each bill type. A missing row does not compile. */
export type ReceiptRepositories = Readonly<Record<BillType, ReceiptRepository>>;

/** Injection token of the `ReceiptRepositories`. */
export const RECEIPT_REPOSITORIES = Symbol('ReceiptRepositories');
