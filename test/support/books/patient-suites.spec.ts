import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import './patient-suites.js';

// As jest.shared.js does where TEST_MSSQL_URL names a server.
jest.setTimeout(100);

describe('suites on an SQL Server', () => {
  let waited = false;
  beforeAll(async () => {
    await pause(300);
    waited = true;
  });

  it('wait longer than a spec says', async () => {
    await pause(300);
    expect(waited).toBe(true);
  });

  it('are made so by a file that is there', () => {
    const before = process.env['TEST_MSSQL_URL'];
    process.env['TEST_MSSQL_URL'] = 'mssql://somewhere';
    jest.isolateModules(() => {
      const shared = jest.requireActual<{ setupFiles: string[] }>('../../jest.shared.js');
      expect(shared.setupFiles.map((file) => [file, existsSync(file)])).toEqual([
        [expect.stringContaining('patient-suites'), true],
      ]);
    });
    if (before === undefined) delete process.env['TEST_MSSQL_URL'];
    else process.env['TEST_MSSQL_URL'] = before;
  });
});
