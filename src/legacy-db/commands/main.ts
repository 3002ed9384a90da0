import 'reflect-metadata';
import { once } from 'node:events';
import type { Config } from '../../config/config';
import { readConfig } from '../../config/config';
import { readEnvironment, readTextFile } from '../../config/reading/environment';
import { systemClock, systemRandomness } from '../../config/system-clock';
import { alarmsCommand } from './alarms/alarms';
import { backupCommand } from './backup/backup';
import { callbacksCommand } from './callbacks/callbacks';
import { COMMANDS } from './commands';
import type { Verdict } from './commands';
import { keysCommand } from './keys/keys';
import { refundsCommand } from './refunds/refunds';
import { restoreCommand } from './restore/restore';
import { statementCommand } from './statement/statement';
import { storedBooks } from './check/stored-books';
import { holdProbe } from './check/try-holds';
import { verifyCommand } from './verify/verify';

function run(word: string, more: readonly string[], config: Config): Promise<Verdict> {
  const { database, callbacks: receivers, access } = config;
  const books = { database, clock: systemClock, randomness: systemRandomness };
  const command = COMMANDS[word];
  if (command) return command(storedBooks(database, holdProbe(books)), more);
  if (word === 'backup') return backupCommand(more, database);
  if (word === 'verify') {
    return verifyCommand(more, { database, receivers, clock: systemClock, say });
  }
  if (word === 'restore') return restoreCommand(more, database, systemClock);
  if (word === 'callbacks') return callbacksCommand(more, { ...books, receivers });
  if (word === 'key') return keysCommand(more, { ...books, access });
  if (word === 'alarms') return alarmsCommand(more, books);
  if (word === 'statement') return statementCommand(more, books);
  if (word === 'refunds') return refundsCommand(more, books);
  const known = [
    ...Object.keys(COMMANDS),
    'backup',
    'verify',
    'restore',
    'callbacks',
    'key',
    'refunds',
    'alarms',
    'statement',
  ];
  throw new Error(`say one of: ${known.join(', ')}`);
}

/** A line at once; waits for whoever reads slowly, so that lines do not gather here. */
async function say(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** `node main.js WORD`, the words of `run`, on the service's own database. */
async function main(): Promise<void> {
  const [, , word = '', ...more] = process.argv;
  const { exitCode, lines } = await run(word, more, readConfig(readEnvironment(), readTextFile));
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
