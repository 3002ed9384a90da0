import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error';
import type { Env } from './env-reader';

/**
 * The variables of this process, those of `file` added to them where it exists, so that child
 * processes have them too. A variable that is already set wins, an empty one as well. The only
 * place that reads the environment. @throws ConfigError
 */
export function readEnvironment(file = '.env'): Env {
  for (const [name, value] of Object.entries(readEnvFile(file))) {
    process.env[name] ??= value;
  }
  return { ...process.env };
}

/** The text of a file, for `readConfig`. Throws when it cannot be read. */
export function readTextFile(path: string): string {
  return readFileSync(path, 'utf8');
}

function readEnvFile(file: string): Env {
  if (!existsSync(file)) return {};
  try {
    return parseEnv(readTextFile(file));
  } catch {
    throw new ConfigError([`${file}: cannot be read`]);
  }
}
