import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import { anAsk, freshBill, getCode, payAtSimulator, query, saying } from '../support/process/till';

jest.setTimeout(60_000);

const MAIN = join(__dirname, '../../dist/src/legacy-db/commands/main.js');

describe('books restored from an older file, while Alipay and the tills moved on', () => {
  let service: TestService;
  let backup: string;
  /** Told of before the backup, and after it. */
  let known: GivenCode;
  let lost: GivenCode[];

  /** A payment before the backup, and two after it: of scenic tickets, and of another system. */
  beforeEach(async () => {
    service = await TestService.startOnSqlite();
    backup = `${service.database}.backup`;
    known = await paid(anAsk('1'));
    await service.kill('SIGTERM');
    copyFileSync(service.database, backup);
    await service.restart();
    lost = [await paid(anAsk('1', { billnum: freshBill('LOST') })), await paid(anAsk('2'))];
    await service.kill('SIGTERM');
  });
  afterEach(() => service.stop());

  async function paid(ask: GivenCode['ask']): Promise<GivenCode> {
    const code = await getCode(service, ask);
    await payAtSimulator(service, code);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    return code;
  }

  /** What old tills are told, before and after others ask for codes of the same bills. */
  async function expectNeverAnothersAnswer(): Promise<void> {
    const ask = async () =>
      Promise.all(lost.map(async (code) => saying(await query(service, code))));
    expect(await ask()).toEqual(['40401', '40401']);
    for (const code of lost) {
      const next = await getCode(service, { ...code.ask, paymentvalue: 1 });
      expect(next.autoid).not.toBe(code.autoid);
      expect(saying(await query(service, next))).toBe('0 NOTPAY 0');
    }
    expect(await ask()).toEqual(['40401', '40401']);
    const own = await getCode(service, { ...known.ask, paymentvalue: 1 });
    expect(own.autoid).toBe('98|0|1001');
    expect(saying(await query(service, known))).toBe('0 SUCCESS 3');
  }

  async function restoresTold(): Promise<string | undefined> {
    const response = await fetch(`${service.url}/metrics`);
    return /^threepay_books_restored (\d+)$/m.exec(await response.text())?.[1];
  }

  it('by a copy: it is noticed, and no old till gets the answer of another receipt', async () => {
    expect(lost.map(({ autoid }) => autoid)).toEqual(['98|0|1', expect.stringMatching(/^\d+$/)]);
    copyFileSync(backup, service.database);
    await service.restart();
    await expectNeverAnothersAnswer();
    expect(service.log).toContain('alarm booksRestored: the books are older than the marks');
    expect(await restoresTold()).toBe('1');
  });

  it('by npm run restore: not while the service runs, and then as safely', async () => {
    const restore = () =>
      spawnSync(process.execPath, [MAIN, 'restore', '--from', backup], {
        env: { PATH: process.env['PATH'], DATABASE_URL: service.databaseUrl },
        encoding: 'utf8',
      });
    await service.restart();
    const refused = restore();
    expect([refused.status, refused.stdout]).toEqual([1, expect.stringContaining('is in use')]);
    expect(saying(await query(service, lost[0] ?? known))).toBe('0 SUCCESS 3');
    await service.kill('SIGTERM');
    const done = restore();
    expect([done.status, done.stdout]).toEqual([0, expect.stringContaining('reconcile 20')]);
    await service.restart();
    await expectNeverAnothersAnswer();
    expect(service.log).not.toContain('booksRestored');
    expect(await restoresTold()).toBe('1');
  });
});
