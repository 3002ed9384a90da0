import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { chinaTime } from '../../src/domain/china-time';
import { MOST_UPLOAD_BYTES } from '../../src/console/session/upload';
import { ConsoleClient } from '../access/console-client';
import { apiKeys, testKey } from '../access/keys';
import type { BooksInspect } from '../database/books-inspect';
import { startTestSimulator, TestClient } from '../simulator/support';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TODAY = Date.parse(`${chinaTime(Date.now()).slice(0, 10)}T00:00:00+08:00`);
const PAID_AT = Math.min(TODAY - 11 * MINUTE, Math.max(TODAY - 12 * HOUR, Date.now() - 23 * HOUR));
const DATE = chinaTime(TODAY - 1).slice(0, 10);
const HOUSE = '/console/reconciliation';

const BOSS = testKey('boss', 'operator');
const EYES = testKey('eyes', 'viewer');
const PART = testKey('part', 'operator', '2');

const folder = tempFolder();
let client: TestClient;
let stop: () => Promise<void>;
let service: TestService;
let inspect: BooksInspect;
let boss: ConsoleClient;
let bill: Blob;

beforeAll(async () => {
  ({ client, stop } = await startTestSimulator({ feeRate: 60 }));
  const account = parseEnv(readFileSync(join(client.dataDir, 'client.env'), 'utf8'));
  const keys = { API_KEYS: apiKeys([BOSS, EYES, PART]), TMPDIR: folder.path };
  const grace = { SHUTDOWN_GRACE_MS: '1000' };
  service = await TestService.start({ ...account, ...keys, ...grace });
  inspect = service.inspect();
  boss = await signedIn(BOSS.secret);
  await simTime(PAID_AT);
  for (const type of ['2', '2', '5'] as const) {
    const ask = anAsk(type);
    const { tag } = await post('ScanCode', ask);
    const secret = String(tag?.['codeurl']).split('/').at(-1) ?? '';
    for (const step of ['scan', 'pay']) await client.control('POST', `/sim/qr/${secret}/${step}`);
    await post('Query', { ...ask, autoid: tag?.['autoid'] });
  }
  await simTime(TODAY + 10 * HOUR);
  const ask = { bill_type: 'trade', bill_date: DATE };
  const { node } = await client.call('alipay.data.dataservice.bill.downloadurl.query', ask);
  bill = await (await fetch(String(node['bill_download_url']))).blob();
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
  await stop?.();
  folder.remove();
});

function post(operation: string, body: object) {
  const path = `/api/3Pay/AliPay/${operation}`;
  const key = { 'X-Api-Key': BOSS.secret };
  return service.send(path, JSON.stringify(body), 'application/json', key);
}

function simTime(atMs: number) {
  return client.control('POST', '/sim/clock', { offsetMs: Math.round(atMs - Date.now()) });
}

async function signedIn(secret: string): Promise<ConsoleClient> {
  const one = new ConsoleClient(service.url);
  expect((await one.signIn(secret, '/console')).status).toBe(303);
  return one;
}

function acts(kind: string): string[] {
  type Row = { actor: string; subject: string };
  return inspect
    .rows<Row>('select actor, subject from act where kind = ? order by id', kind)
    .map(({ actor, subject }) => `${actor} ${subject}`);
}

function leftOver(): string[] {
  return readdirSync(folder.path).filter((name) => name.startsWith('3pay-upload-'));
}

/** The fields of the page that takes a file. */
function fileForm(who = boss, date = DATE): Promise<Record<string, string>> {
  return who.fields(`${HOUSE}/file?date=${date}`, `${HOUSE}/take`);
}

function sent(fields: Record<string, string>, file: Blob | null): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== null) form.append('file', file, 'bill.zip');
  return form;
}

