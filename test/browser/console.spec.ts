import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ConsoleClient } from '../access/console-client';
import { apiKeys, testKey } from '../access/keys';
import { violations } from './axe';
import { DESK, launch, overflow, PHONE, screenshotFolder, shoot, watchedContext } from './chromium';
import { tabTo } from './keyboard';
import { startService, type RunningService } from './support';
import { PAGES as NAVIGATION } from '../../src/console/view/navigation';
import { RIGHTS } from '../../src/ops/rights';

jest.setTimeout(300_000);

const BOSS = testKey('boss', 'operator');
const EYES = testKey('eyes', 'viewer');
const HOSTILE = `<img src=x onerror="document.title='owned'">&lt;'"`;
const THIRD = `<b>3'"&lt;`;
/** What cannot be reached from the navigation by one step, as `rights.ts` has it; with whose. */
const STEPS: Readonly<Record<string, string>> = {
  '/receipts/:id': '/receipts/1',
  '/receipts/:id/refund': '/receipts/1/refund?amount=33.33',
  '/receipts/:id/cancel': '/receipts/1/cancel',
  '/receipts/:id/release': '/receipts/4/release',
  '/receipts/:id/look': '/receipts/1/look',
  '/receipts/:id/send-again': '/receipts/1/send-again?seq=1',
  '/alarms/close': '/alarms/close?id=1',
  '/refunds/withdraw': '/refunds/withdraw?id=1',
  '/refunds/leave': '/refunds/leave?id=1',
  '/keys/new': '/keys/new?name=gate&role=till&types=2',
  '/keys/revoke': '/keys/revoke?name=temp',
  '/reconciliation/statement': '/reconciliation/statement?from=2026-11-01&until=2026-11-30',
  '/reconciliation/again': '/reconciliation/again?date=2026-11-01',
  '/reconciliation/file': '/reconciliation/file?date=2026-11-01',
};
/** Files to save. */
const FILES = ['/receipts/export', '/reconciliation/statement-file'];
const PAGES = [
  ...NAVIGATION.map(({ path }) => path.replace('/console', '')),
  ...Object.values(STEPS),
  ...['/receipts/1/refund', '/receipts/2', '/receipts/999', '/reconciliation?date=2026-11-01'],
];
/** A page that says that something is not there is no fault. */
const NOT_THERE = /status of 40[49]/;

let service: RunningService;
let browser: Browser;
let context: BrowserContext;
let faults: string[];

