import type { BillType } from '../bill';
import type { Fen } from '../money';
import type { ReceiptState } from './receipt-state';

/** What Alipay told about a payment it holds, from a verified answer. */
export interface Payment {
  /** Alipay's number of the trade. */
  readonly tradeNo: string;
  /** The trade's total amount. Fen, equal to the receipt's amount once booked. */
  readonly amount: Fen;
  /** Masked account of the buyer; null when Alipay told none. */
  readonly buyer: string | null;
  /** When it was paid, epoch ms; null when Alipay told no time. */
  readonly paidAtMs: number | null;
}

/**
 * Why a receipt is undone. `operator`: somebody asked for it, and a payment goes back;
 * `superseded`: another code takes its place; `expired`: its time is over. A payment found then
 * is kept.
 */
export type UndoReason = 'operator' | 'superseded' | 'expired';

/**
 * The operation that began a receipt: `scanCode`, the guest scans our code; `barCode`, the clerk
 * scans the guest's. The paytype does not tell it: any paytype passes.
 */
export type BegunBy = 'scanCode' | 'barCode';

/**
 * By what money goes back. `cancel`: all of it, by a cancel; `refund`: by refunds with a number and
 * an amount of their own. Only with `cancel` may a cancel be sent once it is paid: it gives back
 * everything.
 */
export type GivingBack = 'none' | 'cancel' | 'refund';

/** One attempt to collect on a bill, as the books hold it. */
export interface Receipt {
  /** Our numeric id, unique over all systems; `biz_order_id` of XPOS. */
  readonly id: number;
  /** `autoid` on the wire. Unique alone, but for scenic bills only together with the bill. */
  readonly receiptId: string;
  readonly billType: BillType;
  /** The bill's number as it was sent. */
  readonly billNo: string;
  /** Two characters; 98: the guest scans, 97: the clerk scans, others pass. */
  readonly payType: string;
  /** Amount asked for. Fen, above 0. */
  readonly amount: Fen;
  /** The card to credit; null unless the bill recharges a card. */
  readonly cardNo: string | null;
  /** Our number at Alipay. `[A-Za-z0-9_]`, at most 64, unique for ever. */
  readonly outTradeNo: string;
  readonly state: ReceiptState;
  readonly begunBy: BegunBy;
  /**
   * The channel's call that makes the code, exactly as it is sent, every time; for a barcode its
   * charge without the guest's code, which is kept nowhere.
   */
  readonly channelCall: string;
  /** How many times that call may have been sent. */
  readonly precreateTries: number;
  /** Until when one caller alone may ask for the code or charge, epoch ms; 0: nobody does. */
  readonly leaseUntilMs: number;
  /** What the guest scans; null until Alipay gave it. */
  readonly qrCode: string | null;
  /** The end of code or charge by Alipay's clock, epoch ms: a prompt, no proof of death. */
  readonly codeEndsAtMs: number;
  /** When a guest was first seen to have scanned, epoch ms; null: not seen. */
  readonly scannedAtMs: number | null;
  /** What Alipay last said, in its own word; null: nothing yet. */
  readonly channelStatus: string | null;
  /** The payment, once booked; null before. */
  readonly payment: Payment | null;
  /** Money that went back in all. Fen, only grows. */
  readonly refunded: Fen;
  /** By what its money is going back; `none`: it is not. */
  readonly givingBack: GivingBack;
  /** Paid although another receipt was paid in its place: its money has to go back. */
  readonly duplicate: boolean;
  /**
   * Why it is being undone or was; null: nobody intended to. `released`: it was given up on, and an
   * operator has let go of it on Alipay's proof.
   */
  readonly undoReason: UndoReason | 'released' | null;
  /** When the undo was intended, epoch ms; null: never. */
  readonly undoAtMs: number | null;
  /** How many cancels may have been sent. Counted before each is. */
  readonly cancelTries: number;
  /** How many of them were answered; fewer than sent: one may be under way, or was lost. */
  readonly cancelAnswers: number;
  /** When the last cancel was sent by the wall clock of who sent it, epoch ms; null: none was. */
  readonly cancelSentAtMs: number | null;
  /**
   * When a booked payment is looked at once more because a cancel was sent before, epoch ms; null:
   * none was.
   */
  readonly checkAtMs: number | null;
  /** When it ended unpaid, epoch ms; null: it has not. */
  readonly endedAtMs: number | null;
  /** When a till was first told of the payment, epoch ms; null: no till knows yet. */
  readonly toldAtMs: number | null;
  readonly begunAtMs: number;
  /** State of the bill: `0` nothing collected, `2` partly refunded, `3` collected, `4` refunded. */
  readonly billStatus: string;
}
