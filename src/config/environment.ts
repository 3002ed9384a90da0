import { existsSync, readFileSync } from 'node:fs';
import { ConfigError } from './config-error';
import type { Env } from './env-reader';

/**
 * The variables of this process, those of `file` added where it exists; a variable that is already
 * set wins, an empty one too. The only place that reads the environment. @throws ConfigError
 */
export function readEnvironment(file = '.env'): Env {
  if (existsSync(file)) {
    try {
      process.loadEnvFile(file);
    } catch {
      throw new ConfigError([`${file}: cannot be read`]);
    }
  }
  return { ...process.env };
}

/** The text of a file, for `readConfig`. Throws when it cannot be read. */
export function readTextFile(path: string): string {
  return readFileSync(path, 'utf8');
}