describe('a day', () => {
  it('is asked for once more, and compared on the account of the key', async () => {
    const before = await boss.get(`${HOUSE}?date=${DATE}`);
    expect(before.text).toContain('尚未比较');
    const form = await boss.fields(`${HOUSE}/again?date=${DATE}`, `${HOUSE}/compare`);
    expect(form['date']).toBe(DATE);
    const send = () => boss.post(`${HOUSE}/compare`, form);
    const places = (await Promise.all([send(), send()])).map(({ headers }) =>
      headers.get('location'),
    );
    expect(places).toEqual(Array(2).fill(`${HOUSE}?date=${DATE}&done=compared`));
    expect(acts('takeDay')).toEqual([`boss day ${DATE}`]);
    const { text } = await boss.get(`${HOUSE}?date=${DATE}&done=compared`);
    expect(text).toContain('已比较，结果如下');
    expect(text).toContain('没有差异');
  });

  it.each(['', '2026-13-01', chinaTime(TODAY).slice(0, 10), "'; drop table act"])(
    '%j is none that can be compared',
    async (date) => {
      const form = await boss.fields(`${HOUSE}/again?date=${DATE}`, `${HOUSE}/compare`);
      for (const path of ['again', 'file']) {
        const asked = await boss.get(`${HOUSE}/${path}?date=${encodeURIComponent(date)}`);
        expect(asked.status).toBe(400);
      }
      expect((await boss.post(`${HOUSE}/compare`, { ...form, date })).status).toBe(400);
      const body = sent({ ...(await fileForm()), date }, bill);
      expect((await boss.postFile(`${HOUSE}/take`, body)).status).toBe(400);
    },
  );
});

describe('a bill taken by hand', () => {
  it('is compared, once for its form, and is kept nowhere', async () => {
    const form = await fileForm();
    const send = () => boss.postFile(`${HOUSE}/take`, sent(form, bill));
    const [one, two] = await Promise.all([send(), send()]);
    const place = `${HOUSE}?date=${DATE}&done=compared`;
    expect([one, two].map(({ headers }) => headers.get('location'))).toEqual([place, place]);
    expect(acts('takeFile')).toEqual([`boss day ${DATE}`]);
    expect((await boss.get(place)).text).toContain('没有差异');
    expect(leftOver()).toEqual([]);
  });

  it('that is not the bill of the day is refused as a whole, and says why', async () => {
    const text = new Blob(['no zip']);
    const answer = await boss.postFile(`${HOUSE}/take`, sent(await fileForm(), text));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('notZip');
    const older = chinaTime(TODAY - 25 * HOUR).slice(0, 10);
    const wrong = await boss.postFile(`${HOUSE}/take`, sent(await fileForm(boss, older), bill));
    expect([wrong.status, wrong.text.includes('wrongDay')]).toEqual([409, true]);
    expect(leftOver()).toEqual([]);
  });

  it.each<[string, number, (form: Record<string, string>) => FormData]>([
    ['without a file', 400, (form) => sent(form, null)],
    ['with two', 400, (form) => twice(form)],
    ['with its fields behind the file', 403, (form) => fileFirst(form)],
    ['of a forged page', 403, (form) => sent({ ...form, mark: 'x' }, bill)],
    ['without a number', 400, (form) => sent({ ...form, act: '' }, bill)],
    ['with a field without end', 400, (form) => sent({ ...form, date: 'x'.repeat(2_000) }, bill)],
  ])('%s is refused with %i', async (_what, status, body) => {
    const before = acts('takeFile');
    expect((await boss.postFile(`${HOUSE}/take`, body(await fileForm()))).status).toBe(status);
    expect([acts('takeFile'), leftOver()]).toEqual([before, []]);
  });

  function twice(form: Record<string, string>): FormData {
    const body = sent(form, bill);
    body.append('file', bill, 'again.zip');
    return body;
  }

  function fileFirst(form: Record<string, string>): FormData {
    const body = new FormData();
    body.append('file', bill, 'bill.zip');
    for (const [name, value] of Object.entries(form)) body.append(name, value);
    return body;
  }

  it('from elsewhere, or of another kind, is refused', async () => {
    const before = acts('takeFile');
    const form = await fileForm();
    const foreign = { 'Sec-Fetch-Site': 'cross-site' };
    const crossed = await boss.postFile(`${HOUSE}/take`, sent(form, bill), foreign);
    expect(crossed.status).toBe(403);
    expect((await boss.post(`${HOUSE}/take`, form)).status).toBe(400);
    const other = await signedIn(BOSS.secret);
    expect((await other.postFile(`${HOUSE}/take`, sent(form, bill))).status).toBe(403);
    const stranger = new ConsoleClient(service.url);
    const asked = await stranger.postFile(`${HOUSE}/take`, sent(form, bill));
    expect([asked.status, asked.headers.get('location')]).toEqual([
      303,
      '/console/sign-in?next=%2Fconsole',
    ]);
    expect([acts('takeFile'), leftOver()]).toEqual([before, []]);
  });

  it('of more than 64 MB is refused before it is read', async () => {
    const form = sent(await fileForm(), new Blob([Buffer.alloc(MOST_UPLOAD_BYTES)]));
    expect((await boss.postFile(`${HOUSE}/take`, form)).status).toBe(413);
    expect(leftOver()).toEqual([]);
  });
});

