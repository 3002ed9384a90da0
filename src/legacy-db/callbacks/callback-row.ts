import type { BillType } from '../../domain/bill';
import type { CallbackType } from '../../domain/callback/callback-event';
import type { Callback, CallbackState, FrozenBody } from '../../domain/ports/callbacks';
import { Fragment, sql } from '../sql/sql';
import type { Dialect } from '../sql/database';
import type { Statement } from '../sql/sql';

/** A whole number as the drivers give it. */
type Big = number | string;

/** A row of the outbox. */
export interface CallbackRow {
  readonly id: Big;
  readonly bill_type: string;
  readonly receipt_row_id: Big;
  readonly event_id: string;
  readonly type: string;
  readonly written_at_ms: Big;
  readonly seq: Big;
  readonly state: string;
  readonly tries: number;
  readonly body: string | null;
  readonly format: string | null;
}

const COLUMNS = new Fragment(
  'c.id, c.bill_type, c.receipt_row_id, c.event_id, c.type, c.written_at_ms, c.seq, c.state, ' +
    'c.tries, c.body, c.format',
);

const ALL = new Fragment('');

/** Selects `CallbackRow`s from `callback c`; a `where` that an index serves follows. */
export function selectCallbacks({ seek }: Dialect, top = ALL): Statement {
  return sql`select ${top} ${COLUMNS} from callback c${seek} `;
}

/** The callback a row holds. */
export function toCallback(row: CallbackRow): Callback {
  return {
    id: Number(row.id),
    billType: row.bill_type as BillType,
    receiptRowId: Number(row.receipt_row_id),
    eventId: row.event_id,
    type: row.type as CallbackType,
    writtenAtMs: Number(row.written_at_ms),
    seq: Number(row.seq),
    state: row.state as CallbackState,
    tries: row.tries,
    body: toBody(row),
  };
}

function toBody({ body, format }: CallbackRow): FrozenBody | null {
  if (body === null || format === null) return null;
  return { text: body, format: format as FrozenBody['format'] };
}
