import type { BillType } from './bill';
import type { Fen } from './money';
import type { Payment, Receipt } from './receipt';
import type { ReceiptEvent } from './receipt-state';
import type { ScanDecision } from './scan-decision';

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
  /** Our new number at the channel; the idempotency key of Begin. */
  readonly outTradeNo: string;
  /** The channel's call for a code, to be stored before it is sent. */
  readonly precreateCall: string;
  /** End of the code by our clock, epoch ms. */
  readonly codeEndsAtMs: number;
  readonly nowMs: number;
  /** How long the caller alone may ask for the code of a newly begun receipt, epoch ms. */
  readonly leaseUntilMs: number;
  /** How long a payment told to a till blocks another one of the same amount. ms. */
  readonly repeatGuardMs: number;
}

/** One step of a receipt along its states, with what is to be saved with it. */
export interface ReceiptMove {
  readonly event: ReceiptEvent;
  /** Who brought the news: the operation or the sweep. */
  readonly cause: string;
  readonly nowMs: number;
  /** Alipay's word that led to the move; undefined leaves the known one. */
  readonly channelStatus?: string;
  /** The code, with `giveCode`. */
  readonly qrCode?: string;
  /** The payment, with `pay`; its amount equals the receipt's. */
  readonly payment?: Payment;
  /** Total that went back, with the refund events. Fen. */
  readonly refunded?: Fen;
}

/** What a human has to look at. */
export type AlarmKind = 'amountMismatch' | 'tradeNoMismatch' | 'tradeVanished' | 'unverifiedAnswer';

/**
 * The receipts of one bill type. Every method that changes something is one durable unit of work:
 * when its promise resolves, the change survives a crash. `null` means there is no such row, or
 * that somebody else changed it first. @throws PayError DATABASE_UNAVAILABLE
 */
export interface ReceiptRepository {
  /**
   * Locks the bill, decides by `decideScan` and, for a new attempt, saves the pending receipt
   * through Begin. The caller of a new receipt holds its precreate lease.
   */
  begin(order: BeginOrder): Promise<ScanDecision>;
  /** The receipt all four parts agree on, or null. */
  find(billNo: string, receiptId: string, payType: string): Promise<Receipt | null>;
  /** The receipt as it stands now. Throws plainly when the id is not ours. */
  get(id: number): Promise<Receipt>;
  /** Takes the right to ask for the code; null when another holds it or nobody may any more. */
  leasePrecreate(receipt: Receipt, nowMs: number, leaseUntilMs: number): Promise<Receipt | null>;
  /** Gives the right back after an attempt that brought no decision. */
  releasePrecreate(receipt: Receipt): Promise<void>;
  /**
   * Moves the receipt and, where the state asks for it, saves the result through End, in one
   * unit. Resolves to the moved receipt; null when it is no longer in `receipt.state`.
   */
  move(receipt: Receipt, move: ReceiptMove): Promise<Receipt | null>;
  /** Notes a channel answer that moves nothing. Null when the receipt moved meanwhile. */
  noteChannel(receipt: Receipt, channelStatus: string, nowMs: number): Promise<Receipt | null>;
  /** True for one caller a minute: whether to ask again for a receipt that ended unpaid. */
  takeLateLook(receipt: Receipt, nowMs: number): Promise<boolean>;
  /** Notes that a till was told of the payment; the first note stays. */
  markTold(receiptRowId: number, nowMs: number): Promise<void>;
  /** Raises an alarm; the same kind for the same receipt is raised once. */
  raiseAlarm(receipt: Receipt, kind: AlarmKind, detail: string, nowMs: number): Promise<void>;
}

/** The repository of each bill type. A missing row does not compile. */
export type ReceiptRepositories = Readonly<Record<BillType, ReceiptRepository>>;

/** Injection token of the `ReceiptRepositories`. */
export const RECEIPT_REPOSITORIES = Symbol('ReceiptRepositories');
