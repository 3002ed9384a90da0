import * as mssql from 'mssql';
import { ScriptedBackend, TdsServer } from './tds-server';

jest.setTimeout(20_000);

let backend: ScriptedBackend;
let server: TdsServer;
let pool: mssql.ConnectionPool;

beforeEach(async () => {
  backend = new ScriptedBackend();
  server = await TdsServer.start(backend);
  pool = await connect();
});
afterEach(async () => {
  await pool.close();
  await server.down();
  expect(server.problems).toEqual([]);
});

function connect(): Promise<mssql.ConnectionPool> {
  const made = new mssql.ConnectionPool({
    server: '127.0.0.1',
    port: server.port,
    user: 'user',
    password: 'se¢ret',
    database: 'books',
    pool: { max: 3, min: 0 },
    connectionTimeout: 2_000,
    requestTimeout: 300,
    options: {
      encrypt: false,
      trustServerCertificate: true,
      appName: 'stub test',
      connectionRetryInterval: 5, // The driver asks again by itself when a login fails for now.
      cancelTimeout: 200,
    },
  });
  made.on('error', () => undefined); // Connections that break while nobody uses them.
  return made.connect();
}

/** The error number of a promise that is refused; otherwise its code, or `done`. */
async function outcome(work: Promise<unknown>): Promise<number | string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    const { number, code } = error as { number?: number; code?: string };
    return number ?? code ?? String(error);
  }
}

describe('the stub, asked by the real driver', () => {
  it('lets clients in and tells who they are', () => {
    expect(server.logins[0]).toEqual({
      user: 'user',
      password: 'se¢ret',
      application: 'stub test',
      database: 'books',
    });
  });

  it('answers a batch with rows of every type it knows', async () => {
    backend.on(/^select/, {
      columns: [
        { name: 'n', type: 'int' },
        { name: 'b', type: 'bigint' },
        { name: 't', type: 'nvarchar' },
        { name: 'm', type: 'nvarchar(max)' },
      ],
      rows: [
        [-7, '9007199254740993', '款', 'x'.repeat(9000)],
        [null, null, null, null],
        [0, '0', '', ''],
      ],
    });
    const { recordset } = await pool.request().query('select everything');
    expect(recordset.map((row: object) => ({ ...row }))).toEqual([
      { n: -7, b: '9007199254740993', t: '款', m: 'x'.repeat(9000) },
      { n: null, b: null, t: null, m: null },
      { n: 0, b: '0', t: '', m: '' },
    ]);
  });

  it('reads the parameters of a statement', async () => {
    backend.on(/^update/, { affected: 3 });
    const request = pool.request();
    request.input('a', mssql.NVarChar(20), '款');
    request.input('b', mssql.NVarChar(mssql.MAX), 'x'.repeat(5000));
    request.input('c', mssql.BigInt, '9007199254740993');
    const { rowsAffected } = await request.query('update x set a = @a where b = @b and c = @c');
    expect(rowsAffected).toEqual([3]);
    const sent = server.received.at(-1)?.request;
    if (sent?.kind !== 'call') throw new Error('not a call');
    expect(sent.procedure).toBe('sp_executesql');
    expect(sent.parameters.slice(2)).toEqual([
      { name: '@a', type: 'nvarchar(20)', output: false, value: '款' },
      { name: '@b', type: 'nvarchar(max)', output: false, value: 'x'.repeat(5000) },
      { name: '@c', type: 'bigint', output: false, value: '9007199254740993' },
    ]);
  });

  it('reads the parameters of a procedure and gives outputs back', async () => {
    backend.on(/^dbo\.Do$/, {
      outputs: [
        { name: '@id', type: 'nvarchar', value: '98|0|1' },
        { name: '@code', type: 'int', value: 0 },
      ],
      returnStatus: 5,
    });
    const request = pool.request();
    request.input('bill', mssql.NVarChar(20), 'B1');
    request.input('type', mssql.NChar(1), '7');
    request.input('value', mssql.Decimal(18, 2), '99999999.99');
    request.input('none', mssql.NVarChar(64), null);
    request.input('at', mssql.DateTime2(3), new Date('2026-11-22T10:00:00.123Z'));
    request.output('id', mssql.NVarChar(36));
    request.output('code', mssql.Int);
    const { output, returnValue } = await request.execute('dbo.Do');
    expect([{ ...output }, returnValue]).toEqual([{ id: '98|0|1', code: 0 }, 5]);
    const sent = server.received.at(-1)?.request;
    if (sent?.kind !== 'call') throw new Error('not a call');
    expect(sent.procedure).toBe('dbo.Do');
    expect(sent.parameters).toEqual([
      { name: '@bill', type: 'nvarchar(20)', output: false, value: 'B1' },
      { name: '@type', type: 'nchar(1)', output: false, value: '7' },
      { name: '@value', type: 'decimal(18,2)', output: false, value: '99999999.99' },
      { name: '@none', type: 'nvarchar(64)', output: false, value: null },
      { name: '@at', type: 'datetime2(3)', output: false, value: '2026-11-22 10:00:00.123' },
      { name: '@id', type: 'nvarchar(36)', output: true, value: null },
      { name: '@code', type: 'int', output: true, value: null },
    ]);
  });

  it.each([208, 1205, 1222, 2627, 2812, 8144])('refuses by number %i', async (number) => {
    server.plan(/^dbo\.Do$/, { kind: 'error', number });
    expect(await outcome(pool.request().execute('dbo.Do'))).toBe(number);
    server.plan(/^select/, { kind: 'error', number });
    expect(await outcome(pool.request().query('select 1'))).toBe(number);
    expect(await outcome(pool.request().query('select 1'))).toBe('done');
  });

  it.each([4060, 18456, 40613])('refuses a login by number %i', async (number) => {
    server.refuseLogin = number;
    let original: unknown;
    await connect().catch((error: mssql.ConnectionError) => (original = error.originalError));
    expect(JSON.stringify(original)).toContain('ELOGIN');
    server.refuseLogin = null;
    await (await connect()).close();
  });
});

