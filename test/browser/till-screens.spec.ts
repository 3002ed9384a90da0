import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { TillModule } from '../../src/till/till.module';
import { DESK, launch, overflow, PHONE, screenshotFolder, shoot, watchedContext } from './chromium';

/** What the scripted service answers: an envelope, or `null` for a cut connection. */
type Answer = { errcode: number; errmsg: string; tag: object | null } | null;
type Sent = { operation: string; body: Record<string, string> };

const CODE = { billnum: 'B1', autoid: '98|0|1', codeurl: 'http://127.0.0.1:9/qr/abc' };
const GIVEN: Answer = { errcode: 0, errmsg: 'ok', tag: CODE };
const UNKNOWN: Answer = { errcode: 1, errmsg: '支付结果未知', tag: null };

function stands(paystatus: string, paystatusdesc: string, billstatus: string): Answer {
  const tag = { billnum: 'B1', autoid: '98|0|1', billstatus, paystatus, paystatusdesc };
  return { errcode: 0, errmsg: 'ok', tag };
}

const NOTPAY = stands('NOTPAY', '等待扫码中', '0');
const USERPAYING = stands('USERPAYING', '等待用户输入密码中', '0');
const SUCCESS = stands('SUCCESS', '支付成功', '3');

jest.setTimeout(30_000);

let app: INestApplication<Server>;
let address: string;
let browser: Browser;

beforeAll(async () => {
  const imports = [TillModule.register({ simulator: true })];
  const module = await Test.createTestingModule({ imports }).compile();
  app = module.createNestApplication<INestApplication<Server>>({ logger: false });
  await app.listen(0, '127.0.0.1');
  address = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  browser = await launch();
  process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await app.close();
});

let context: BrowserContext;
let faults: string[];

afterEach(() => context.close());

/** A till whose service answers by script: the last answer of a call is repeated for ever. */
async function openTill(
  script: { ScanCode?: Answer[]; Query?: Answer[] },
  viewport = PHONE,
): Promise<{ page: Page; sent: Sent[] }> {
  ({ context, faults } = await watchedContext(browser, viewport));
  const sent: Sent[] = [];
  const left: Record<string, Answer[]> = {
    ScanCode: [...(script.ScanCode ?? [GIVEN])],
    Query: [...(script.Query ?? [NOTPAY])],
  };
  await context.route('**/api/3Pay/AliPay/*', async (route) => {
    const operation = route.request().url().split('/').pop() ?? '';
    const answers = left[operation] ?? [];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? null;
    sent.push({ operation, body: route.request().postDataJSON() as Record<string, string> });
    if (answer) await route.fulfill({ json: answer });
    else await route.abort();
  });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(address);
  return { page, sent };
}

async function collect(page: Page, yuan = '5.10'): Promise<void> {
  await page.fill('#amount', yuan);
  await page.fill('#billnum', 'B1');
  await page.click('#collect');
}

function screen(page: Page, name: string): Promise<unknown> {
  return page.waitForSelector(`#stage[data-screen="${name}"]`, { timeout: 10_000 });
}

/** Lets the till's two seconds pass `times` times. */
async function ticks(page: Page, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const answered = page.waitForEvent('requestfinished').catch(() => null);
    const failed = page.waitForEvent('requestfailed').catch(() => null);
    await page.clock.runFor(2000);
    await Promise.race([answered, failed]);
  }
}

/** The moves the page offers to the clerk now. */
async function offered(page: Page): Promise<(string | null)[]> {
  const buttons = await page.locator('[data-action]:not([hidden])').all();
  return Promise.all(buttons.map((button) => button.getAttribute('data-action')));
}

