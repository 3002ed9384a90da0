import type { ConsoleSession, ConsoleSessions } from '../../domain/access/console-sessions';
import type { Database } from '../sql/database';
import { big, sql, text } from '../sql/sql';

interface SessionRow {
  key_name: string;
  key_mark: string;
  ends_at_ms: number | string;
}

/** Who is signed in, for all processes. */
export class SessionStore implements ConsoleSessions {
  constructor(private readonly database: Database) {}

  async begin(session: ConsoleSession, nowMs: number): Promise<void> {
    await this.database.write('beginSession', async (db) => {
      await db.change(sql`delete from console_session where ends_at_ms <= ${big(nowMs)}`);
      await db.change(sql`insert into console_session
          (token_sha256, key_name, key_mark, ends_at_ms) values (${text(64, session.tokenSha256)},
          ${text(40, session.keyName)}, ${text(64, session.keyMark)}, ${big(session.endsAtMs)})`);
    });
  }

  async find(tokenSha256: string, nowMs: number): Promise<ConsoleSession | null> {
    const [row] = await this.database.read.rows<SessionRow>(
      sql`select key_name, key_mark, ends_at_ms from console_session
          where token_sha256 = ${text(64, tokenSha256)} and ends_at_ms > ${big(nowMs)}`,
    );
    if (!row) return null;
    const { key_name: keyName, key_mark: keyMark, ends_at_ms } = row;
    return { tokenSha256, keyName, keyMark, endsAtMs: Number(ends_at_ms) };
  }

  async end(tokenSha256: string): Promise<void> {
    await this.database.write('endSession', (db) =>
      db.change(sql`delete from console_session where token_sha256 = ${text(64, tokenSha256)}`),
    );
  }
}
