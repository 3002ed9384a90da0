import { ConsoleClient } from '../access/console-client';
import { BOSS, ConsoleHouse } from '../access/console-house';
import { apiKeys, testKey } from '../access/keys';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';
import type { Ask } from '../support/process/till';

jest.setTimeout(90_000);

const PART = testKey('part', 'operator', '2');
const EYES = testKey('eyes', 'viewer');
const POS = testKey('pos-eyes', 'viewer', '2');

let house: ConsoleHouse;
let boss: ConsoleClient;

beforeAll(async () => {
  const env = { API_KEYS: apiKeys([BOSS, PART, EYES, POS]), ALIPAY_TIMEOUT_MS: '1000' };
  house = ConsoleHouse.of(await TestService.start(env));
  boss = await house.signedIn(BOSS);
});
afterAll(() => house?.stop());
afterEach(() => house.service.sim.heal());

async function waitingReceipt(
  type: '1' | '2' = '1',
): Promise<[Ask, codeurl: string, auto: string]> {
  const ask = anAsk(type, { paymentvalue: '100.00' });
  const { autoid, codeurl } = await house.code(ask);
  return [ask, codeurl, autoid];
}

function doers(ask: Ask): string[] {
  type Event = { event: string; actor: string; cause: string };
  return house.inspect
    .rows<Event>(
      'select event, actor, cause from receipt_event where receipt_row_id = ? order by id',
      house.rowOf(ask).id,
    )
    .map(({ event, actor, cause }) => `${event} ${actor} ${cause}`);
}

function acts(path: string): string[] {
  const id = path.split('/').at(-1) ?? '';
  type Row = { actor: string; kind: string; detail: string };
  const rows = house.inspect.rows<Row>('select actor, kind, detail, subject from act order by id');
  return rows
    .filter((row) => (row as Row & { subject: string }).subject.startsWith(`receipt ${id},`))
    .map(({ actor, kind, detail }) => `${actor} ${kind} ${detail.replace(/console \w+/, 'batch')}`);
}

describe('a refund at the console', () => {
  it('asks once more with the amount in words', async () => {
    const { path } = await house.paid();
    const { text } = await boss.get(`${path}/refund?amount=33.33&reason=%3Cb%3Ewet`);
    expect(text).toContain('叁拾叁元叁角叁分');
    expect(text).toContain('&lt;b&gt;wet');
    await boss.get('/console/look?lang=en');
    const english = await boss.get(`${path}/refund?amount=33.33`);
    expect(english.text).toContain('thirty-three yuan and thirty-three fen');
    await boss.get('/console/look?lang=zh');
  });

  it('is one refund: pressed twice, again, and at a process that knows nothing', async () => {
    const { ask, path } = await house.paid();
    const form = await boss.fields(`${path}/refund?amount=33.33`, `${path}/give-back`);
    const send = () => boss.post(`${path}/give-back`, form);
    const [one, two] = await Promise.all([send(), send()]);
    const again = await send();
    const places = [one, two, again].map(({ headers }) => headers.get('location'));
    expect(places).toEqual(Array(3).fill(`${path}?done=refund`));
    expect(acts(path)).toEqual(['boss refund 33.33 yuan, batch batch']);
    await house.service.kill('SIGTERM');
    await house.service.restart();
    boss = Object.assign(new ConsoleClient(house.service.url), {
      cookies: Reflect.get(boss, 'cookies'),
    });
    expect((await boss.post(`${path}/give-back`, form)).headers.get('location')).toBe(
      `${path}?done=refund`,
    );
    expect(await house.back(ask)).toBe(3_333);
    expect(house.rowOf(ask)).toMatchObject({ state: 'paid', refunded_fen: 3_333 });
    expect(doers(ask)).toContain('beginRefund boss refund');
    const { text } = await boss.get(path);
    expect(text).toContain('¥66.67');
  });

  it('of more than is left is refused, on the page and behind it', async () => {
    const { ask, path } = await house.paid();
    expect((await boss.get(`${path}/refund?amount=100.01`)).text).toContain('超过可退金额');
    const form = await boss.fields(`${path}/refund?amount=60`, `${path}/give-back`);
    expect((await boss.post(`${path}/give-back`, { ...form, amount: '100.01' })).status).toBe(409);
    for (const amount of ['', '0', '-1', 'x', '1e3']) {
      expect((await boss.post(`${path}/give-back`, { ...form, amount })).status).toBe(400);
    }
    expect([await house.back(ask), house.rowOf(ask).refunded_fen]).toEqual([0, 0]);
  });

  it('without an answer of Alipay is told as not decided, and goes on', async () => {
    const { ask, path } = await house.paid();
    await house.service.sim.spoil({ method: 'refund', fault: 'system_error', count: 9 });
    const form = await boss.fields(`${path}/refund?amount=5`, `${path}/give-back`);
    const { headers } = await boss.post(`${path}/give-back`, form);
    expect(headers.get('location')).toMatch(/\?done=(?:undecided|refund)$/);
    expect((await boss.get(path)).text).toMatch(/办理中|待办理/);
    expect(house.rowOf(ask).state).toBe('refunding');
  });
});

