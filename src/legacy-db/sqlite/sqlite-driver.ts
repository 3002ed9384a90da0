import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';

const load = createRequire(__filename);

/** better-sqlite3 13 is built for this version of Node-API. With less it ends the process. */
const NODE_API = 10;

/** What to do where npm has left a driver out. */
const HELP: Readonly<Record<string, string>> = {
  'better-sqlite3': 'run npm ci with the optional dependencies',
  'better-sqlite3-node20':
    'run npm ci where a C++ toolchain and python3 are, or take Node 22.14 or later',
};

/**
 * The package that holds SQLite's driver for a Node. 12 is for Node 20 and for 22 before 22.14; it
 * ends the process on 24.19 and later. 13 brings its binary along and needs no compiler.
 * @param nodeApi `process.versions.napi` of that Node
 */
export function driverName(nodeApi: string | undefined): string {
  return Number(nodeApi) >= NODE_API ? 'better-sqlite3' : 'better-sqlite3-node20';
}

/**
 * SQLite's driver for the Node that runs. No other file loads a driver by its name.
 * @throws Error when npm has left it out; npm does so without a word where it cannot compile it
 */
export function sqliteDriver(): typeof BetterSqlite3 {
  const name = driverName(process.versions['napi']);
  try {
    return load(name) as typeof BetterSqlite3;
  } catch (cause) {
    throw new Error(`SQLite's driver ${name} is not installed: ${HELP[name]}`, { cause });
  }
}

/** Opens a file, or `:memory:`, with the driver alone. The service's own books use TypeORM. */
export function openHandle(file: string, options?: BetterSqlite3.Options): BetterSqlite3.Database {
  return new (sqliteDriver())(file, options);
}
