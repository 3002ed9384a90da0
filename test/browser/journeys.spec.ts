import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { apiKeys, testKey } from '../access/keys';
import { launch, watchedContext } from './chromium';
import { startService, type RunningService } from './support';

jest.setTimeout(240_000);

/** `PICTURES=1 npm run test:browser -- journeys` takes those of docs/journeys.md anew. */
const TAKES_PICTURES = process.env['PICTURES'] === '1';
const PICTURES = join(__dirname, '../../docs/pictures');
const SCREEN = { width: 980, height: 720 };
const BOSS = testKey('li-wei', 'operator');

let service: RunningService;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];

beforeAll(async () => {
  // Nobody looks after receipts here but who sits at the console.
  service = await startService({ API_KEYS: apiKeys([BOSS]), SWEEP_PERIOD_MS: '0' });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
beforeEach(async () => {
  ({ context, faults } = await watchedContext(browser, SCREEN));
  page = await context.newPage();
  await page.goto(`${service.address}/console/look?lang=en&theme=light`);
  await page.fill('#key', BOSS.secret);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav.pages');
});
afterEach(async () => {
  expect(faults).toEqual([]);
  await context.close();
});

async function picture(name: string): Promise<void> {
  if (!TAKES_PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.evaluate('document.querySelector(".ribbon")?.remove()');
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

async function call(operation: string, body: object) {
  const answer = await fetch(`${service.address}/api/3Pay/AliPay/${operation}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Api-Key': BOSS.secret },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { tag: Record<string, string> };
}

interface Sold {
  readonly billnum: string;
  readonly autoid: string;
  readonly trade: { readonly outTradeNo: string; readonly tradeNo?: string };
}

/** A code for a bill of the shop. */
async function sell(billnum: string, paymentvalue: string): Promise<Sold> {
  const name = { billnum, billtype: '2', paytype: '98' };
  const { tag } = await call('ScanCode', { ...name, paymentvalue, body: 'Souvenirs' });
  const { trades } = (await (await fetch(`${service.simulator}/sim/trades`)).json()) as {
    trades: (Sold['trade'] & { qrCode: string })[];
  };
  const trade = trades.find(({ qrCode }) => qrCode === tag['codeurl']);
  if (!trade) throw new Error(`no trade of ${billnum}`);
  return { billnum, autoid: tag['autoid'] ?? '', trade };
}

async function scanned({ trade }: Sold, ...steps: ('scan' | 'pay')[]): Promise<void> {
  for (const step of steps) {
    await fetch(`${service.simulator}/sim/trades/${trade.outTradeNo}/${step}`, { method: 'POST' });
  }
}

async function paid(billnum: string, amount: string): Promise<Sold> {
  const sold = await sell(billnum, amount);
  await scanned(sold, 'scan', 'pay');
  await call('Query', { ...sold, billtype: '2', paytype: '98' });
  return sold;
}

/** From the list, by whatever stands on the slip. */
async function find(text: string): Promise<void> {
  await page.click('nav.pages >> text=Receipts');
  await page.fill('#q', text);
  await page.click('form.search button.main');
  await page.waitForSelector('#found');
}

async function openFound(billnum: string): Promise<void> {
  await page.click(`#found >> text=${billnum}`);
  await page.waitForSelector('.figures');
}

it('a guest says: I paid 88.88, and the till says unpaid', async () => {
  const sold = await sell('SHOP-1032', '88.88');
  await scanned(sold, 'scan', 'pay');
  await find('88.88');
  await picture('unpaid-1-found');
  await openFound('SHOP-1032');
  await picture('unpaid-2-receipt');
  await page.click('text=Ask Alipay now');
  await page.waitForSelector('text=eighty-eight yuan and eighty-eight fen');
  await page.click('button.main');
  await page.waitForSelector('.note.good');
  expect(await page.textContent('.over-title .mark')).toBe('paid');
  await picture('unpaid-3-paid');
});

it('the evening: what the day came to, as a table', async () => {
  await paid('SHOP-2001', '12.50');
  await paid('SHOP-2002', '199.00');
  await page.click('nav.pages >> text=Reconciliation');
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  await page.fill('#from', today);
  await page.click('form.days button.main');
  await page.waitForSelector('tr.total');
  expect(await page.textContent('tr.total')).toMatch(/¥/);
  await picture('evening-1-statement');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.click('text=Save the sums'),
  ]);
  expect(file.suggestedFilename()).toBe(`statement-${today}.csv`);
});

it('an alarm: a refund waits, is withdrawn, and the alarm is closed', async () => {
  const sold = await paid('SHOP-3001', '45.00');
  const short = JSON.stringify({ fault: 'seller_balance' });
  await fetch(`${service.simulator}/sim/faults`, { method: 'POST', body: short });
  const refund = { batchno: 'R1', refundvalue: '45.00', billtype: '2', paytype: '98' };
  await call('Refund', { ...sold, ...refund });
  await page.click('nav.pages >> text=Alarms');
  await page.waitForSelector('.alarm');
  await picture('alarm-1-open');
  await page.click('text=See the refunds');
  await page.click('text=Withdraw…');
  await page.waitForSelector('text=forty-five yuan');
  await picture('alarm-2-withdraw');
  await page.click('button.main');
  await page.waitForSelector('.note.good');
  await page.click('nav.pages >> text=Alarms');
  await page.click('text=Close…');
  await page.fill('#note', 'Withdrawn; the guest takes cash once it is finally refused.');
  await picture('alarm-3-close');
  await page.click('button.main');
  await page.waitForSelector('text=No alarm is open.');
  await fetch(`${service.simulator}/sim/faults`, { method: 'DELETE' });
});

it('a guest walks away: the code is cancelled', async () => {
  const sold = await sell('SHOP-4001', '30.00');
  await scanned(sold, 'scan');
  await find('SHOP-4001');
  await openFound('SHOP-4001');
  await page.click('.acts >> text=Cancel');
  await page.waitForSelector('text=thirty yuan');
  await picture('away-1-cancel');
  await page.click('button.main');
  await page.waitForSelector('.note.good');
  expect(await page.textContent('.over-title .mark')).toContain('cancelled');
});

it('a refund a day later: found by the number in the guest’s Alipay', async () => {
  const { trade } = await paid('SHOP-5001', '100.00');
  const known = (await (
    await fetch(`${service.simulator}/sim/trades/${trade.outTradeNo}`)
  ).json()) as { tradeNo: string };
  await find(known.tradeNo);
  await openFound('SHOP-5001');
  await page.click('.acts >> text=Refund');
  await page.fill('#amount', '33.33');
  await page.fill('#reason', 'one of three was broken');
  await picture('refund-1-how-much');
  await page.click('button.main');
  await page.waitForSelector('text=thirty-three yuan and thirty-three fen');
  await picture('refund-2-in-words');
  await page.click('button.main');
  await page.waitForSelector('.note.good');
  await picture('refund-3-done');
  expect(await page.textContent('.figures')).toContain('¥66.67');
});
