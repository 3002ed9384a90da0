import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chinaTime } from '../../src/domain/china-time';
import { BOSS, ConsoleHouse } from '../access/console-house';
import { apiKeys } from '../access/keys';
import { TestService } from '../support/process/service';
import { tempFolder } from '../support/temp-folder';
import { DESK, launch, watchedContext } from './chromium';
import { tabTo } from './keyboard';

// Acts at the console that want more than a link and a button, by the keyboard alone.

jest.setTimeout(120_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TODAY = Date.parse(`${chinaTime(Date.now()).slice(0, 10)}T00:00:00+08:00`);
const PAID_AT = Math.min(TODAY - 11 * MINUTE, Math.max(TODAY - 12 * HOUR, Date.now() - 23 * HOUR));
const DATE = chinaTime(TODAY - 1).slice(0, 10);

const folder = tempFolder();
let house: ConsoleHouse;
let browser: Browser;
let context: BrowserContext;
let faults: string[];

beforeAll(async () => {
  const env = { API_KEYS: apiKeys([BOSS]), ALIPAY_TIMEOUT_MS: '2000', RECONCILE_AT: 'off' };
  house = ConsoleHouse.of(await TestService.startOnSqlite(env));
  browser = await launch();
});
afterEach(() => context?.close());
afterAll(async () => {
  await browser?.close();
  await house?.stop();
  folder.remove();
});

/** A page of the console, for one who has signed in by the keyboard. */
async function open(path: string): Promise<Page> {
  ({ context, faults } = await watchedContext(browser, DESK));
  const page = await context.newPage();
  await page.goto(`${house.service.url}/console/look?lang=en`);
  await page.keyboard.type(BOSS.secret);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav.pages');
  await page.goto(`${house.service.url}/console${path}`);
  return page;
}

/** Goes there with Tab and presses a key. */
async function press(page: Page, selector: string, key = 'Enter'): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press(key);
}

function actsOf(kind: string): string[] {
  type Act = { actor: string; subject: string };
  const all = house.inspect.rows<Act>('select actor, subject from act where kind = ?', kind);
  return all.map(({ actor, subject }) => `${actor} ${subject}`);
}

it('makes a key: its name, role and systems, and then once more', async () => {
  const page = await open('/keys');
  await tabTo(page, '#name');
  await page.keyboard.type('gate-7');
  await press(page, '[name="role"]', 'ArrowDown');
  const role = await page.evaluate<string>('document.activeElement.value');
  await press(page, '[name="types"][value="2"]', 'Space');
  await press(page, 'main button.main');
  await page.waitForURL('**/keys/new?**');
  await press(page, 'main button.main');
  await page.waitForURL('**/keys/make');
  expect(await page.textContent('main')).toMatch(/3pay_\w/);
  type Key = { name: string; role: string; bill_types: string };
  const kept = house.inspect.rows<Key>('select name, role, bill_types from api_key');
  expect(kept).toEqual([{ name: 'gate-7', role, bill_types: '2' }]);
  expect(actsOf('makeKey')).toEqual(['boss key gate-7']);
  expect(faults).toEqual([]);
});

it('leaves a duplicate to its guest', async () => {
  await house.paidTwice();
  const page = await open('/refunds');
  await press(page, 'a[href*="/refunds/leave"]');
  await page.waitForURL('**/refunds/leave?**');
  await press(page, 'main button.main');
  await page.waitForSelector('.note.good');
  expect(actsOf('leaveOwed')).toHaveLength(1);
  expect(faults).toEqual([]);
});

it("takes a bill's file", async () => {
  const { sim } = house.service;
  await sim.setAhead(PAID_AT - Date.now());
  await house.paid('2');
  await sim.setAhead(TODAY + 10 * HOUR - Date.now());
  const link = await fetch(`${sim.url}/sim/bills/${DATE}/link`, { method: 'POST' });
  const { url } = (await link.json()) as { url: string };
  const file = join(folder.path, 'bill.zip');
  writeFileSync(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
  await sim.setAhead(0);

  const page = await open(`/reconciliation?date=${DATE}`);
  await press(page, 'a[href*="/reconciliation/file"]');
  await page.waitForURL('**/reconciliation/file?**');
  await tabTo(page, '#file');
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Space');
  await (await chooser).setFiles(file); // From here on it is the window of the system.
  await press(page, 'main button.main');
  await page.waitForURL(`**/reconciliation?date=${DATE}&done=compared`);
  expect(actsOf('takeFile')).toEqual([`boss day ${DATE}`]);
  expect(faults).toEqual([]);
});
