import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { driverName } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(30_000);

const BUILT = join(__dirname, '../../dist/src/legacy-db/sqlite/sqlite-driver.js');

/** Opens a database in memory in a process of its own; prints its answer and what it has loaded. */
const OPEN = `
  const { openHandle } = require(process.argv[1]);
  const { answer } = openHandle(':memory:').prepare('select 6 * 7 as answer').get();
  const packages = Object.keys(require.cache).map((file) => file.split('node_modules').pop());
  const drivers = packages.filter((file) => file.includes('sqlite3')).map((file) => file.slice(1));
  console.log(JSON.stringify({ answer, drivers: drivers.map((file) => file.split(/[\\\\/]/)[0]) }));
`;

function open(driver: string): Promise<{ out: string; err: string; failed: boolean }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', OPEN, driver], (error, out, err) =>
      resolve({ out, err, failed: error !== null }),
    );
  });
}

// Node-API as `process.versions` of these releases says it.
it.each([
  ['20.19.0', '9', 'better-sqlite3-node20'],
  ['22.12.0', '9', 'better-sqlite3-node20'],
  ['22.14.0', '10', 'better-sqlite3'],
  ['24.22.3', '10', 'better-sqlite3'],
  ['26.12.1', '10', 'better-sqlite3'],
])('Node %s, with Node-API %s, is served by %s', (_node, nodeApi, name) => {
  expect(driverName(nodeApi)).toBe(name);
});

it('loads the driver of the Node that runs, and no other', async () => {
  const { out, err } = await open(BUILT);
  expect(err).toBe('');
  const { answer, drivers } = JSON.parse(out) as { answer: number; drivers: string[] };
  expect(answer).toBe(42);
  expect([...new Set(drivers)]).toEqual([driverName(process.versions['napi'])]);
});

it('says what to do where npm has left the driver out', async () => {
  const folder = tempFolder();
  try {
    const copy = join(folder.path, 'sqlite-driver.js');
    cpSync(BUILT, copy);
    const { err, failed } = await open(copy);
    expect(failed).toBe(true);
    const name = driverName(process.versions['napi']);
    expect(err).toContain(`SQLite's driver ${name} is not installed: run npm ci w`);
  } finally {
    folder.remove();
  }
});
