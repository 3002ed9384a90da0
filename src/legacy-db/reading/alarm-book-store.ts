import { isBillType } from '../../domain/bill';
import type { AlarmKind } from '../../domain/ports/alarm';
import { receiverSubject } from '../../domain/ports/alarm';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import type { AlarmBook, AlarmEnd, AlarmScope, OpenAlarm } from '../../domain/reading/alarm-book';
import type { Database } from '../sql/database';
import type { Statement } from '../sql/sql';
import { big, sql, text } from '../sql/sql';
import { inBillTypes } from './bill-type-list';

interface AlarmRow {
  id: number | string;
  kind: string;
  subject: string;
  detail: string;
  raised_at_ms: number | string;
  receipt_row_id: number | string;
  bill_type: string | null;
  bill_no: string | null;
  state: string | null;
}

/** The alarms of all processes, as people work on them. */
export class AlarmBookStore implements AlarmBook {
  constructor(private readonly database: Database) {}

  async open(scope: AlarmScope, most: number): Promise<OpenAlarm[]> {
    const { top, limit } = this.database.dialect.first(most);
    const rows = await this.database.read.rows<AlarmRow>(
      sql`select ${top} a.id, a.kind, a.subject, a.detail, a.raised_at_ms, a.receipt_row_id,
          r.bill_type, r.bill_no, r.state
          from alarm a left join receipt r on r.id = a.receipt_row_id
          where a.open_mark = ${big(0)} and `
        .with(inScope(scope))
        .with(sql` order by a.id desc ${limit}`),
    );
    return rows.map(toAlarm);
  }

  async find(scope: AlarmScope, id: number): Promise<OpenAlarm | null> {
    const [row] = await this.database.read.rows<AlarmRow>(
      sql`select a.id, a.kind, a.subject, a.detail, a.raised_at_ms, a.receipt_row_id,
          r.bill_type, r.bill_no, r.state
          from alarm a left join receipt r on r.id = a.receipt_row_id
          where a.id = ${big(id)} and a.open_mark = ${big(0)} and `.with(inScope(scope)),
    );
    return row ? toAlarm(row) : null;
  }

  async close(scope: AlarmScope, { id, by, note, nowMs }: AlarmEnd): Promise<boolean> {
    if ((await this.find(scope, id)) === null) return false;
    const closed = await this.database.write('closeAlarm', (db) =>
      db.change(sql`update alarm set open_mark = id, closed_at_ms = ${big(nowMs)},
          closed_by = ${text(64, by.slice(0, 64))}, close_note = ${text(400, note.slice(0, 400))}
          where id = ${big(id)} and open_mark = ${big(0)}`),
    );
    return closed === 1;
  }
}

/** Receipts and receivers of the systems; what is about neither, for the whole house alone. */
function inScope({ billTypes, wholeHouse }: AlarmScope): Statement {
  const [first, ...rest] = billTypes.map((each) => text(100, receiverSubject(each)));
  const subjects = rest.reduce(
    (list, each) => list.with(sql`, ${each}`),
    sql`a.subject in (${first ?? text(100, '')}`,
  );
  const own = sql`(r.bill_type`
    .with(inBillTypes(billTypes))
    .with(sql` or `)
    .with(subjects)
    .with(sql`)`);
  return own.with(wholeHouse ? sql` or a.receipt_row_id = ${big(0)})` : sql`)`);
}

function toAlarm(row: AlarmRow): OpenAlarm {
  const { kind, subject, detail, bill_type: billType, bill_no: billNo } = row;
  const state = row.state as ReceiptState;
  const isAbout = billType !== null && isBillType(billType) && billNo !== null;
  return {
    id: Number(row.id),
    kind: kind as AlarmKind,
    subject,
    detail,
    raisedAtMs: Number(row.raised_at_ms),
    receipt: isAbout ? { id: Number(row.receipt_row_id), billType, billNo, state } : null,
  };
}
