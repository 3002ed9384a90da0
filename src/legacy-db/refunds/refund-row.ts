import { fen } from '../../domain/money';
import type { GivenUp, Refund, RefundCause, RefundState } from '../../domain/refund/refund';
import type { Dialect } from '../sql/database';
import { Fragment, sql } from '../sql/sql';
import type { Statement } from '../sql/sql';

/** A 64-bit column: SQLite gives a number, SQL Server's driver text. */
type Big = number | string;

/** A row of `refund`. */
export interface RefundRow {
  id: Big;
  receipt_row_id: Big;
  batch_no: string;
  amount_fen: Big;
  state: string;
  cause: string;
  out_request_no: string | null;
  operator_no: string | null;
  reason: string | null;
  caller: string | null;
  tries: number;
  answered: number;
  asked_at_ms: Big | null;
  answered_at_ms: Big | null;
  last_word: string | null;
  given_up: string | null;
  queued_at_ms: Big;
  ended_at_ms: Big | null;
  refunded_at_ms: Big | null;
}

const COLUMNS = new Fragment(
  'id, receipt_row_id, batch_no, amount_fen, state, cause, out_request_no, operator_no, reason, ' +
    'caller, tries, answered, asked_at_ms, answered_at_ms, last_word, given_up, queued_at_ms, ' +
    'ended_at_ms, refunded_at_ms',
);

const ALL = new Fragment('');

/** Selects `RefundRow`s from `refund`; a `where` that an index serves follows. */
export function selectRefunds({ seek }: Dialect, top = ALL): Statement {
  return sql`select ${top} ${COLUMNS} from refund${seek} `;
}

const whole = (value: Big): number => fen(Number(value));
const wholeOrNull = (value: Big | null): number | null => (value === null ? null : whole(value));

/** The refund a row holds. Throws plainly when a number in it is no whole number. */
export function toRefund(row: RefundRow): Refund {
  return {
    id: whole(row.id),
    receiptRowId: whole(row.receipt_row_id),
    batchNo: row.batch_no,
    amount: fen(whole(row.amount_fen)),
    state: row.state as RefundState,
    cause: row.cause as RefundCause,
    outRequestNo: row.out_request_no,
    operatorNo: row.operator_no,
    reason: row.reason,
    caller: row.caller,
    tries: row.tries,
    answered: row.answered,
    askedAtMs: wholeOrNull(row.asked_at_ms),
    answeredAtMs: wholeOrNull(row.answered_at_ms),
    lastWord: row.last_word,
    givenUp: row.given_up as GivenUp | null,
    queuedAtMs: whole(row.queued_at_ms),
    endedAtMs: wholeOrNull(row.ended_at_ms),
    refundedAtMs: wholeOrNull(row.refunded_at_ms),
  };
}
