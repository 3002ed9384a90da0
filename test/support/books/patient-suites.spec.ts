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
});
