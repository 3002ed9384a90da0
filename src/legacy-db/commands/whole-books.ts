import type BetterSqlite3 from 'better-sqlite3';
import { KNOWN_MIGRATIONS } from '../data-source';
import { Refusal } from '../refusal';

/** @throws Refusal when pages of the file are not as SQLite left them */
export function refuseDamaged(handle: BetterSqlite3.Database, shown: string): void {
  const verdict: unknown = handle.pragma('integrity_check', { simple: true });
  if (verdict === 'ok') return;
  throw new Refusal(`${shown} is damaged: ${String(verdict).replace(/\n/g, '; ')}`);
}

/** @throws Refusal when the file holds no books, or such as this version cannot read */
export function refuseStrange(handle: BetterSqlite3.Database, shown: string): void {
  const names = handle.prepare("select name from sqlite_master where type = 'table'").pluck().all();
  if (!names.includes('migrations') || !names.includes('receipt')) {
    throw new Refusal(`${shown} holds no books`);
  }
  const known: readonly string[] = KNOWN_MIGRATIONS;
  const applied = handle.prepare('select name from migrations').pluck().all() as string[];
  if (applied.some((name) => !known.includes(name))) {
    throw new Refusal(`${shown} belongs to a newer version of this program`);
  }
}