describe('a cancel at the console', () => {
  it('makes a code unpayable, on the account of its key', async () => {
    const [ask] = await waitingReceipt();
    const path = `/console/receipts/${house.rowOf(ask).id}`;
    const form = await boss.fields(`${path}/cancel`, `${path}/undo`);
    const { headers } = await boss.post(`${path}/undo`, form);
    expect(headers.get('location')).toBe(`${path}?done=cancel`);
    expect(house.rowOf(ask).state).toBe('cancelled');
    expect(doers(ask)).toContain('intendUndo boss cancel');
    expect(acts(path)).toEqual(['boss cancel 100.00 yuan']);
  });

  it('and a look at Alipay books what was paid', async () => {
    const [ask, codeurl] = await waitingReceipt();
    await house.service.sim.scan(codeurl);
    await house.service.sim.pay(codeurl);
    const path = `/console/receipts/${house.rowOf(ask).id}`;
    const form = await boss.fields(`${path}/look`, `${path}/refresh`);
    expect((await boss.post(`${path}/refresh`, form)).status).toBe(303);
    expect(house.rowOf(ask).state).toBe('paid');
    expect(doers(ask)).toContain('pay boss refresh');
  });
});

describe('who may what', () => {
  it('a viewer is offered no act, and every one is refused', async () => {
    const { ask, path } = await house.paid();
    const eyes = await house.signedIn(EYES);
    const { text } = await eyes.get(path);
    expect(text).not.toMatch(/action="\/console\/receipts/);
    const mark = (await eyes.fields(path, '/console/sign-out'))['mark'] ?? '';
    const fields = { mark, act: 'd'.repeat(32), amount: '1.00', seq: '1' };
    for (const act of ['refresh', 'give-back', 'undo', 'resend']) {
      expect((await eyes.post(`${path}/${act}`, fields)).status).toBe(403);
    }
    expect([await house.back(ask), acts(path)]).toEqual([0, []]);
  });

  it.each([
    ['a viewer', POS],
    ['an operator', PART],
  ])('%s of another system finds nothing and does nothing', async (_who, key) => {
    const { ask, path } = await house.paid('1');
    const other = await house.signedIn(key);
    expect((await other.get(path)).status).toBe(404);
    expect((await other.get(`${path}/refund?amount=1`)).status).toBe(404);
    expect((await other.get(`/console/receipts?q=${ask.billnum}`)).text).not.toContain(path);
    expect((await other.get(`/console/receipts?system=1`)).text).not.toContain(path);
    const mark = (await other.fields('/console/receipts', '/console/sign-out'))['mark'] ?? '';
    const fields = { mark, act: 'e'.repeat(32), amount: '1.00' };
    const refused = key === PART ? 404 : 403;
    expect((await other.post(`${path}/give-back`, fields)).status).toBe(refused);
    expect([await house.back(ask), acts(path)]).toEqual([0, []]);
  });

  it('any number of a slip finds it', async () => {
    const { ask, path } = await house.paid('2');
    const { out_trade_no: ours } = house.rowOf(ask);
    const { tradeNo } = await house.service.sim.trade(ours);
    for (const text of [ask.billnum, ours, tradeNo ?? '', ask.billnum.toLowerCase()]) {
      const { text: page } = await boss.get(`/console/receipts?q=${encodeURIComponent(text)}`);
      expect([text, page.includes(`href="${path}"`)]).toEqual([text, true]);
    }
    const hostile = await boss.get(`/console/receipts?q=${encodeURIComponent('"><script>x')}`);
    expect(hostile.status).toBe(200);
    expect(hostile.text).not.toContain('<script>x');
    expect((await boss.get('/console/receipts?cursor=x')).status).toBe(400);
    expect((await boss.get('/console/receipts/0')).status).toBe(404);
  });
});
