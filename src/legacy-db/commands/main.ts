import 'reflect-metadata';
import type { CallbackConfig } from '../../config/callback-config';
import type { DatabaseConfig } from '../../config/database-config';
import { readConfig } from '../../config/config';
import { readEnvironment, readTextFile } from '../../config/reading/environment';
import { systemClock, systemRandomness } from '../../config/system-clock';
import { callbacksCommand } from './callbacks/callbacks';
import { COMMANDS } from './commands';
import type { Verdict } from './commands';
import { refundsCommand } from './refunds/refunds';
import { restoreCommand } from './restore/restore';
import { storedBooks } from './check/stored-books';

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
  if (word === 'refunds') return refundsCommand(more, { database, clock, randomness });
  const others = ['restore', 'callbacks', 'refunds'];
  throw new Error(`say one of: ${[...Object.keys(COMMANDS), ...others].join(', ')}`);
}

/** `node main.js WORD`, the words of `run`, on the database the service would use. */
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
