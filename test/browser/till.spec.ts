import type { Browser, BrowserContext, Page } from 'playwright-core';
import { DESK, launch, overflow, PHONE, screenshotFolder, shoot, watchedContext } from './chromium';
import { startService, type RunningService } from './support';

jest.setTimeout(60_000);

let service: RunningService;
let browser: Browser;
let context: BrowserContext;
let faults: string[];

beforeAll(async () => {
  service = await startService();
  browser = await launch();
  process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

afterEach(() => context?.close());

async function openTill(viewport: typeof PHONE): Promise<{ page: Page; calls: string[] }> {
  ({ context, faults } = await watchedContext(browser, viewport));
  const page = await context.newPage();
  const calls: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.includes('/AliPay/')) calls.push(pathname); // The books are read beside it.
  });
  await page.goto(service.address);
  return { page, calls };
}

function screen(page: Page, name: string): Promise<unknown> {
  return page.waitForSelector(`#stage[data-screen="${name}"]`, { timeout: 15_000 });
}

/** Opens the code in a second tab, as the guest's phone does. */
async function openPhone(page: Page): Promise<Page> {
  const opened = context.waitForEvent('page');
  await page.click('#codeurl');
  const phone = await opened;
  await phone.waitForSelector('form[action$="/scan"] button');
  return phone;
}

describe.each([
  ['phone', PHONE],
  ['desk', DESK],
])('a payment on a %s', (name, viewport) => {
  it('goes from "collect" to the green tick', async () => {
    const { page, calls } = await openTill(viewport);
    await page.click('[data-amount="5.10"]');
    await shoot(page, `real-${name}-1-form`);
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    expect(await page.isVisible('#qr svg')).toBe(true);
    expect(await page.textContent('#stage-sum')).toBe('¥5.10');
    expect(await page.textContent('#fact-autoid')).not.toBe('');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await shoot(page, `real-${name}-2-code`);

    const phone = await openPhone(page);
    await shoot(phone, `real-${name}-3-guest-scan`);
    await phone.click('form[action$="/scan"] button');
    await phone.waitForSelector('form[action$="/pay"] button');
    await screen(page, 'USERPAYING');
    expect(await page.textContent('#stage-title')).toBe('等待输入密码');
    await shoot(page, `real-${name}-4-paying`);

    await shoot(phone, `real-${name}-5-guest-pay`);
    await phone.click('form[action$="/pay"] button');
    await screen(page, 'SUCCESS');
    expect(await page.isVisible('.art-tick')).toBe(true);
    expect(await page.textContent('#stage-title')).toBe('支付成功');
    expect(await page.textContent('#stage-sum')).toBe('¥5.10');
    expect(await page.textContent('#fact-billstatus')).toBe('已收款');
    await shoot(page, `real-${name}-6-paid`);
    await shoot(phone, `real-${name}-7-guest-paid`);
    expect(calls.filter((path) => path.endsWith('/ScanCode'))).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});

describe('the till and the real service', () => {
  it('recharges a stored-value card', async () => {
    const { page } = await openTill(PHONE);
    await page.check('[name=billtype][value="7"]');
    await page.fill('#cardno', 'CARD-2026-000123');
    await page.fill('#amount', '100');
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    expect(await page.textContent('#fact-billtype')).toBe('储值卡充值业务');
    const phone = await openPhone(page);
    await phone.click('form[action$="/scan"] button');
    await phone.click('form[action$="/pay"] button');
    await screen(page, 'SUCCESS');
    expect(await page.textContent('#stage-sum')).toBe('¥100.00');
    await shoot(page, 'real-card-paid');
    expect(faults).toEqual([]);
  });

  it('sends nothing for a bad amount', async () => {
    const { page, calls } = await openTill(PHONE);
    await page.fill('#amount', '5.001');
    await page.click('#collect');
    expect(await page.textContent('#amount-error')).toContain('最多两位小数');
    await page.waitForTimeout(500);
    expect(calls).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe('a bill that was collected before', () => {
  it('keeps its code over a reload, until the clerk cancels it', async () => {
    const { page, calls } = await openTill(PHONE);
    await page.fill('#amount', '0.01');
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    const code = await page.getAttribute('#codeurl', 'href');
    const autoid = await page.textContent('#fact-autoid');
    await page.reload();
    await screen(page, 'NOTPAY');
    expect(await page.getAttribute('#codeurl', 'href')).toBe(code);
    expect(await page.textContent('#fact-autoid')).toBe(autoid);
    await page.click('[data-action="cancel"]');
    await screen(page, 'REVOKED');
    await shoot(page, 'real-cancelled');
    await page.click('[data-action="back"]');
    await page.waitForSelector('[data-view="form"]');
    expect(await page.inputValue('#amount')).toBe('0.01');
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    expect(await page.textContent('#fact-autoid')).not.toBe(autoid);
    const asked = calls.map((path) => path.split('/').pop()).filter((each) => each !== 'Query');
    expect(asked).toEqual(['ScanCode', 'Cancel', 'ScanCode']);
    expect(faults).toEqual([]);
  });

  it('shows after a break what was paid meanwhile, and asks for no code', async () => {
    const { page, calls } = await openTill(PHONE);
    await page.fill('#amount', '20');
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    const phone = await openPhone(page);
    await page.goto('about:blank');
    await phone.click('form[action$="/scan"] button');
    await phone.click('form[action$="/pay"] button');
    calls.length = 0;
    await page.goBack();
    await screen(page, 'SUCCESS');
    expect(await page.textContent('#stage-sum')).toBe('¥20.00');
    expect(calls.every((path) => path.endsWith('/Query'))).toBe(true);
    expect(faults).toEqual([]);
  });

  it('shows the payment of a bill that another till has just collected', async () => {
    const bill = async (): Promise<Page> => {
      const { page } = await openTill(PHONE);
      await page.fill('#billnum', 'SHARED-BILL');
      await page.fill('#amount', '20');
      await page.click('#collect');
      return page;
    };
    const first = await bill();
    await screen(first, 'NOTPAY');
    const phone = await openPhone(first);
    await phone.click('form[action$="/scan"] button');
    await phone.click('form[action$="/pay"] button');
    await screen(first, 'SUCCESS');
    const autoid = await first.textContent('#fact-autoid');
    await context.close();

    const second = await bill();
    await screen(second, 'SUCCESS');
    expect(await second.textContent('#fact-autoid')).toBe(autoid);
    expect(await second.textContent('#stage-more')).toContain('此单先前已支付');
    await shoot(second, 'real-paid-before');
    expect(faults).toEqual([]);
  });
});
