import type { Browser, BrowserContext, Page } from 'playwright-core';
import { apiKeys, testKey } from '../access/keys';
import { violations } from './axe';
import { DESK, launch, overflow, PHONE, screenshotFolder, shoot, watchedContext } from './chromium';
import { tabTo } from './keyboard';
import { startService, type RunningService } from './support';

jest.setTimeout(120_000);

const TILL = testKey('gate-1', 'till');
const KEPT = ['CARD-1', 'BILL-1'];
/** Counts the tones that are played, by their pitch. */
const HEAR = `window.tones = [];
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...at) {
    window.tones.push(Math.round(this.frequency.value));
    return start.apply(this, at);
  };`;
const PAID_TONES = [660, 880, 1320];

let service: RunningService;
let browser: Browser;
let context: BrowserContext;
let faults: string[];

beforeAll(async () => {
  service = await startService({ API_KEYS: apiKeys([TILL]), ALIPAY_CODE_MINUTES: '30' });
  browser = await launch();
  process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
afterEach(() => context?.close());

/** A till that has its key, without a pointer. */
async function openTill(viewport: typeof PHONE, key = TILL.secret): Promise<Page> {
  ({ context, faults } = await watchedContext(browser, viewport));
  const page = await context.newPage();
  await page.addInitScript(HEAR);
  await page.goto(service.address);
  if (!key) return page;
  await page.keyboard.type(key);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#key-dialog', { state: 'hidden' });
  return page;
}

function screen(page: Page, name: string): Promise<unknown> {
  return page.waitForSelector(`#stage[data-screen="${name}"]`, { timeout: 20_000 });
}

/** Plays the guest of the newest trade of this amount. */
async function guest(fen: number, ...steps: string[]): Promise<void> {
  const answer = await fetch(`${service.simulator}/sim/trades`);
  const { trades } = (await answer.json()) as {
    trades: { outTradeNo: string; totalFen: number; status: string }[];
  };
  const trade = trades.filter(({ totalFen }) => totalFen === fen).at(-1);
  for (const step of steps) {
    const path = `/sim/trades/${trade?.outTradeNo}/${step}`;
    const { status } = await fetch(service.simulator + path, { method: 'POST' });
    if (status !== 200) throw new Error(`${step}: ${status}`);
  }
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement.id || document.activeElement.dataset.action`,
  );
}

function tones(page: Page): Promise<number[]> {
  return page.evaluate<number[]>('window.tones');
}

describe.each([
  ['phone', PHONE],
  ['desk', DESK],
])('a clerk on a %s, by the keyboard alone', (device, viewport) => {
  it('shows a code, is paid, hears it, and goes on', async () => {
    const page = await openTill(viewport);
    expect(await focused(page)).toBe('amount');
    await page.keyboard.type('7.01');
    await page.keyboard.press('Enter');
    await screen(page, 'NOTPAY');
    await page.waitForSelector('#countdown:has-text("有效期还剩 ")');
    expect(await page.textContent('#countdown')).toMatch(/还剩 (30:00|2\d:\d\d)$/);
    await shoot(page, `clerk-${device}-countdown`);
    expect(await violations(page)).toEqual([]);
    await guest(701, 'scan', 'pay');
    await screen(page, 'SUCCESS');
    expect(await tones(page)).toEqual(PAID_TONES);
    expect(await focused(page)).toBe('fresh');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('amount');
    expect(await page.inputValue('#amount')).toBe('');
    await page.waitForSelector('#today-list li');
    expect(await page.textContent('#today-list li .sum')).toBe('¥7.01');
    await shoot(page, `clerk-${device}-list`);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it("charges the guest's code, and refuses with another sound", async () => {
    const page = await openTill(viewport);
    await page.keyboard.type('7.02');
    await tabTo(page, '#barcode');
    await page.keyboard.type('280000000000000006');
    await page.keyboard.press('Enter');
    await screen(page, 'PAYERROR');
    expect(await tones(page)).toEqual([330, 220]);
    expect(await focused(page)).toBe('back');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('barcode');
    expect(await page.inputValue('#amount')).toBe('7.02');
    await page.keyboard.type('280000000000000001');
    await page.keyboard.press('Enter');
    await screen(page, 'SUCCESS');
    expect(await page.textContent('#stage-sum')).toBe('¥7.02');
    expect(await tones(page)).toEqual([330, 220, ...PAID_TONES]);
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('amount');
    expect(faults).toEqual([]);
  });

  it('cancels with one press when the guest walks away; Escape never does', async () => {
    const page = await openTill(viewport);
    await page.keyboard.type('7.03');
    await page.keyboard.press('Enter');
    await screen(page, 'NOTPAY');
    await page.keyboard.press('Escape');
    await page.waitForTimeout(200);
    await screen(page, 'NOTPAY');
    await tabTo(page, '[data-action="cancel"]');
    await page.keyboard.press('Enter');
    await screen(page, 'REVOKED');
    expect(await focused(page)).toBe('fresh');
    await page.keyboard.press('Escape');
    expect(await page.inputValue('#amount')).toBe('7.03');
    expect(faults).toEqual([]);
  });
});

describe('a charge that wants a password', () => {
  it('is watched until the guest has typed it', async () => {
    const page = await openTill(DESK);
    await page.fill('#amount', '7.04');
    await page.fill('#barcode', '280000000000000005');
    await page.click('#charge');
    await screen(page, 'USERPAYING');
    expect(await page.isVisible('[data-action="cancel"]')).toBe(false);
    await page.reload();
    await screen(page, 'USERPAYING');
    expect(await page.textContent('#stage-sum')).toBe('¥7.04');
    await guest(704, 'pay');
    await screen(page, 'SUCCESS');
    expect(await page.inputValue('#amount')).toBe('7.04');
    expect(faults).toEqual([]);
  });
});

describe('today', () => {
  it('finds a receipt by anything on its slip, and shows it without collecting', async () => {
    const page = await openTill(DESK);
    await page.check('[name=billtype][value="7"]');
    await page.fill('#cardno', KEPT[0] ?? '');
    await page.fill('#billnum', KEPT[1] ?? '');
    await page.fill('#amount', '1234.5');
    await page.fill('#barcode', '280000000000000002');
    await page.press('#barcode', 'Enter');
    await screen(page, 'SUCCESS');
    const autoid = (await page.textContent('#fact-autoid')) ?? '';
    await page.click('[data-action="fresh"]');
    for (const text of [...KEPT, 'bill-1', autoid, '¥1,234.50', '1234.5']) {
      await page.fill('#find', text);
      await page.press('#find', 'Enter');
      await page.waitForSelector('#today-state:text("1 笔")');
      expect(await page.textContent('#today-list .what')).toBe(KEPT[1]);
      await page.fill('#find', 'nothing');
      await page.press('#find', 'Enter');
      await page.waitForSelector('#today-state:text("今天没有找到。")');
    }
    await page.fill('#find', autoid);
    await page.press('#find', 'Enter');
    const posts: string[] = [];
    page.on('request', (request) => posts.push(request.url().split('/').pop() ?? ''));
    await page.click('#today-list li button');
    await screen(page, 'SUCCESS');
    expect(await page.getAttribute('#stage', 'data-remark')).toBe('looked');
    expect(await page.textContent('#stage-more')).toContain('本次没有收款');
    expect(await tones(page)).toEqual(PAID_TONES);
    await shoot(page, 'clerk-desk-looked');
    await page.click('[data-action="leave"]');
    expect(posts.filter((each) => !['Query', 'Search'].includes(each))).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('takes up a code that another till has left, and can cancel it', async () => {
    const first = await openTill(DESK);
    await first.fill('#amount', '7.05');
    await first.press('#amount', 'Enter');
    await screen(first, 'NOTPAY');
    await context.close();
    const page = await openTill(PHONE);
    await page.click('#today-list li button:has-text("¥7.05")');
    await screen(page, 'NOTPAY');
    expect(await page.isVisible('[data-action="leave"]')).toBe(true);
    expect(await page.isVisible('[data-action="fresh"]')).toBe(false);
    await page.click('[data-action="cancel"]');
    await screen(page, 'REVOKED');
    await page.click('[data-action="leave"]');
    await page.waitForSelector('#today-list li:has-text("¥7.05"):has-text("已撤销")');
    expect(faults).toEqual([]);
  });
});

describe('the key of the till', () => {
  it('is asked for first; a wrong one is said, and replaced in the middle of a bill', async () => {
    const page = await openTill(PHONE, '');
    expect(await focused(page)).toBe('key');
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'clerk-phone-key');
    await page.keyboard.type('not-the-key');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#today-state:has-text("密钥")');
    await page.fill('#amount', '7.06');
    await page.press('#amount', 'Enter');
    await screen(page, 'refused');
    await page.click('[data-action="key"]');
    await page.keyboard.type(TILL.secret);
    await page.keyboard.press('Enter');
    await page.click('[data-action="back"]');
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    expect(faults.filter((each) => !each.includes('401'))).toEqual([]);
  });

  it('that is taken away while a code may be paid lets nothing go', async () => {
    const page = await openTill(PHONE);
    await page.fill('#amount', '7.07');
    await page.press('#amount', 'Enter');
    await screen(page, 'NOTPAY');
    await page.click('#key-button');
    await page.click('#forget-key');
    await page.waitForSelector('#stage-note:has-text("查询被拒绝")');
    await guest(707, 'scan', 'pay');
    await page.click('[data-action="key"]');
    await page.keyboard.type(TILL.secret);
    await page.keyboard.press('Enter');
    await screen(page, 'SUCCESS');
    expect(await page.textContent('#stage-sum')).toBe('¥7.07');
  });

  it('stays on this machine, and is written nowhere on the page', async () => {
    const page = await openTill(DESK);
    await page.reload();
    await page.waitForSelector('#today-list li');
    expect(await page.content()).not.toContain(TILL.secret);
    await page.click('#key-button');
    expect(await page.inputValue('#key')).toBe('');
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#key-dialog')).toBe(false);
  });
});

describe('the sound', () => {
  it('can be turned off, and stays off', async () => {
    const page = await openTill(DESK);
    await page.click('#sound');
    await page.reload();
    expect(await page.getAttribute('#sound', 'aria-pressed')).toBe('false');
    await page.fill('#amount', '7.08');
    await page.fill('#barcode', '280000000000000003');
    await page.press('#barcode', 'Enter');
    await screen(page, 'SUCCESS');
    expect(await tones(page)).toEqual([]);
    await page.click('#sound');
    expect(await tones(page)).toEqual(PAID_TONES);
  });
});
