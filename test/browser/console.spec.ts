import type { Browser, BrowserContext, Page } from 'playwright-core';
import { apiKeys, testKey } from '../access/keys';
import { violations } from './axe';
import { DESK, launch, overflow, PHONE, screenshotFolder, shoot, watchedContext } from './chromium';
import { startService, type RunningService } from './support';

jest.setTimeout(120_000);

const BOSS = testKey('boss', 'operator');
const EYES = testKey('eyes', 'viewer');
const HOSTILE = `<img src=x onerror="document.title='owned'">&lt;'"`;
const PAGES = [
  '',
  '/receipts',
  '/receipts/1',
  '/receipts/1/refund',
  '/alarms',
  '/refunds',
  '/callbacks',
  '/keys',
  '/acts',
];

let service: RunningService;
let browser: Browser;
let context: BrowserContext;
let faults: string[];

beforeAll(async () => {
  service = await startService({ API_KEYS: apiKeys([BOSS, EYES]) });
  browser = await launch();
  process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
  for (const body of ['景区门票', HOSTILE]) await pay(body);
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
  return (await answer.json()) as { tag: Record<string, string> };
}

/** A paid receipt of 1,234.56 yuan whose texts are these. */
async function pay(body: string): Promise<void> {
  const name = { billnum: body.slice(0, 20), billtype: '2', paytype: '98' };
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
    ['en', 'dark'],
  ])('is whole in %s and %s: every page fits, and axe finds nothing', async (lang, theme) => {
    const page = await open(viewport, `lang=${lang}&theme=${theme}`);
    const wrong: string[] = [];
    for (const path of PAGES) {
      await page.goto(`${service.address}/console${path}`);
      const name = `${device}-${lang}-${path.slice(1).replaceAll('/', '-') || 'today'}`;
      await shoot(page, `console-${name}`);
      const wide = await overflow(page);
      wrong.push(...(await violations(page)).map((each) => `${name} ${each}`));
      if (wide > 0) wrong.push(`${name} is ${wide} px too wide`);
    }
    expect(wrong).toEqual([]);
    expect(await page.getAttribute('html', 'lang')).toBe(lang === 'zh' ? 'zh-CN' : 'en');
    expect(faults).toEqual([]);
  });
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
    for (const path of ['/receipts', '/receipts/2', `/receipts?q=${encodeURIComponent(HOSTILE)}`]) {
      await page.goto(`${service.address}/console${path}`);
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.title()).not.toBe('owned');
    }
    expect(await page.inputValue('#q')).toBe(HOSTILE);
    expect(faults).toEqual([]);
  });

  it('offers a viewer no act, and loads nothing from elsewhere', async () => {
    const page = await open(DESK, 'lang=zh', EYES);
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    for (const path of PAGES.filter((each) => !each.endsWith('refund'))) {
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
