import type { CallbackType } from '../../domain/callback/callback-event';
import { fen } from '../../domain/money';
import type { AlarmKind } from '../../domain/ports/alarm';
import type { CallbackState } from '../../domain/ports/callbacks';
import type { LifeEvent, RaisedAlarm, ToldCallback } from '../../domain/reading/receipt-life';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import type { Dialect } from '../sql/database';
import { big, sql } from '../sql/sql';
import type { Statement } from '../sql/sql';

/** A 64-bit column: SQLite gives a number, SQL Server's driver text. */
type Big = number | string;

/** Something that belongs to a receipt. */
export interface OfReceipt {
  readonly receipt_row_id: Big;
}

/** A row of `alarm`. */
export interface AlarmRow extends OfReceipt {
  readonly id: Big;
  readonly kind: string;
  readonly detail: string;
  readonly raised_at_ms: Big;
  readonly closed_at_ms: Big | null;
  readonly closed_by: string | null;
  readonly close_note: string | null;
}

/** A row of `callback` with its last try. */
export interface ToldRow extends OfReceipt {
  readonly id: Big;
  readonly event_id: string;
  readonly type: string;
  readonly written_at_ms: Big;
  readonly seq: Big;
  readonly state: string;
  readonly tries: number;
  readonly ended_at_ms: Big | null;
  readonly try_at_ms: Big | null;
  readonly http_status: number | null;
  readonly answer: string | null;
}

/** A row of `receipt_event`. */
export interface EventRow {
  readonly id: Big;
  readonly at_ms: Big;
  readonly event: string;
  readonly from_state: string | null;
  readonly state: string;
  readonly cause: string;
  readonly actor: string | null;
  readonly request_id: string | null;
  readonly channel_status: string | null;
  readonly amount_fen: Big | null;
}

/** Selects `AlarmRow`s; a list of receipts follows. */
export function selectAlarms({ seek }: Dialect): Statement {
  return sql`select id, receipt_row_id, kind, detail, raised_at_ms, closed_at_ms, closed_by,
      close_note from alarm${seek} where receipt_row_id in (`;
}

/** Selects `ToldRow`s; a list of receipts follows. */
export function selectTold({ seek }: Dialect): Statement {
  return sql`select c.id, c.receipt_row_id, c.event_id, c.type, c.written_at_ms, c.seq, c.state,
      c.tries, c.ended_at_ms, t.at_ms as try_at_ms, t.http_status, t.answer
      from callback c${seek} left join callback_try t on t.id = (select max(l.id)
      from callback_try l where l.callback_id = c.id) where c.receipt_row_id in (`;
}

/** Selects the `EventRow`s of a receipt. */
export function selectEvents({ seek }: Dialect, receiptRowId: number): Statement {
  return sql`select id, at_ms, event, from_state, state, cause, actor, request_id, channel_status,
      amount_fen from receipt_event${seek} where receipt_row_id = ${big(receiptRowId)}`;
}

const instant = (value: Big | null): number | null => (value === null ? null : Number(value));

/** The alarm a row holds. */
export function toAlarm(row: AlarmRow): RaisedAlarm {
  return {
    id: Number(row.id),
    kind: row.kind as AlarmKind,
    detail: row.detail,
    raisedAtMs: Number(row.raised_at_ms),
    closedAtMs: instant(row.closed_at_ms),
    closedBy: row.closed_by,
    note: row.close_note,
  };
}

/** The callback a row holds. */
export function toTold(row: ToldRow): ToldCallback {
  const { try_at_ms: atMs, http_status: status, answer } = row;
  return {
    id: Number(row.id),
    eventId: row.event_id,
    type: row.type as CallbackType,
    writtenAtMs: Number(row.written_at_ms),
    seq: Number(row.seq),
    state: row.state as CallbackState,
    tries: row.tries,
    endedAtMs: instant(row.ended_at_ms),
    lastTry: atMs === null ? null : { atMs: Number(atMs), status, answer: answer ?? '' },
  };
}

/** The event a row holds. */
export function toEvent(row: EventRow): LifeEvent {
  return {
    id: Number(row.id),
    atMs: Number(row.at_ms),
    event: row.event,
    from: row.from_state as ReceiptState | null,
    state: row.state as ReceiptState,
    cause: row.cause,
    actor: row.actor,
    requestId: row.request_id,
    channelStatus: row.channel_status,
    amount: row.amount_fen === null ? null : fen(Number(row.amount_fen)),
  };
}
