import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import {
  anAsk,
  cancel,
  getCode,
  paidAndTold,
  query,
  receiptRow,
  saying,
} from '../support/process/till';

jest.setTimeout(60_000);

// The specs look into the books by a thread that waits: so the stub is a process of its own.
describe('a spec of the whole service, pointed at a server by TEST_MSSQL_URL', () => {
  let server: ChildProcess;
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    server = spawn(process.execPath, [join(__dirname, 'server.child.js')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(server.stdout!, 'data')) as [Buffer];
    process.env['TEST_MSSQL_URL'] = line.toString();
    service = await TestService.start();
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
    const ended = once(server, 'exit');
    server.stdin?.end();
    // No client did what no client may do.
    expect((await ended)[0]).toBe(0);
  });

  it('has its books on that server, in a database of its own', () => {
    expect(service.databaseUrl).toMatch(/^mssql:.*\/threepay_test_\w+\?/);
  });

  it('sees a payment as on SQLite: rows, money, times and history', async () => {
    const code = await paidAndTold(service, inspect, anAsk('7'));
    const row = receiptRow(inspect, code);
    expect(row).toMatchObject({ state: 'paid', paid_fen: 8_888 });
    expect(await inspect.systemRow('7', row.out_trade_no)).toMatchObject({
      result: 'S',
      paymentvalue: '88.88',
      paidat: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
      cardno: code.ask.cardno,
    });
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
    expect(await inspect.events(row.id)).toContain('pay paid');
    expect(inspect.counts()).toMatchObject({
      receipt: 1,
      receipt_stored_value: 1,
      xpos_request: 0,
    });
    expect(inspect.everything()).toContain(row.out_trade_no);
  });

  it('changes a card past the service', async () => {
    const code = await paidAndTold(service, inspect, anAsk('7'));
    await inspect.setCard(code.ask.cardno ?? '', '1.00');
    expect((await cancel(service, code)).errcode).toBe(40902);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('1.00');
  });

  it('finds its books again after a restart', async () => {
    const code = await getCode(service);
    await service.kill();
    await service.restart();
    expect(saying(await query(service, code))).toBe('0 NOTPAY 0');
  });

  it('is told what was wrong with a question', () => {
    expect(() => inspect.rows('select name from nowhere')).toThrow(/a query of the test failed/);
  });
});