describe('a statement', () => {
  const range = `from=${DATE}&until=${DATE}`;

  it('sums up the days by system, with fees once they are compared', async () => {
    await boss.get('/console/look?lang=en');
    const { text } = await boss.get(`${HOUSE}/statement?${range}`);
    expect(text).toContain('¥266.64');
    expect(text).toContain('equal to Alipay&#39;s bill');
    const none = await boss.get(`${HOUSE}/statement?from=2020-01-01&until=2020-03-01`);
    expect([none.status, none.text.includes('not compared')]).toEqual([200, true]);
    await boss.get('/console/look?lang=zh');
  });

  it.each(['', 'from=x', 'from=2026-02-01&until=2026-01-01', 'from=2026-01-01&until=2026-12-31'])(
    '%j is of no days',
    async (asked) => {
      expect((await boss.get(`${HOUSE}/statement?${asked}`)).status).toBe(400);
      expect((await boss.get(`${HOUSE}/statement-file?${asked}`)).status).toBe(400);
    },
  );

  it('is a table as the command writes it, in the language of the page', async () => {
    const { headers, text } = await boss.get(`${HOUSE}/statement-file?${range}&of=sums`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toContain(`filename="statement-${DATE}.csv"`);
    const lines = text.split('\r\n');
    expect(lines[0]).toBe('\ufeff日期,系统,支付笔数,支付金额,退款笔数,退款金额,净额,服务费,扣费后');
    expect(lines[8]).toBe(`${DATE},合计,3,266.64,0,0.00,266.64,1.59,265.05`);
    await boss.get('/console/look?lang=en');
    const rows = await boss.get(`${HOUSE}/statement-file?${range}&of=rows`);
    expect(rows.text.split('\r\n')).toHaveLength(5);
    expect(rows.text).toContain('time,system,kind,amount');
    await boss.get('/console/look?lang=zh');
  });
});

describe('the receipts that are found', () => {
  it.each(['', 'system=2', 'q=88.88', 'q=88.88&state=paid', `from=${DATE}`, 'q=nobody'])(
    'are a file with the same lines: %j',
    async (asked) => {
      const { text: page } = await boss.get(`/console/receipts?${asked}`);
      const found = [...page.matchAll(/href="\/console\/receipts\/(\d+)"/g)].map(([, id]) => id);
      const { text, headers } = await boss.get(`/console/receipts/export?${asked}`);
      expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
      const lines = text.split('\r\n').slice(1, -1);
      expect(lines.map((line) => line.split(',')[0])).toEqual(found);
    },
  );

  it('have heads in the language of the page, and no other systems', async () => {
    const part = await signedIn(PART.secret);
    await part.get('/console/look?lang=en');
    const { text } = await part.get('/console/receipts/export?q=88.88');
    expect(text).toMatch(/^\ufeffnumber,system,bill/);
    expect(text.split('\r\n')).toHaveLength(4);
    expect(text).not.toContain('equipment');
    expect((await boss.get('/console/receipts/export')).text).toMatch(/^\ufeff收款编号,系统/);
  });
});

describe('who may', () => {
  it('a key of one system sees and does none of the whole house', async () => {
    const part = await signedIn(PART.secret);
    for (const page of ['', '/statement', '/statement-file', '/again', '/file']) {
      expect((await part.get(`${HOUSE}${page}?date=${DATE}&from=${DATE}`)).status).toBe(403);
    }
    const mark = (await part.fields('/console', '/console/sign-out'))['mark'] ?? '';
    const form = { mark, act: 'a'.repeat(32), date: DATE };
    expect((await part.post(`${HOUSE}/compare`, form)).status).toBe(403);
    expect((await part.postFile(`${HOUSE}/take`, sent(form, bill))).status).toBe(403);
  });

  it('a viewer reads statements and compares nothing', async () => {
    const eyes = await signedIn(EYES.secret);
    expect((await eyes.get(`${HOUSE}/statement?from=${DATE}`)).status).toBe(200);
    expect((await eyes.get(`${HOUSE}?date=${DATE}`)).text).not.toContain('/again');
    const mark = (await eyes.fields('/console', '/console/sign-out'))['mark'] ?? '';
    const form = { mark, act: 'b'.repeat(32), date: DATE };
    const before = [acts('takeDay'), acts('takeFile')];
    expect((await eyes.post(`${HOUSE}/compare`, form)).status).toBe(403);
    expect((await eyes.postFile(`${HOUSE}/take`, sent(form, bill))).status).toBe(403);
    expect([acts('takeDay'), acts('takeFile')]).toEqual(before);
  });
});

describe('a day that differs', () => {
  it('is told in both languages', async () => {
    const [{ out_trade_no: number } = { out_trade_no: '' }] = inspect.rows<{
      out_trade_no: string;
    }>('select out_trade_no from receipt order by id');
    await client.control('POST', `/sim/bills/${DATE}`, { plant: 'dropRow', outTradeNo: number });
    const form = await boss.fields(`${HOUSE}/again?date=${DATE}`, `${HOUSE}/compare`);
    await boss.post(`${HOUSE}/compare`, form);
    expect((await boss.get(`${HOUSE}?date=${DATE}`)).text).toContain('仅账本有此付款');
    await boss.get('/console/look?lang=en');
    expect((await boss.get(`${HOUSE}?date=${DATE}`)).text).toContain('paid by the books alone');
    await boss.get('/console/look?lang=zh');
    await client.control('DELETE', `/sim/bills/${DATE}`);
  });
});

describe('a day under way', () => {
  const under = `/proc/${'PID'}/task/${'PID'}/children`;
  const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

  /** The process that compares a day for the service. */
  async function ofTheDay(): Promise<number> {
    for (;;) {
      const children = readFileSync(under.replaceAll('PID', String(service.pid)), 'utf8');
      const pids = children.trim().split(' ').map(Number);
      const found = pids.find((pid) => pid > 0 && commandOf(pid).includes('reconcile-main'));
      if (found !== undefined) return found;
      await wait(20);
    }
  }

  async function ended(pid: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 20) {
      try {
        process.kill(pid, 0);
      } catch {
        return true;
      }
      await wait(20);
    }
    return false;
  }

  /** Alipay keeps us waiting for the bill. */
  async function begun(
    date: string,
  ): Promise<[pid: number, answer: Promise<{ status: number } | null>]> {
    const method = 'alipay.data.dataservice.bill.downloadurl.query';
    await client.control('POST', '/sim/faults', { method, fault: 'delay', delayMs: 20_000 });
    const form = await boss.fields(`${HOUSE}/again?date=${date}`, `${HOUSE}/compare`);
    // The service may end before it answers.
    const answer = boss.post(`${HOUSE}/compare`, form).catch(() => null);
    return [await ofTheDay(), answer];
  }

  it('has a process of its own, of the lowest priority, whose death harms nobody', async () => {
    const [pid, answer] = await begun(DATE);
    while (getPriority(pid) !== constants.priority.PRIORITY_LOW) await wait(20);
    process.kill(pid, 'SIGKILL');
    expect((await answer)?.status).toBe(500);
    while (!service.log.includes('its process ended with SIGKILL')) await wait(20);
    expect((await boss.get(HOUSE)).status).toBe(200);
  });

  // The hold on a day outlives its process by minutes: each has one of its own.
  it.each([
    ['SIGTERM', chinaTime(TODAY - 2 * DAY).slice(0, 10)],
    ['SIGKILL', chinaTime(TODAY - 3 * DAY).slice(0, 10)],
  ] as const)('ends with the service: %s', async (signal, date) => {
    const [pid] = await begun(date);
    await service.kill(signal);
    expect(await ended(pid)).toBe(true);
    await service.restart();
    boss = await signedIn(BOSS.secret);
  });
});