describe('transactions of the stub', () => {
  it('are begun, committed and rolled back', async () => {
    const transaction = new mssql.Transaction(pool);
    await transaction.begin();
    await new mssql.Request(transaction).query('insert a');
    await transaction.commit();
    await transaction.begin();
    await new mssql.Request(transaction).query('insert b');
    await transaction.rollback();
    expect(backend.transactions.map((each) => each.split(' ')[1])).toEqual([
      'begin',
      'commit',
      'begin',
      'rollback',
    ]);
  });

  it('end with a deadlock, and with the connection', async () => {
    const transaction = new mssql.Transaction(pool);
    await transaction.begin();
    server.plan(/^insert/, { kind: 'error', number: 1205 });
    expect(await outcome(new mssql.Request(transaction).query('insert a'))).toBe(1205);
    expect(backend.transactions.at(-1)).toMatch(/rollback/);
    const second = new mssql.Transaction(pool);
    await second.begin();
    await new mssql.Request(second).query('insert a');
    server.plan(/^insert/, { kind: 'cut', effect: true });
    expect(await outcome(new mssql.Request(second).query('insert b'))).not.toBe('done');
    expect(await outcome(second.rollback())).not.toBe('done');
    expect(backend.transactions.at(-1)).toMatch(/rollback/);
  });

  it.each([
    ['before', false],
    ['after', true],
  ])('lose the answer to their commit, cut %s it', async (_when, effect) => {
    const transaction = new mssql.Transaction(pool);
    await transaction.begin();
    server.plan('commit', { kind: 'cut', effect });
    expect(await outcome(transaction.commit())).not.toBe('done');
    const end = backend.transactions.at(-1)?.split(' ')[1];
    expect(end).toBe(effect ? 'commit' : 'rollback');
  });
});

describe('what goes wrong at the stub', () => {
  it('an answer that is too late is cancelled by the client, and the stub obeys', async () => {
    server.plan(/^select/, { kind: 'late', delayMs: 5_000, effect: false });
    const started = Date.now();
    expect(await outcome(pool.request().query('select slow'))).toBe('ETIMEOUT');
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(await outcome(pool.request().query('select quick'))).toBe('done');
  });

  it('a server that says nothing at all loses the connection', async () => {
    server.plan(/^select/, { kind: 'silent', effect: false });
    expect(await outcome(pool.request().query('select 1'))).toBe('ETIMEOUT');
    expect(await outcome(pool.request().query('select 2'))).toBe('done');
  });

  it('a late answer within the time arrives', async () => {
    server.plan(/^select/, { kind: 'late', delayMs: 50, effect: true });
    expect(await outcome(pool.request().query('select slow'))).toBe('done');
  });

  it('a server that goes down and comes up again is found on its old port', async () => {
    await server.down();
    expect(await outcome(pool.request().query('select 1'))).not.toBe('done');
    expect(server.connections).toBe(0);
    await server.up();
    expect(await outcome(pool.request().query('select 1'))).toBe('done');
  });
});
