import 'reflect-metadata';
import { readConfig } from '../../config/config';
import { readEnvironment, readTextFile } from '../../config/reading/environment';
import { systemClock } from '../../config/system-clock';
import { COMMANDS } from './commands';
import { restoreCommand } from './restore/restore';
import { storedBooks } from './check/stored-books';

/** `node main.js check|migrate|status|restore`, on the database the service would use. */
async function main(): Promise<void> {
  const [, , word = '', ...more] = process.argv;
  const command = COMMANDS[word];
  if (!command && word !== 'restore') {
    throw new Error(`say one of: ${[...Object.keys(COMMANDS), 'restore'].join(', ')}`);
  }
  const { database } = readConfig(readEnvironment(), readTextFile);
  const { exitCode, lines } = command
    ? await command(storedBooks(database), more)
    : await restoreCommand(more, database, systemClock);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
