import type { DataSource } from 'typeorm';
import type { MssqlConfig } from '../../../config/database-config';
import type { Clock } from '../../../domain/ports/clock';
import type { Query } from '../../sql/database';
import { dataSource, MIGRATIONS } from '../../data-source';
import { restoredAlarm, restoredLine } from '../../sqlite/marks/books-restored';
import { RESTORE_JUMP, SCENIC_JUMP } from '../../sqlite/marks/raise-numbers';
import { readOwnTables } from '../../sqlserver/schema/own-tables';
import { readNumbering } from '../check/mssql-catalog';
import { Refusal } from '../../refusal';

/**
 * After SQL Server has restored the books: makes our ids, and the numbers of the reference
 * procedures, go on where none was told, and notes the days to reconcile. Gives it as lines.
 * @throws Refusal when the schema is not up to date
 */
export async function raiseOnMssql(config: MssqlConfig, clock: Clock): Promise<string[]> {
  const source = dataSource(config);
  try {
    await source.initialize();
    return await raise(source, clock);
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

async function raise(source: DataSource, clock: Clock): Promise<string[]> {
  const query: Query = (text) => source.query(text);
  const { applied } = await readOwnTables(query, source.migrations);
  if (MIGRATIONS.some((migration) => !applied.includes(new migration().name))) {
    throw new Refusal('the schema is not up to date: run db:migrate first');
  }
  const done = [await raiseIdentity(query, 'receipt')];
  if ((await readNumbering(query)) === 'reference') {
    done.push(await raiseIdentity(query, 'dbo.receipt_serial'));
    await query(`insert into dbo.receipt_base (scenic_serial)
      select coalesce(max(scenic_serial), 0) + ${SCENIC_JUMP} from dbo.receipt_base`);
    done.push(`scenic bills count on ${SCENIC_JUMP} later`);
  } else {
    done.push('autoid: NOT raised, the procedure Begin gives it by its own rule');
  }
  await query(`update callback_receiver set last_seq = last_seq + ${RESTORE_JUMP}`);
  done.push(`callbacks go on ${RESTORE_JUMP} later`);
  const restored = await note(query, done.join(', '), clock.nowMs());
  return [restoredLine(restored)];
}

/** The names are ours, the number is the database's: no value goes into these texts. */
async function raiseIdentity(query: Query, table: string): Promise<string> {
  const [row] = (await query(
    `select convert(nvarchar(20), ident_current(N'${table}')) as number`,
  )) as { number: string | null }[];
  // Null: there is none, or we may not see it. From 0 it might go on where numbers were told.
  const last = Number(row?.number ?? NaN);
  if (!Number.isSafeInteger(last)) throw new Error(`no identity of ${table}`);
  const behind = last + RESTORE_JUMP;
  await query(`dbcc checkident (N'${table}', reseed, ${behind})`);
  return `${table} goes on behind ${behind}`;
}

async function note(query: Query, detail: string, nowMs: number) {
  const [row] = (await query(
    'select convert(nvarchar(20), max(at_ms)) as at_ms from receipt_event',
  )) as { at_ms: string | null }[];
  const fromMs = row?.at_ms ? Number(row.at_ms) : null;
  await query(`insert into books_restored (noticed_at_ms, cause, from_ms, to_ms, detail)
    values (${nowMs}, N'command', ${fromMs ?? 'null'}, ${nowMs}, N'${detail}')`);
  const noted = { noticedAtMs: nowMs, cause: 'command', fromMs, toMs: nowMs, detail } as const;
  const alarm = restoredAlarm(noted);
  await query(`insert into alarm (receipt_row_id, subject, kind, detail, raised_at_ms, open_mark)
    select 0, N'${alarm.subject}', N'${alarm.kind}', N'${alarm.detail}', ${nowMs}, 0
    where not exists (select 1 from alarm where subject = N'${alarm.subject}'
    and kind = N'${alarm.kind}' and open_mark = 0)`);
  return noted;
}
