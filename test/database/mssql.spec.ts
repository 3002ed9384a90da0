import { testServer } from '../support/books/mssql-server';
import { MssqlRun } from './mssql-books';
import { describeReceiptRepositories } from './receipt-repository.suite';

// Runs on a machine that names an SQL Server; the same suites run on SQLite everywhere.
const SERVER = testServer();
const onServer = SERVER ? describe : describe.skip;

onServer(SERVER ? 'TEST_MSSQL_URL' : 'TEST_MSSQL_URL is not set: not run', () => {
  const run = new MssqlRun(SERVER ?? '');
  jest.setTimeout(180_000);
  afterAll(() => run.end());

  describeReceiptRepositories('SQL Server', () => run.open());
});
