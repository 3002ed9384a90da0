import { mayBeRevoked, readBillTypes } from '../../domain/access/key-rules';
import type { Reach } from '../../domain/access/key-rules';
import { isRole } from '../../domain/access/role';
import type { KeptKey, Keys, KeyToKeep, LiveKey, Revocation } from '../../domain/access/keys';
import type { Database, Sql } from '../sql/database';
import { isDuplicate } from '../sql/db-errors';
import { big, sql, text } from '../sql/sql';

interface KeyRow {
  name: string;
  role: string;
  bill_types: string;
  made_by: string;
  made_at_ms: number | string;
  revoked_by: string | null;
  revoked_at_ms: number | string | null;
}

const OPERATOR = text(12, 'operator');

/** The keys in the books, for all processes. */
export class KeyStore implements Keys {
  constructor(private readonly database: Database) {}

  async live(): Promise<LiveKey[]> {
    const rows = await this.database.read.rows<KeyRow & { sha256_hex: string }>(
      sql`select name, role, bill_types, sha256_hex from api_key
          where revoked_at_ms is null order by id`,
    );
    return rows.flatMap((row) => {
      const reach = reachOf(row);
      return reach ? [{ ...reach, name: row.name, sha256Hex: row.sha256_hex }] : [];
    });
  }

  async list(): Promise<KeptKey[]> {
    const rows = await this.database.read.rows<KeyRow>(
      sql`select name, role, bill_types, made_by, made_at_ms, revoked_by, revoked_at_ms
          from api_key order by id desc`,
    );
    return rows.flatMap((row) => {
      const reach = reachOf(row);
      if (!reach) return [];
      const { name, made_by: madeBy, revoked_by: revokedBy } = row;
      const revokedAtMs = row.revoked_at_ms === null ? null : Number(row.revoked_at_ms);
      return [{ ...reach, name, madeBy, madeAtMs: Number(row.made_at_ms), revokedAtMs, revokedBy }];
    });
  }

  async make(key: KeyToKeep): Promise<boolean> {
    const { name, role, billTypes, sha256Hex, madeBy, madeAtMs } = key;
    try {
      await this.database.write('makeKey', (db) =>
        db.insert(sql`insert into api_key (name, role, bill_types, sha256_hex, made_by, made_at_ms)
            values (${text(40, name)}, ${text(12, role)}, ${text(7, billTypes.join(''))},
            ${text(64, sha256Hex)}, ${text(80, madeBy)}, ${big(madeAtMs)})`),
      );
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  revoke(
    name: string,
    { actor, nowMs }: { readonly actor: string; readonly nowMs: number },
    settings: readonly Reach[],
  ): Promise<Revocation> {
    return this.database.write('revokeKey', async (db) => {
      // Two operators that revoke each other: the second one waits, and sees that it is the last.
      await db.change(sql`update api_key set role = role where role = ${OPERATOR}`);
      const rows = await rowsInForce(db);
      const row = rows.find((each) => each.name === name);
      const key = row && reachOf(row);
      if (!key) return (await isThere(db, name)) ? 'before' : 'unknown';
      const others = rows.filter((each) => each.name !== name).flatMap((each) => toList(each));
      if (!mayBeRevoked(key, [...settings, ...others])) return 'lastOperator';
      await db.change(sql`update api_key set revoked_at_ms = ${big(nowMs)},
          revoked_by = ${text(80, actor)} where name = ${text(40, name)}
          and revoked_at_ms is null`);
      return 'revoked';
    });
  }
}

function rowsInForce(db: Sql): Promise<KeyRow[]> {
  return db.rows<KeyRow>(
    sql`select name, role, bill_types from api_key where revoked_at_ms is null`,
  );
}

async function isThere(db: Sql, name: string): Promise<boolean> {
  const rows = await db.rows<KeyRow>(sql`select name from api_key where name = ${text(40, name)}`);
  return rows.some((row) => row.name === name); // SQL Server overlooks blanks at the end.
}

/** Null: a role or systems that this version does not know, which then may nothing. */
function reachOf({ role, bill_types }: KeyRow): Reach | null {
  const billTypes = readBillTypes(bill_types);
  return isRole(role) && billTypes ? { role, billTypes } : null;
}

function toList(row: KeyRow): Reach[] {
  const reach = reachOf(row);
  return reach ? [reach] : [];
}
