import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryRunner } from 'typeorm';
import { BEGIN, END } from './contract';
import { runBatch } from '../mssql-data-source';

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
  const text = readFileSync(join(__dirname, file), 'utf8');
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
  const tables = [...readBatches(TABLES_SCRIPT), ...readBatches(HELD_SCRIPT)];
  // Only what makes it: there is none to drop, and what tells whose it is not every engine knows.
  const procedures = missing.map((file) => readBatches(file).at(-1) ?? '');
  for (const batch of [...tables, ...procedures]) await runBatch(runner, batch);
}

async function exists(runner: QueryRunner, name: string): Promise<boolean> {
  const rows = (await runner.query(`select object_id(N'${name}') as id`)) as { id: unknown }[];
  return rows[0]?.id !== null && rows[0]?.id !== undefined;
}
