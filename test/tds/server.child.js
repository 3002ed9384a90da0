/**
 * The stub of an SQL Server as a process of its own, for what TEST_MSSQL_URL points at. Prints its
 * address, and ends with its standard input. Of use for trying the tests themselves:
 * `node test/tds/server.child.js`.
 */
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');
const { transform } = require('../jest.shared.js');

// The sources as jest reads them.
const [[, options]] = Object.values(transform);
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
  module._compile(code, filename);
};
const { ManyDatabases } = require('./many-databases.ts');
const { TdsServer } = require('./tds-server.ts');

async function main() {
  const folder = mkdtempSync(join(tmpdir(), '3pay-'));
  const server = await TdsServer.start(new ManyDatabases(folder));
  process.stdout.write(`${server.url()}\n`);
  process.stdin.resume();
  process.stdin.once('end', async () => {
    for (const problem of server.problems) process.stderr.write(`${problem}\n`);
    await server.down();
    rmSync(folder, { recursive: true, force: true });
    process.exit(server.problems.length === 0 ? 0 : 1);
  });
}

void main();
