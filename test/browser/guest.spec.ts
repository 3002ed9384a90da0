import type { Browser, BrowserContext, Page } from 'playwright-core';
import { codeOf, goodBiz, startTestSimulator, type TestClient } from '../simulator/support';
import { violations } from './axe';
import { DESK, launch, overflow, PHONE, screenshotFolder, shoot, watchedContext } from './chromium';

jest.setTimeout(60_000);

const NARROW = { width: 320, height: 640 };
const LARGEST = { total_amount: '100000000.00', subject: '景区门票 two tickets' };

let client: TestClient;
let stop: () => Promise<void>;
let browser: Browser;
let context: BrowserContext;
let faults: string[];

beforeAll(async () => {
  ({ client, stop } = await startTestSimulator());
  browser = await launch();
  process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
});
afterAll(async () => {
  await browser?.close();
  await stop?.();
});
afterEach(() => context?.close());

async function openCode(viewport: typeof PHONE, more: object = {}): Promise<Page> {
  ({ context, faults } = await watchedContext(browser, viewport));
  const page = await context.newPage();
  const code = codeOf(await client.call('alipay.trade.precreate', goodBiz(more)));
  await page.goto(`${client.url}/qr/${code}`);
  return page;
}

/** In how many lines the amount stands, and whether all of it is seen. */
function amountLines(page: Page): Promise<[number, boolean]> {
  return page.evaluate<[number, boolean]>(`(() => {
    const range = document.createRange();
    const amount = document.querySelector('.amount');
    range.selectNodeContents(amount);
    const [ink, box] = [range.getBoundingClientRect(), amount.getBoundingClientRect()];
    return [Math.round(ink.height / parseFloat(getComputedStyle(amount).lineHeight)),
      ink.left >= box.left && ink.right <= box.right];
  })()`);
}

function press(page: Page, step: string): Promise<void> {
  return page.click(`form[action*="/${step}"] button`);
}

describe.each([
  ['phone', PHONE],
  ['desk', DESK],
])("the guest's page on a %s", (device, viewport) => {
  it.each([
    ['zh', 'light'],
    ['en', 'dark'],
    ['en', 'light'],
  ] as const)('is whole and readable in %s and %s, to the end', async (lang, theme) => {
    const page = await openCode(viewport, LARGEST);
    await page.emulateMedia({ colorScheme: theme });
    if (lang === 'en') await page.click('header a');
    const wrong: string[] = [];
    for (const [step, shown] of [
      ['scan', 'code'],
      ['giveup', 'cashier'],
      ['scan', 'left'],
      ['pay', 'cashier'],
      ['', 'paid'],
    ] as const) {
      await page.waitForSelector(`[data-screen="${shown}"]`);
      await shoot(page, `guest-${device}-${lang}-${theme}-${shown}`);
      wrong.push(...(await violations(page)).map((each) => `${shown} ${each}`));
      if ((await overflow(page)) > 0) wrong.push(`${shown} is too wide`);
      expect(await amountLines(page)).toEqual([1, true]);
      if (step) await press(page, step);
    }
    expect(wrong).toEqual([]);
    expect(await page.getAttribute('html', 'lang')).toBe(lang === 'zh' ? 'zh-CN' : 'en');
    expect(faults).toEqual([]);
  });
});

describe("the guest's page", () => {
  it('shows the largest amount in one line on the narrowest phone', async () => {
    const page = await openCode(NARROW, LARGEST);
    expect(await amountLines(page)).toEqual([1, true]);
    expect(await page.textContent('.amount')).toBe('¥100,000,000.00');
  });

  it('is axe clean when the code is none', async () => {
    const page = await openCode(PHONE);
    await page.goto(`${client.url}/qr/none`);
    expect(await violations(page)).toEqual([]);
  });

  it('switches to English and back, and a step keeps the choice', async () => {
    const page = await openCode(PHONE);
    expect(await page.textContent('button.primary')).toBe('扫一扫');
    await page.click('text=English');
    expect(await page.textContent('button.primary')).toBe('Scan this code');
    await press(page, 'scan');
    expect(await page.textContent('button.primary')).toBe('Pay now');
    await page.click('text=中文');
    expect(await page.textContent('button.primary')).toBe('确认付款');
  });
});
