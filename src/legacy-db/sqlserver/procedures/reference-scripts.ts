import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Query } from '../../sql/database';
import { BEGIN, END, REFERENCE_MARK } from './contract';
import { runBatch, runBatches } from '../mssql-data-source';

/** The reference script of each procedure; run by hand it first drops its own like. */
const PROCEDURE_SCRIPTS = [
  { procedure: BEGIN.name, file: 'begin.sql' },
  { procedure: END.name, file: 'end.sql' },
];
const TABLES_SCRIPT = 'receipt-tables.sql';
/** What tables of an older version lack. */
const HELD_SCRIPT = 'held-values.sql';

/** The batches of a script: what stands between lines of `go` alone. */
export function readBatches(file: string): string[] {
  // The mark at its beginning tells sqlcmd on a Chinese Windows that it is UTF-8.
  const text = readFileSync(join(__dirname, file), 'utf8').replace(/^\uFEFF/, '');
  return text.split(/^go[ \t]*\r?$/im).filter((batch) => batch.trim() !== '');
}

/**
 * Makes the reference tables and procedures where a procedure is missing. A procedure that exists
 * is the customer's: it stays as it is, and where both exist nothing is made at all.
 */
export async function installReference(runner: QueryRunner): Promise<void> {
  const missing: string[] = [];
  for (const { procedure, file } of PROCEDURE_SCRIPTS) {
    if (!(await exists(runner, procedure))) missing.push(file);
  }
  if (missing.length === 0) return;
  const tables = tableBatches();
  // Only what makes it: there is none to drop, and what tells whose it is not every engine knows.
  const procedures = missing.map((file) => readBatches(file).at(-1) ?? '');
  for (const batch of [...tables, ...procedures]) await runBatch(runner, batch);
}

/** Makes the tables where there are none, and gives older ones what they lack. */
function tableBatches(): string[] {
  return [...readBatches(TABLES_SCRIPT), ...readBatches(HELD_SCRIPT)];
}

/** A procedure that is there. */
export interface FoundProcedure {
  /** Null: it is the customer's, or its text may not be read. */
  readonly version: number | null;
}

/** Of a procedure's text: null where it is none of ours. Those without a number are version 1. */
export function versionOf(definition: string): number | null {
  const mark = new RegExp(`${REFERENCE_MARK}(?:, version (\\d+))?\\.`).exec(definition);
  return mark ? Number(mark[1] ?? 1) : null;
}

/** The version this service brings. */
export function referenceVersion(procedure: string): number {
  const script = PROCEDURE_SCRIPTS.find((one) => one.procedure === procedure);
  return (script && versionOf(readBatches(script.file).at(-1) ?? '')) ?? 0;
}

/** What a database has of that name; null: nothing. */
export async function findProcedure(
  query: Query,
  procedure: string,
): Promise<FoundProcedure | null> {
  const id = `object_id(N'${procedure}')`;
  const [object] = (await query(`select ${id} as id`)) as { id: unknown }[];
  if (object?.id === null || object?.id === undefined) return null;
  const [row] = (await query(`select definition from sys.sql_modules where object_id = ${id}`)) as {
    definition: string | null;
  }[];
  return { version: versionOf(row?.definition ?? '') };
}

/**
 * Makes the reference procedures that are missing or of an older version, with their tables, and
 * tells it in lines. What is not surely ours stays as it is.
 */
export async function renewProcedures(source: DataSource): Promise<string[]> {
  const said: string[] = [];
  const batches: string[] = [];
  for (const { procedure, file } of PROCEDURE_SCRIPTS) {
    const found = await findProcedure((text) => source.query(text), procedure);
    const version = referenceVersion(procedure);
    if (found && found.version === null) {
      said.push(`left  ${procedure}: yours, or its text may not be read`);
    } else if (found && (found.version ?? 0) >= version) {
      said.push(`left  ${procedure}: reference, version ${found.version}`);
    } else {
      // The script drops its own like first, told by the mark.
      batches.push(...(found ? readBatches(file) : readBatches(file).slice(-1)));
      const rights = found ? '; grant execute on it again to whom it was granted' : '';
      said.push(`made  ${procedure}: reference, version ${version}${rights}`);
    }
  }
  if (batches.length > 0) await runBatches(source, [...tableBatches(), ...batches]);
  return said;
}

async function exists(runner: QueryRunner, name: string): Promise<boolean> {
  const rows = (await runner.query(`select object_id(N'${name}') as id`)) as { id: unknown }[];
  return rows[0]?.id !== null && rows[0]?.id !== undefined;
}
