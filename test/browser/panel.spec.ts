import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { codeOf, goodBiz, startTestSimulator, type TestClient } from '../simulator/support';
import { violations } from './axe';
import { DESK, launch, overflow, PHONE, screenshotFolder, shoot, watchedContext } from './chromium';

jest.setTimeout(120_000);

const HOSTILE = `<img src=x onerror="document.title='owned'">&lt;'"`;
const PAGES = ['/', '/panel/faults', '/panel/clock', '/panel/notifies', '/panel/bills'];

let client: TestClient;
let stop: () => Promise<void>;
let browser: Browser;
let context: BrowserContext;
let faults: string[];
let receiver: Server;
let told: string[];

beforeAll(async () => {
  ({ client, stop } = await startTestSimulator());
  browser = await launch();
  process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
  receiver = createServer((request, response) => {
    told.push(request.url ?? '');
    response.end('success');
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
beforeEach(async () => {
  told = [];
  for (const path of ['/sim/faults', `/sim/bills/${today()}`]) await client.control('DELETE', path);
  await client.control('POST', '/sim/clock', { offsetMs: 0 });
});
afterAll(async () => {
  await browser?.close();
  receiver?.close();
  await stop?.();
});
afterEach(() => context?.close());

/** The China day of now. */
function today(): string {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** A number that a till has asked for; the receiver of its notify is there. */
async function asked(more: object = {}): Promise<{ number: string; code: string }> {
  const biz = goodBiz(more);
  const { port } = receiver.address() as AddressInfo;
  const notify = { notify_url: `http://127.0.0.1:${port}/notify` };
  const answer = await client.call('alipay.trade.precreate', biz, notify);
  return { number: biz.out_trade_no, code: codeOf(answer) };
}

async function paid(more: object = {}): Promise<string> {
  const { number } = await asked(more);
  for (const act of ['scan', 'pay']) await client.control('POST', `/sim/trades/${number}/${act}`);
  return number;
}

async function trade(number: string): Promise<Record<string, unknown>> {
  return (await client.control('GET', `/sim/trades/${number}`)).body;
}

async function open(viewport: typeof PHONE, look: string, path = '/'): Promise<Page> {
  ({ context, faults } = await watchedContext(browser, viewport));
  const page = await context.newPage();
  await page.goto(`${client.url}/panel/look?${look}&back=${encodeURIComponent(path)}`);
  return page;
}

describe.each([
  ['phone', PHONE],
  ['desk', DESK],
])('the panel on a %s', (device, viewport) => {
  it.each([
    ['zh', 'light'],
    ['en', 'dark'],
  ])('is whole in %s and %s: every page fits, and axe finds nothing', async (lang, theme) => {
    const number = await paid({ subject: '景区门票 2 张', total_amount: '100000000.00' });
    await client.control('POST', `/sim/trades/${number}/refund`, { amount: '3.50' });
    await asked({ subject: HOSTILE });
    await asked({ subject: 'x'.repeat(200), out_trade_no: `L${'9'.repeat(63)}` });
    await client.control('POST', '/sim/faults', { fault: 'refuse', subCode: 'ACQ.X', count: 3 });
    await client.control('POST', '/sim/faults', { fault: 'refund_unseen', visibleMs: 15_000 });
    await client.control('POST', `/sim/bills/${today()}`, { plant: 'dropRow', outTradeNo: number });
    const page = await open(viewport, `lang=${lang}&theme=${theme}`);
    const wrong: string[] = [];
    for (const path of [...PAGES, `/panel/bills?date=${today()}`, `/panel/trades/${number}`]) {
      await page.goto(`${client.url}${path}`);
      const name = `${device}-${lang}-${path.replaceAll(/\W+/g, '-')}`;
      await shoot(page, `panel-${name}`);
      const wide = await overflow(page);
      wrong.push(...(await violations(page)).map((each) => `${name} ${each}`));
      if (wide > 0) wrong.push(`${name} is ${wide} px too wide`);
      expect(await page.title()).not.toBe('owned');
      const han = /[一-鿿]/.exec(
        ((await page.textContent('main')) ?? '').replaceAll('景区门票 2 张', ''),
      );
      if (lang === 'en' && han !== null) wrong.push(`${name} has Chinese: ${han.input}`);
    }
    expect(wrong).toEqual([]);
    expect(await page.getAttribute('html', 'lang')).toBe(lang === 'zh' ? 'zh-CN' : 'en');
    expect(faults).toEqual([]);
  });
});

describe('the panel', () => {
  it('finds a trade, scans, pays and refunds it, and says how curl does the same', async () => {
    const { number } = await asked();
    await paid();
    const page = await open(DESK, 'lang=en');
    await page.fill('#q', number);
    await page.keyboard.press('Enter');
    await page.click(`#scan-${number}`);
    expect(await page.textContent('.note')).toContain('The guest has scanned');
    expect(await page.textContent('.note code')).toBe(
      `curl -X POST ${client.url}/sim/trades/${number}/scan`,
    );
    await page.click(`#pay-${number}`);
    expect(await trade(number)).toMatchObject({ status: 'TRADE_SUCCESS' });
    await page.click(`text="${number}"`);
    await page.fill('#amount', '3.50');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.note.good');
    expect(await trade(number)).toMatchObject({ refundedFen: 350 });
    await page.fill('#amount', '999');
    await page.click('#refund');
    expect(await page.textContent('.note.bad')).toContain('more than is left of the trade');
    await shoot(page, 'panel-desk-en-refused');
    expect(faults).toEqual([]);
  });

  it('keeps itself fresh, with the focus where it was', async () => {
    const { number } = await asked();
    const page = await open(PHONE, 'lang=zh');
    await page.focus(`#scan-${number}`);
    const next = await asked();
    await page.waitForSelector(`#scan-${next.number}`);
    expect(await page.evaluate('document.activeElement.id')).toBe(`scan-${number}`);
  });

  it('orders faults, hides options that do not count, and withdraws all', async () => {
    const page = await open(DESK, 'lang=en', '/panel/faults');
    expect(await page.isVisible('#subCode')).toBe(false);
    await page.check('input[value="refuse"]');
    await page.selectOption('#method', 'precreate');
    await page.selectOption('#when', 'after');
    await page.fill('#subCode', 'ACQ.NOT_CERTIFIED_USER');
    await page.click('#order');
    expect((await client.call('alipay.trade.precreate', goodBiz())).node).toMatchObject({
      sub_code: 'ACQ.NOT_CERTIFIED_USER',
    });
    await page.check('input[value="refund_unseen"]');
    expect(await page.isVisible('#method')).toBe(false);
    await page.fill('#visibleMs', '1234');
    await page.click('#order');
    expect((await client.control('GET', '/sim/faults')).body['faults']).toMatchObject([
      { fault: 'refund_unseen', visibleMs: 1234 },
    ]);
    await page.click('#withdraw');
    expect(await page.textContent('#waiting')).toContain('every answer is true');
    expect(faults).toEqual([]);
  });

  it('moves the clock forward, by hand, and back', async () => {
    const page = await open(PHONE, 'lang=en', '/panel/clock');
    await page.click('#jump-0');
    await page.fill('#by', '2');
    await page.selectOption('select[name="unit"]', 'hours');
    await page.click('#move');
    const { body } = await client.control('GET', '/sim/clock');
    expect(body['offsetMs']).toBe(60_000 + 7_200_000);
    await page.click('#real');
    expect((await client.control('GET', '/sim/clock')).body['offsetMs']).toBe(0);
  });

  it('shows the tries of a notify, sends it again, and a spoilt one', async () => {
    const number = await paid();
    const page = await open(DESK, 'lang=en', `/panel/trades/${number}`);
    await page.waitForSelector('#attempts .badge.good');
    await page.click('#again-0');
    expect(await page.textContent('.note')).toContain('200 success');
    await page.selectOption('#tamper', 'bad_sign');
    await page.click('#send');
    expect(await page.textContent('.note')).toContain('"tamper":"bad_sign"');
    expect(told).toEqual(['/notify', '/notify', '/notify']);
    await page.goto(`${client.url}/panel/notifies`);
    await page.click('#off');
    expect(await page.textContent('main')).toContain('Notifies are off');
    await page.check('input[value="refunded"]');
    await page.click('#on');
    expect((await client.control('GET', '/sim/notify')).body).toMatchObject({
      on: true,
      events: ['paid', 'refunded'],
    });
  });

  it('gives the bill of a day as a file, and plants a difference in it', async () => {
    await paid();
    const page = await open(DESK, 'lang=en', `/panel/bills?date=${today()}`);
    expect(await page.textContent('.note.warn')).toContain('The day is not over');
    await page.goto(`${client.url}/panel/clock`);
    await page.click('#jump-bill');
    await page.goto(`${client.url}/panel/bills`);
    expect(await page.inputValue('#date')).toBe(today());
    const file = page.waitForEvent('download');
    await page.click('#download');
    expect((await file).suggestedFilename()).toContain(`${today().replaceAll('-', '')}.csv.zip`);
    await page.check('input[value="wrongNet"]');
    await page.click('#plant');
    expect(page.url()).toContain(`date=${today()}`);
    expect((await client.control('GET', `/sim/bills/${today()}`)).body['plants']).toMatchObject([
      { plant: 'wrongNet' },
    ]);
    expect(faults).toEqual([]);
  });

  it('works without JavaScript', async () => {
    const { number } = await asked();
    context = await browser.newContext({ javaScriptEnabled: false, locale: 'en' });
    const page = await context.newPage();
    await page.goto(client.url);
    await page.click(`#scan-${number}`);
    await page.click(`#pay-${number}`);
    expect(await trade(number)).toMatchObject({ paid: true });
  });

  it('loads nothing from elsewhere', async () => {
    const page = await open(DESK, 'lang=zh');
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    for (const path of PAGES) await page.goto(`${client.url}${path}`, { waitUntil: 'networkidle' });
    expect([...hosts]).toEqual([client.url]);
  });
});
