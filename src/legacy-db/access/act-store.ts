import { isBillType } from '../../domain/bill';
import type { Act, Acts, KeptAct } from '../../domain/access/acts';
import type { Database } from '../sql/database';
import { big, chars, sql, text } from '../sql/sql';

interface ActRow {
  id: number | string;
  at_ms: number | string;
  actor: string;
  kind: string;
  subject: string;
  bill_type: string | null;
  detail: string;
  request_id: string | null;
}

/** Longest text of what was done. */
const DETAIL = 400;

/** The log of acts. */
export class ActStore implements Acts {
  constructor(private readonly database: Database) {}

  async note(act: Act): Promise<void> {
    await this.database.write('noteAct', (db) =>
      db.insert(sql`insert into act
          (at_ms, actor, kind, subject, bill_type, detail, request_id) values
          (${big(act.atMs)}, ${text(80, act.actor)}, ${text(30, act.kind)},
          ${text(100, act.subject)}, ${chars(1, act.billType)},
          ${text(DETAIL, act.detail.slice(0, DETAIL))}, ${text(64, act.requestId)})`),
    );
  }

  async before(id: number | null, limit: number): Promise<KeptAct[]> {
    const { top, limit: end } = this.database.dialect.first(limit);
    const rows = await this.database.read.rows<ActRow>(
      sql`select ${top} id, at_ms, actor, kind, subject, bill_type, detail, request_id
          from act where id < ${big(id ?? Number.MAX_SAFE_INTEGER)} order by id desc ${end}`,
    );
    return rows.map((row) => ({
      id: Number(row.id),
      atMs: Number(row.at_ms),
      actor: row.actor,
      kind: row.kind,
      subject: row.subject,
      billType: row.bill_type !== null && isBillType(row.bill_type) ? row.bill_type : null,
      detail: row.detail,
      requestId: row.request_id,
    }));
  }
}
