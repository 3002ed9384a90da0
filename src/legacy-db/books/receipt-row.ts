import type { BillType } from '../../domain/bill';
import { fen } from '../../domain/money';
import type {
  BegunBy,
  GivingBack,
  Payment,
  Receipt,
  UndoReason,
} from '../../domain/receipt/receipt';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import type { Dialect } from '../sql/database';
import { Fragment, sql } from '../sql/sql';
import type { Statement } from '../sql/sql';

/** A 64-bit column: SQLite gives a number, SQL Server's driver text. */
type Big = number | string;

/** A row of `receipt` joined with its `bill`. */
export interface ReceiptRow {
  id: Big;
  bill_type: string;
  bill_no: string;
  receipt_id: string;
  pay_type: string;
  amount_fen: Big;
  card_no: string | null;
  out_trade_no: string;
  state: string;
  precreate_call: string;
  precreate_tries: number;
  lease_until_ms: Big;
  begun_by: string;
  qr_code: string | null;
  code_ends_at_ms: Big;
  scanned_at_ms: Big | null;
  channel_status: string | null;
  trade_no: string | null;
  paid_fen: Big | null;
  buyer: string | null;
  paid_at_ms: Big | null;
  refunded_fen: Big;
  told_at_ms: Big | null;
  begun_at_ms: Big;
  duplicate: number;
  giving_back: string;
  undo_reason: string | null;
  undo_at_ms: Big | null;
  cancel_tries: number;
  cancel_answers: number;
  cancel_sent_at_ms: Big | null;
  check_at_ms: Big | null;
  ended_at_ms: Big | null;
  bill_status: string;
}

/** The columns of a `ReceiptRow`, from `receipt r` joined with `bill b`. */
const RECEIPT_COLUMNS = new Fragment(
  [
    'r.id, r.bill_type, r.bill_no, r.receipt_id, r.pay_type, r.amount_fen, r.card_no',
    'r.out_trade_no, r.state, r.precreate_call, r.precreate_tries, r.lease_until_ms, r.qr_code',
    'r.code_ends_at_ms, r.scanned_at_ms, r.channel_status, r.trade_no, r.paid_fen, r.buyer',
    'r.paid_at_ms, r.refunded_fen, r.told_at_ms, r.begun_at_ms, b.bill_status',
    'r.duplicate, r.undo_reason, r.undo_at_ms, r.ended_at_ms, r.begun_by, r.cancel_tries',
    'r.cancel_answers, r.cancel_sent_at_ms, r.check_at_ms, r.giving_back',
  ].join(', '),
);

/** Selects `ReceiptRow`s from `receipt r` and `bill b`; a `where` that an index serves follows. */
export function selectReceipts({ seek }: Dialect): Statement {
  return sql`select ${RECEIPT_COLUMNS} from receipt r${seek}
      join bill b${seek} on b.id = r.bill_id `;
}

const whole = (value: Big): number => fen(Number(value));
const wholeOrNull = (value: Big | null): number | null => (value === null ? null : whole(value));

/** The receipt a row holds. Throws plainly when a number in it is no whole number. */
export function toReceipt(row: ReceiptRow): Receipt {
  return {
    id: whole(row.id),
    receiptId: row.receipt_id,
    billType: row.bill_type as BillType,
    billNo: row.bill_no,
    payType: row.pay_type,
    amount: fen(whole(row.amount_fen)),
    cardNo: row.card_no,
    outTradeNo: row.out_trade_no,
    state: row.state as ReceiptState,
    begunBy: row.begun_by as BegunBy,
    channelCall: row.precreate_call,
    precreateTries: row.precreate_tries,
    leaseUntilMs: whole(row.lease_until_ms),
    qrCode: row.qr_code,
    codeEndsAtMs: whole(row.code_ends_at_ms),
    scannedAtMs: wholeOrNull(row.scanned_at_ms),
    channelStatus: row.channel_status,
    payment: toPayment(row),
    refunded: fen(whole(row.refunded_fen)),
    givingBack: row.giving_back as GivingBack,
    duplicate: row.duplicate === 1,
    undoReason: row.undo_reason as UndoReason | 'released' | null,
    undoAtMs: wholeOrNull(row.undo_at_ms),
    cancelTries: row.cancel_tries,
    cancelAnswers: row.cancel_answers,
    cancelSentAtMs: wholeOrNull(row.cancel_sent_at_ms),
    checkAtMs: wholeOrNull(row.check_at_ms),
    endedAtMs: wholeOrNull(row.ended_at_ms),
    toldAtMs: wholeOrNull(row.told_at_ms),
    begunAtMs: whole(row.begun_at_ms),
    billStatus: row.bill_status,
  };
}

function toPayment(row: ReceiptRow): Payment | null {
  if (row.trade_no === null || row.paid_fen === null) return null;
  return {
    tradeNo: row.trade_no,
    amount: fen(whole(row.paid_fen)),
    buyer: row.buyer,
    paidAtMs: wholeOrNull(row.paid_at_ms),
  };
}
