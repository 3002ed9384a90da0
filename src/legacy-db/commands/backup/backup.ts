import { parseArgs } from 'node:util';
import type { DatabaseConfig } from '../../../config/database-config';
import { Refusal } from '../../refusal';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { backupSqlite } from './backup-sqlite';

const USAGE = 'npm run backup -- --to FILE';
const NOT_OURS =
  'SQL Server is backed up by its administrator (BACKUP DATABASE), not by this command';

/** `backup --to FILE`: the books of SQLite into a file of their own, while the service runs. */
export async function backupCommand(
  words: readonly string[],
  config: DatabaseConfig,
): Promise<Verdict> {
  try {
    if (config.kind === 'mssql') throw new Refusal(NOT_OURS);
    return { exitCode: 0, lines: await backupSqlite({ from: config.file, to: targetOf(words) }) };
  } catch (error) {
    if (error instanceof Refusal) return { exitCode: 1, lines: [`no backup: ${error.message}`] };
    return { exitCode: 2, lines: [`no backup: ${reasonOf(error)}`] };
  }
}

function targetOf(words: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...words], options: { to: { type: 'string' } } });
    if (values.to) return values.to;
  } catch {
    // Words that are none of ours.
  }
  throw new Refusal(USAGE);
}
