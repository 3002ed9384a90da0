import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { apiKeys, testKey } from '../access/keys';
import { DESK, launch, screenshotFolder } from './chromium';
import { startService, type RunningService } from './support';

jest.setTimeout(120_000);

const LARGEST_BYTES = 150_000;
const BOSS = testKey('boss', 'operator');
/** Systems and amounts of a day, so that the console has something to show. */
const DAY: readonly (readonly [billtype: string, yuan: string])[] = [
  ['1', '176.00'],
  ['1', '88.00'],
  ['2', '23.50'],
  ['2', '12.00'],
  ['4', '40.00'],
  ['6', '35.80'],
];

let service: RunningService;
/** Another one, where a till needs no key. */
let till: RunningService;
let browser: Browser;

beforeAll(async () => {
  service = await startService({ API_KEYS: apiKeys([BOSS]) });
  till = await startService();
  browser = await launch();
  let bill = 0;
  for (const [billtype, paymentvalue] of DAY) {
    bill += 1;
    const body = JSON.stringify({
      billnum: `T2026113000${bill}`,
      billtype,
      body: '门票',
      paytype: '97',
      paymentvalue,
      barcode: '280000000000000001',
    });
    const headers = { 'Content-Type': 'application/json', 'X-Api-Key': BOSS.secret };
    await fetch(`${service.address}/api/3Pay/AliPay/BarCode`, { method: 'POST', headers, body });
  }
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await till?.stop();
});

/**
 * A picture for the README. `PICTURES=1 npm run test:browser -- pictures` puts it into
 * `docs/pictures`; otherwise it is only looked at.
 */
async function take(page: Page, name: string): Promise<void> {
  const path = join(screenshotFolder(), `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  expect(statSync(path).size).toBeLessThan(LARGEST_BYTES);
  if (process.env['PICTURES'] === '1') {
    copyFileSync(path, join(__dirname, '../../docs/pictures', `${name}.png`));
  }
}

describe.each([
  ['zh', 'zh-CN'],
  ['en', 'en-GB'],
])('the pictures of the README in %s', (lang, locale) => {
  it('show the console', async () => {
    const context = await browser.newContext({ viewport: DESK, locale });
    const page = await context.newPage();
    await page.goto(`${service.address}/console/look?lang=${lang}&theme=light`);
    await page.fill('#key', BOSS.secret);
    await page.keyboard.press('Enter');
    await page.waitForSelector('nav.pages');
    await page.waitForLoadState('networkidle');
    await take(page, `console.${lang}`);
    await context.close();
  });

  it('show the till', async () => {
    const context = await browser.newContext({ viewport: DESK, locale });
    const page = await context.newPage();
    await page.goto(till.address);
    await page.click('[data-amount="298.00"]');
    await page.click('#collect');
    await page.waitForSelector('#qr svg');
    await take(page, `till.${lang}`);
    await context.close();
  });
});
