import 'reflect-metadata';
import type { CallbackConfig } from '../../config/callback-config';
import type { DatabaseConfig } from '../../config/database-config';
import { readConfig } from '../../config/config';
import { readEnvironment, readTextFile } from '../../config/reading/environment';
import { systemClock, systemRandomness } from '../../config/system-clock';
import { alarmsCommand } from './alarms/alarms';
import { callbacksCommand } from './callbacks/callbacks';
import { COMMANDS } from './commands';
import type { Verdict } from './commands';
import { restoreCommand } from './restore/restore';
import { statementCommand } from './statement/statement';
import { storedBooks } from './check/stored-books';

const OTHERS = ['restore', 'callbacks', 'alarms', 'statement'];

function run(
  word: string,
  more: readonly string[],
  database: DatabaseConfig,
  receivers: CallbackConfig,
): Promise<Verdict> {
  const command = COMMANDS[word];
  if (command) return command(storedBooks(database), more);
  const [clock, randomness] = [systemClock, systemRandomness];
  if (word === 'restore') return restoreCommand(more, database, clock);
  if (word === 'callbacks') {
    return callbacksCommand(more, { database, receivers, clock, randomness });
  }
  if (word === 'alarms') return alarmsCommand(more, { config: database, clock, randomness });
  if (word === 'statement') return statementCommand(more, { config: database, clock, randomness });
  throw new Error(`say one of: ${[...Object.keys(COMMANDS), ...OTHERS].join(', ')}`);
}

/** `node main.js WORD`: one of the commands, on the database the service would use. */
async function main(): Promise<void> {
  const [, , word = '', ...more] = process.argv;
  const { database, callbacks: receivers } = readConfig(readEnvironment(), readTextFile);
  const { exitCode, lines } = await run(word, more, database, receivers);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
