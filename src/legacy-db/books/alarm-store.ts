import type { Alarm, AlarmClosing, AlarmKind, Alarms, KnownAlarm } from '../../domain/ports/alarm';
import { NO_RECEIPT, alarmInsert } from './booking';
import type { Database } from '../sql/database';
import { Fragment, big, sql, text } from '../sql/sql';
import { changing } from '../sql/writes';

type Big = number | string;

const COLUMNS = new Fragment(
  'id, subject, kind, detail, raised_at_ms, closed_at_ms, closed_by, close_note',
);

interface AlarmRow {
  readonly id: Big;
  readonly subject: string;
  readonly kind: string;
  readonly detail: string;
  readonly raised_at_ms: Big;
  readonly closed_at_ms: Big | null;
  readonly closed_by: string | null;
  readonly close_note: string | null;
}

/** The alarms of the books. */
export class AlarmStore implements Alarms {
  constructor(private readonly database: Database) {}

  raise(alarm: Alarm): Promise<boolean> {
    const { dialect } = this.database;
    const insert = alarmInsert(dialect, alarm, NO_RECEIPT);
    return this.database.once('raise', () => Promise.resolve(changing(insert)));
  }

  async open(limit: number): Promise<KnownAlarm[]> {
    const { top, limit: end } = this.database.dialect.first(limit);
    const rows = await this.database.read.rows<AlarmRow>(
      sql`select ${top} ${COLUMNS} from alarm where open_mark = ${big(0)} order by id ${end}`,
    );
    return rows.map(toAlarm);
  }

  async about(kind: AlarmKind, subjectBegins: string): Promise<KnownAlarm[]> {
    const rows = await this.database.read.rows<AlarmRow>(
      sql`select ${COLUMNS} from alarm where subject like ${text(101, `${subjectBegins}%`)}
          and kind = ${text(30, kind)} order by id`,
    );
    // What the stores take for like each other is more than what is the same.
    return rows.map(toAlarm).filter(({ subject }) => subject.startsWith(subjectBegins));
  }

  async close(id: number, { by, note, nowMs }: AlarmClosing): Promise<boolean> {
    const closed = await this.database.write('closeAlarm', (db) =>
      db.change(sql`update alarm set open_mark = id, closed_at_ms = ${big(nowMs)},
          closed_by = ${text(64, by.slice(0, 64))}, close_note = ${text(400, note.slice(0, 400))}
          where id = ${big(id)} and open_mark = ${big(0)}`),
    );
    return closed === 1;
  }
}

function toAlarm(row: AlarmRow): KnownAlarm {
  const closed = {
    by: row.closed_by ?? '',
    note: row.close_note ?? '',
    nowMs: Number(row.closed_at_ms),
  };
  return {
    id: Number(row.id),
    subject: row.subject,
    kind: row.kind as AlarmKind,
    detail: row.detail,
    raisedAtMs: Number(row.raised_at_ms),
    closed: row.closed_at_ms === null ? null : closed,
  };
}