describe('the form', () => {
  it.each([
    ['5.001', '最多两位小数'],
    ['abc', '请输入金额'],
    ['', '请输入金额'],
    ['0', '金额须在'],
    ['100000000.01', '金额须在'],
  ])('refuses the amount %j and sends nothing', async (yuan, message) => {
    const { page, sent } = await openTill({});
    await collect(page, yuan);
    expect(await page.textContent('#amount-error')).toContain(message);
    expect(await page.getAttribute('#amount', 'aria-invalid')).toBe('true');
    expect(await page.evaluate('document.activeElement.id')).toBe('amount');
    if (yuan === '5.001') await shoot(page, 'phone-bad-amount');
    expect(sent).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('asks for a card number for type 7 only, and refuses without one', async () => {
    const { page, sent } = await openTill({});
    expect(await page.isVisible('#cardno')).toBe(false);
    await page.check('[name=billtype][value="7"]');
    await collect(page);
    expect(await page.textContent('#cardno-error')).toContain('请输入卡号');
    expect(sent).toEqual([]);
    await page.fill('#cardno', 'C-100');
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    expect(sent[0]?.body).toEqual({
      billnum: 'B1',
      billtype: '7',
      body: '储值卡充值业务收款',
      paytype: '98',
      paymentvalue: '5.10',
      cardno: 'C-100',
    });
  });

  it('sends every amount as text with two decimals, quick ones too', async () => {
    const { page, sent } = await openTill({});
    await page.click('[data-amount="20.00"]');
    await page.press('#amount', 'Enter');
    await screen(page, 'NOTPAY');
    expect(sent[0]?.body['paymentvalue']).toBe('20.00');
    expect(sent[0]?.body['billnum']).toMatch(/^T\d{15}$/);
    expect(sent[0]?.body).not.toHaveProperty('cardno');
  });

  it.each([320, 360, 390, 839, 840, 1079, 1080, 1280])(
    'fits a window of %d pixels',
    async (width) => {
      const { page } = await openTill({}, { width, height: 800 });
      await page.check('[name=billtype][value="7"]');
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await shoot(page, `form-${width}`);
      await page.fill('#cardno', '9'.repeat(20));
      await page.fill('#amount', '100000000');
      await page.fill('#billnum', 'W'.repeat(20));
      await page.click('#collect');
      await screen(page, 'NOTPAY');
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await shoot(page, `long-${width}`);
    },
  );
});

describe('the way of a receipt', () => {
  it.each([
    ['phone', PHONE],
    ['desk', DESK],
  ])('from the code to the tick on a %s', async (name, viewport) => {
    const { page, sent } = await openTill({ Query: [NOTPAY, USERPAYING, SUCCESS] }, viewport);
    await shoot(page, `${name}-1-form`);
    await collect(page);
    await screen(page, 'NOTPAY');
    expect(await page.isVisible('#qr svg')).toBe(true);
    expect(await page.getAttribute('#codeurl', 'href')).toBe(CODE.codeurl);
    await shoot(page, `${name}-2-notpay`);
    await ticks(page, 2);
    await screen(page, 'USERPAYING');
    expect(await offered(page)).toEqual([]);
    await shoot(page, `${name}-3-userpaying`);
    await ticks(page);
    await screen(page, 'SUCCESS');
    expect(await page.isVisible('.art-tick')).toBe(true);
    expect(await page.textContent('#stage-sum')).toBe('¥5.10');
    expect(await page.textContent('#fact-billstatus')).toBe('已收款 collected');
    await page.clock.runFor(1000);
    await shoot(page, `${name}-4-success`);
    await page.clock.runFor(10_000);
    expect(sent.map(({ operation }) => operation)).toEqual(['ScanCode', 'Query', 'Query', 'Query']);
    const asked = { billnum: 'B1', autoid: '98|0|1', billtype: '1', paytype: '98' };
    expect(sent[3]?.body).toEqual(asked);
    await page.click('[data-action="fresh"]');
    expect(await page.inputValue('#amount')).toBe('');
    expect(await page.inputValue('#billnum')).not.toBe('B1');
    expect(faults).toEqual([]);
  });

  it.each([
    ['CLOSED', '二维码已过期', ['fresh', 'back']],
    ['REVOKED', '已撤销', ['fresh', 'back']],
    ['PAYERROR', '支付失败', ['fresh', 'back']],
    ['REFUND', '部分退款', ['ask', 'fresh']],
  ])('ends at %s', async (paystatus, text, actions) => {
    const { page, sent } = await openTill({ Query: [stands(paystatus, text, '2')] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await ticks(page);
    await screen(page, paystatus);
    expect(await page.textContent('#stage-zh')).toBe(text);
    expect((await offered(page)).sort()).toEqual(actions.sort());
    await shoot(page, `phone-${paystatus.toLowerCase()}`);
    await page.clock.runFor(10_000);
    expect(sent).toHaveLength(2);
  });
});

describe('what is not known', () => {
  it('keeps asking after errcode 1 and offers nothing that collects again', async () => {
    const { page } = await openTill({ Query: [UNKNOWN, UNKNOWN, SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await ticks(page);
    await page.waitForSelector('#stage-note:text("正在再次查询")');
    expect(await offered(page)).toEqual([]);
    await shoot(page, 'phone-unknown');
    await ticks(page, 2);
    await screen(page, 'SUCCESS');
    expect(await page.isVisible('#stage-note')).toBe(false);
  });

  it('says that the network is gone, and keeps asking', async () => {
    const { page } = await openTill({ Query: [null, USERPAYING] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await ticks(page);
    await page.waitForSelector('#stage-note:text("连接中断")');
    expect(await offered(page)).toEqual([]);
    await shoot(page, 'phone-no-network');
    await ticks(page);
    await screen(page, 'USERPAYING');
  });

  it.each([
    ['errcode 1', UNKNOWN],
    ['a cut connection', null],
  ])('after %s of ScanCode offers only the same again', async (name, answer) => {
    const { page, sent } = await openTill({ ScanCode: [answer, GIVEN] });
    await collect(page);
    await screen(page, 'undecided');
    expect(await offered(page)).toEqual(['retry']);
    await shoot(page, `phone-undecided-${name}`);
    await page.click('[data-action="retry"]');
    await screen(page, 'NOTPAY');
    expect(sent[1]).toEqual(sent[0]);
  });

  it('takes a success without a state for no answer', async () => {
    const empty = { errcode: 0, errmsg: 'ok', tag: null };
    const { page } = await openTill({ Query: [empty, SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await ticks(page);
    await page.waitForSelector('#stage-note:text("连接中断")');
    await ticks(page);
    await screen(page, 'SUCCESS');
  });
});

describe('a receipt is not forgotten', () => {
  it('asks once more before the clerk goes back to the bill', async () => {
    const { page, sent } = await openTill({ Query: [NOTPAY, UNKNOWN, SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await page.click('[data-action="back"]');
    await page.waitForSelector('[data-view="form"]');
    expect(await page.inputValue('#billnum')).toBe('B1');
    await page.click('#collect');
    await screen(page, 'NOTPAY');
    await page.click('[data-action="back"]');
    await page.clock.runFor(10);
    await screen(page, 'SUCCESS');
    expect(sent.map(({ operation }) => operation).join()).toBe(
      'ScanCode,Query,ScanCode,Query,Query',
    );
  });

  it('finds the receipt again after a reload', async () => {
    const { page, sent } = await openTill({ Query: [SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await page.reload();
    await screen(page, 'SUCCESS');
    expect(sent.map(({ operation }) => operation)).toEqual(['ScanCode', 'Query']);
  });
});

describe('refusals', () => {
  it('shows the receipt of a bill that is already paid, without an amount', async () => {
    const paid = { errcode: 40901, errmsg: '该单据已支付', tag: { autoid: '98|0|7' } };
    const { page, sent } = await openTill({ ScanCode: [paid], Query: [SUCCESS] });
    await collect(page);
    await screen(page, 'SUCCESS');
    expect(sent[1]?.body['autoid']).toBe('98|0|7');
    expect(await page.textContent('#stage-sum')).toBe('');
    expect(await page.textContent('#stage-more')).toContain('此单先前已支付');
    await page.clock.runFor(1000);
    await shoot(page, 'phone-already-paid');
  });

  it('shows why ScanCode was refused and leads back to the bill', async () => {
    const refusal = { errcode: 40902, errmsg: '当前状态不允许该操作', tag: null };
    const { page } = await openTill({ ScanCode: [refusal] });
    await collect(page);
    await screen(page, 'refused');
    expect(await page.textContent('#stage-more')).toBe('当前状态不允许该操作');
    await shoot(page, 'phone-refused');
    await page.click('[data-action="back"]');
    expect(await page.inputValue('#billnum')).toBe('B1');
  });

  it('stops at a refused query and shows why', async () => {
    const refusal = { errcode: 40401, errmsg: '收款记录不存在', tag: null };
    const { page, sent } = await openTill({ Query: [refusal, SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await ticks(page);
    await screen(page, 'stopped');
    expect(await page.textContent('#stage-more')).toBe('收款记录不存在');
    await shoot(page, 'phone-stopped');
    await page.clock.runFor(10_000);
    expect(sent).toHaveLength(2);
    await page.click('[data-action="ask"]');
    await page.clock.runFor(10);
    await screen(page, 'SUCCESS');
  });

  it('shows the words of the service as text, never as markup', async () => {
    const refusal = { errcode: 50000, errmsg: '<img src=x onerror=alert(1)>', tag: null };
    const { page } = await openTill({ ScanCode: [refusal] });
    await collect(page);
    await screen(page, 'refused');
    expect(await page.textContent('#stage-more')).toBe(refusal.errmsg);
    expect(faults).toEqual([]);
  });

  it('runs no inline script, and this test would notice one', async () => {
    const { page } = await openTill({});
    await page.evaluate(`document.body.append(
      Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))`);
    await page.waitForTimeout(100);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(faults.join()).toContain('CSP: script-src');
  });
});
