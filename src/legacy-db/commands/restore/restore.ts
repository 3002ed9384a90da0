import type { DatabaseConfig } from '../../../config/database-config';
import type { Clock } from '../../../domain/ports/clock';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { Refusal } from '../../refusal';
import { raiseOnMssql } from './restore-mssql';
import { restoreSqlite } from './restore-sqlite';

const USAGE = 'npm run restore -- --from FILE [--to DATABASE]';

/**
 * `restore --from FILE [--to DATABASE]`: books of SQLite are replaced by FILE. On SQL Server, which
 * restores by itself, it is run without FILE afterwards and makes the numbers go on elsewhere.
 */
export async function restoreCommand(
  words: readonly string[],
  config: DatabaseConfig,
  clock: Clock,
): Promise<Verdict> {
  const shown = config.kind === 'mssql' ? `SQL Server, ${config.shown}` : 'SQLite';
  try {
    return { exitCode: 0, lines: [shown, ...(await restore(words, config, clock))] };
  } catch (error) {
    if (error instanceof Refusal) {
      return { exitCode: 1, lines: [shown, `not restored: ${error.message}`] };
    }
    return { exitCode: 2, lines: [shown, `not restored: ${reasonOf(error)}`] };
  }
}

function restore(
  words: readonly string[],
  config: DatabaseConfig,
  clock: Clock,
): Promise<readonly string[]> {
  const { from, to } = optionsOf(words);
  if (config.kind === 'mssql' && to === undefined) {
    if (from !== undefined) {
      throw new Refusal('SQL Server restores by itself: do that, then run this without --from');
    }
    return raiseOnMssql(config, clock);
  }
  const target = to?.replace(/^sqlite:/, '') ?? (config.kind === 'sqlite' ? config.file : '');
  if (from === undefined || target === '') throw new Refusal(USAGE);
  return restoreSqlite({ from: from.replace(/^sqlite:/, ''), to: target }, clock);
}

function optionsOf(words: readonly string[]): { from?: string; to?: string } {
  const options: { from?: string; to?: string } = {};
  for (let at = 0; at < words.length; at += 2) {
    const value = words[at + 1];
    const name = words[at] === '--from' ? 'from' : words[at] === '--to' ? 'to' : null;
    if (name === null || value === undefined || value === '') throw new Refusal(USAGE);
    options[name] = value;
  }
  return options;
}
