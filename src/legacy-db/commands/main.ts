import 'reflect-metadata';
import { readConfig } from '../../config/config';
import { readEnvironment, readTextFile } from '../../config/environment';
import { COMMANDS } from './commands';
import { storedBooks } from './stored-books';

/** `node main.js check|migrate|status`, on the database the service would use. */
async function main(): Promise<void> {
  const [, , word = ''] = process.argv;
  const command = COMMANDS[word];
  if (!command) throw new Error(`say one of: ${Object.keys(COMMANDS).join(', ')}`);
  const { database } = readConfig(readEnvironment(), readTextFile);
  const { exitCode, lines } = await command(storedBooks(database));
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
