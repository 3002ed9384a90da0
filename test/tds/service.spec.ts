import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { SqliteInspect } from '../database/sqlite-books';
import { TestService } from '../support/process/service';
import { tempFolder } from '../support/temp-folder';
import { anAsk, getCode, payAtSimulator, query, saying } from '../support/process/till';
import { SqliteBackend } from './sqlite-backend';
import { TdsServer } from './tds-server';

jest.setTimeout(90_000);

describe('the service on SQL Server', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'server.sqlite');
  let backend: SqliteBackend;
  let server: TdsServer;
  let service: TestService;
  let inspect: SqliteInspect;

  beforeAll(async () => {
    backend = await SqliteBackend.over(file);
    inspect = new SqliteInspect(file);
    server = await TdsServer.start(backend);
    await server.down();
    const DATABASE_URL = server.url('&requestTimeoutMs=1000&connectTimeoutMs=1000&poolMax=6');
    service = await TestService.start({ DATABASE_URL });
  });
  afterAll(async () => {
    await service?.stop();
    await server?.down();
    inspect?.close();
    backend?.close();
    folder.remove();
  });

  const precreates = async (): Promise<number> =>
    (await service.sim.calls({ method: 'precreate' })).length;

  it('starts without its database, says so, and recovers by itself', async () => {
    const down = await service.post('ScanCode', anAsk('1'));
    expect([down.status, down.errcode, down.tag]).toEqual([200, 50300, null]);
    const xml = await fetch(`${service.url}/api/3Pay/AliPay/ScanCode`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/xml' },
      body: JSON.stringify(anAsk('1')),
    });
    expect(await xml.text()).toMatch(/<errcode>50300<\/errcode>/);
    expect(await precreates()).toBe(0);
    await server.up();
    let said = NaN;
    for (let tries = 0; tries < 100 && said !== 0; tries += 1) {
      await wait(200);
      said = (await service.post('ScanCode', anAsk('1'))).errcode;
    }
    expect(said).toBe(0);
    expect(service.log).not.toContain('user:secret');
  });

  it('calls Alipay only after Begin: a Begin that fails makes no call', async () => {
    const before = await precreates();
    server.plan(/_Begin$/, { kind: 'error', number: 2812 });
    server.plan(/_Begin$/, { kind: 'error', number: 1205 }, 4);
    for (const ask of [anAsk('1'), anAsk('7')]) {
      const answer = await service.post('ScanCode', ask);
      expect([answer.errcode, answer.tag]).toEqual([50300, null]);
      expect(inspect.rows('select 1 from bill where bill_key = ?', ask.billnum)).toEqual([]);
    }
    expect(await precreates()).toBe(before);
  });

  it('says SUCCESS after End is committed: until then it is undecided', async () => {
    const code = await getCode(service, anAsk('7'));
    await payAtSimulator(service, code);
    server.plan(/_End$/, { kind: 'error', number: 1222 }, 4);
    expect(saying(await query(service, code))).toBe('1');
    server.plan(/_End$/, { kind: 'cut', effect: true });
    server.plan('commit', { kind: 'cut', effect: true });
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
    expect(
      inspect.rows('select 1 from receipt_stored_value where result is not null'),
    ).toHaveLength(1);
  });

  it('is not ready while no unit gets through, though it can be read', async () => {
    const ready = async (): Promise<number> => (await fetch(`${service.url}/health/ready`)).status;
    expect(await ready()).toBe(200);
    // The log of the database is full.
    server.plan(/insert/i, { kind: 'error', number: 9002 }, 1_000);
    for (let unit = 0; unit < 3; unit += 1) {
      expect((await service.post('ScanCode', anAsk('2'))).errcode).toBe(50300);
    }
    await wait(1_100);
    expect(await ready()).toBe(503);
    const nobody = { billnum: 'NOBODY', autoid: '1', billtype: '2', paytype: '98' };
    expect((await service.post('Query', nobody)).errcode).toBe(40401);
    server.heal();
    await wait(1_100);
    expect(await ready()).toBe(200);
  });

  it('outlives its database: an error meanwhile, the truth afterwards', async () => {
    const code = await getCode(service, anAsk('2'));
    await payAtSimulator(service, code);
    await server.down();
    expect((await query(service, code)).errcode).toBe(50300);
    await server.up();
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    expect(server.problems).toEqual([]);
  });

  it('writes nothing into books of a newer version, and does not start on them', async () => {
    const code = await getCode(service, anAsk('2'));
    await payAtSimulator(service, code);
    const before = inspect.counts();
    const newer = openHandle(file);
    newer.exec("insert into migrations (timestamp, name) values (9, 'New9')");
    newer.close();
    expect((await query(service, code)).errcode).toBe(1); // Paid, and not to be saved.
    expect((await service.post('ScanCode', anAsk('3'))).errcode).toBe(50300);
    expect(inspect.counts()).toEqual(before);
    const other = TestService.start({ DATABASE_URL: server.url() });
    await expect(other).rejects.toThrow(/newer version \(New9\): run that version/);
  });
});