beforeAll(async () => {
  service = await startService({
    API_KEYS: apiKeys([BOSS, EYES]),
    // A quiet machine opens more pages a minute than any person.
    RATE_LIMIT_PER_MINUTE: '1000000',
    // What was given up on stays so.
    SWEEP_PERIOD_MS: '0',
    // Nobody listens there: its events wait.
    ...{ CALLBACK_URL_2: 'http://127.0.0.1:9/', CALLBACK_ALLOW_HTTP_2: 'true' },
    CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  });
  browser = await launch();
  process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
  for (const body of ['景区门票', HOSTILE]) await pay(body);
  await pay(HOSTILE, THIRD);
  await leaveWork();
  await giveUp();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
afterEach(() => context?.close());

async function post(operation: string, body: object) {
  const answer = await fetch(`${service.address}/api/3Pay/AliPay/${operation}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Api-Key': BOSS.secret },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { errcode: number; tag: Record<string, string> };
}

/** A paid receipt of 1,234.56 yuan whose texts are these. */
async function pay(body: string, billnum = body.slice(0, 20)): Promise<void> {
  const name = { billnum, billtype: '2', paytype: '98' };
  const { tag } = await post('ScanCode', { ...name, paymentvalue: '1234.56', body });
  const { trades } = (await (await fetch(`${service.simulator}/sim/trades`)).json()) as {
    trades: { outTradeNo: string; qrCode: string }[];
  };
  const trade = trades.find(({ qrCode }) => qrCode === tag['codeurl']);
  for (const act of ['scan', 'pay']) {
    await fetch(`${service.simulator}/sim/trades/${trade?.outTradeNo}/${act}`, { method: 'POST' });
  }
  await post('Query', { ...name, autoid: tag['autoid'] });
}

/** A refund that waits, with its alarm, and a key in the books: so that their pages are full. */
async function leaveWork(): Promise<void> {
  const fault = JSON.stringify({ fault: 'seller_balance' });
  await fetch(`${service.simulator}/sim/faults`, { method: 'POST', body: fault });
  const receipt = { billnum: THIRD, billtype: '2', paytype: '98', autoid: '3' };
  const refund = { ...receipt, batchno: HOSTILE.slice(0, 50), refundvalue: '5.00' };
  const told = { operatorno: HOSTILE.slice(0, 32), reason: HOSTILE };
  expect((await post('Refund', { ...refund, ...told })).errcode).toBe(1);
  const client = new ConsoleClient(service.address);
  await client.signIn(BOSS.secret);
  const key = '/console/keys/new?name=temp&role=till&types=2';
  await client.post('/console/keys/make', await client.fields(key, '/console/keys/make'));
}

/** A receipt of which Alipay told another amount. */
async function giveUp(): Promise<void> {
  const fault = JSON.stringify({ method: 'query', fault: 'wrong_amount', count: 1 });
  await fetch(`${service.simulator}/sim/faults`, { method: 'POST', body: fault });
  await pay('given up');
}

async function open(viewport: typeof PHONE, look: string, key = BOSS): Promise<Page> {
  ({ context, faults } = await watchedContext(browser, viewport));
  const page = await context.newPage();
  await page.goto(`${service.address}/console/look?${look}`);
  await page.fill('#key', key.secret);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav.pages');
  return page;
}

describe.each([
  ['phone', PHONE],
  ['desk', DESK],
])('the console on a %s', (device, viewport) => {
  it.each([
    ['zh', 'light'],
    ['zh', 'dark'],
    ['en', 'light'],
    ['en', 'dark'],
  ])('is whole in %s and %s: every page fits, and axe finds nothing', async (lang, theme) => {
    const page = await open(viewport, `lang=${lang}&theme=${theme}`);
    const wrong: string[] = [];
    for (const path of PAGES) {
      await page.goto(`${service.address}/console${path}`);
      const place = path.slice(1).replace(/\?.*/, '').replaceAll('/', '-') || 'today';
      const name = `${device}-${lang}-${theme}-${place}`;
      await shoot(page, `console-${name}`);
      const wide = await overflow(page);
      wrong.push(...(await violations(page)).map((each) => `${name} ${each}`));
      if (wide > 0) wrong.push(`${name} is ${wide} px too wide`);
    }
    expect(wrong).toEqual([]);
    expect(await page.getAttribute('html', 'lang')).toBe(lang === 'zh' ? 'zh-CN' : 'en');
    expect(faults.filter((each) => !NOT_THERE.test(each))).toEqual([]);
  });
});

it('is looked at as a whole: no page is forgotten', () => {
  const session = RIGHTS.filter(({ verb, right }) => verb === 'GET' && right === 'session');
  const pages = session.map(({ path }) => path.replace('/console', ''));
  const known = NAVIGATION.map(({ path }) => path.replace('/console', ''));
  expect(pages.sort()).toEqual([...known, ...Object.keys(STEPS), ...FILES].sort());
});

describe('the console', () => {
  it('gives money back by the keyboard, asking once more in words', async () => {
    const page = await open(DESK, 'lang=en');
    await page.goto(`${service.address}/console/receipts/1/refund`);
    await page.fill('#amount', '33.33');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=thirty-three yuan and thirty-three fen');
    await shoot(page, 'console-desk-en-confirm');
    await page.focus('button.main');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.note.good');
    expect(await page.textContent('.figures')).toContain('¥1,201.23');
    // Back to the page that asked, and pressed again: it is the same refund.
    await page.goBack();
    await page.waitForSelector('button.main');
    await page.click('button.main');
    await page.waitForSelector('.figures');
    expect(await page.textContent('.figures')).toContain('¥1,201.23');
    expect(faults).toEqual([]);
  });

  it('shows hostile text as text, wherever it stands', async () => {
    const page = await open(DESK, 'lang=zh');
    const search = `/receipts?q=${encodeURIComponent(HOSTILE)}`;
    const key = `/keys/new?name=${encodeURIComponent(HOSTILE)}`;
    const hostile = [...PAGES, search, key, '/receipts/3', `/acts?before=${HOSTILE}`];
    for (const path of hostile) {
      await page.goto(`${service.address}/console${path}`);
      expect([path, await page.locator('main img').count()]).toEqual([path, 0]);
      expect(await page.title()).not.toBe('owned');
    }
    await page.goto(`${service.address}/console/receipts/3`);
    expect(await page.textContent('main')).toContain(HOSTILE.slice(0, 32));
    await page.goto(`${service.address}/console${search}`);
    expect(await page.inputValue('#q')).toBe(HOSTILE);
  });

  it.each([
    ['a receipt is looked at', '/receipts/1', 'a[href$="/look"]', '.note.good'],
    ['a callback is sent again', '/receipts/1/send-again?seq=1', null, '.note.good'],
    ['a refund is withdrawn', '/refunds', 'a[href*="/withdraw"]', '.note.good'],
    ['an alarm is closed', '/alarms', 'a[href*="/alarms/close"]', '.note.good'],
    ['a key is revoked', '/keys', 'a[href*="/keys/revoke"]', '.note.good'],
    ['a day is compared again', '/reconciliation/again?date=2026-11-01', null, '.note'],
    // The merchant's account is short: that is not decided yet.
    ['a receipt is cancelled', '/receipts/2', 'a[href$="/cancel"]', '.note'],
  ])('does each act by the keyboard alone: %s', async (_what, path, link, end) => {
    const page = await open(DESK, 'lang=en');
    await page.goto(`${service.address}/console${path}`);
    if (link !== null) {
      await tabTo(page, link);
      await page.keyboard.press('Enter');
      await page.waitForSelector('button.main');
    }
    if ((await page.locator('textarea').count()) > 0) {
      await tabTo(page, 'textarea');
      await page.keyboard.type('settled');
    }
    await tabTo(page, 'button.main');
    await page.keyboard.press('Enter');
    await page.waitForSelector(end);
  });

  it('offers a viewer no act, and loads nothing from elsewhere', async () => {
    const page = await open(DESK, 'lang=zh', EYES);
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    for (const path of NAVIGATION.map((each) => each.path.replace('/console', ''))) {
      await page.goto(`${service.address}/console${path}`, { waitUntil: 'networkidle' });
      const forms = 'main form[method="post"], main a[href$="/refund"], main a[href$="/cancel"]';
      expect(await page.locator(forms).count()).toBe(0);
    }
    expect([...hosts]).toEqual([service.address]);
    expect(faults).toEqual([]);
  });

  it('can be read without JavaScript', async () => {
    const viewport = PHONE;
    context = await browser.newContext({ viewport, javaScriptEnabled: false, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(`${service.address}/console/receipts/1`);
    await page.fill('#key', EYES.secret);
    await page.click('button.main');
    expect(await page.textContent('.figures')).toContain('¥1,234.56');
    await page.goto(`${service.address}/console`);
    await page.click('details:has(table) summary');
    expect(await page.isVisible('details table')).toBe(true);
  });

  it('tells by the theme of the device when none was chosen', async () => {
    const page = await open(PHONE, 'theme=auto');
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
  });
});
