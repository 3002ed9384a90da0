import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Browser, BrowserContext, Page, Request, Route } from 'playwright-core';
import { TillModule } from '../../src/till/till.module';
import { launch, PHONE, screenshotFolder, watchedContext } from './chromium';

type Envelope = { errcode: number; errmsg: string; tag: object | null };
/** What the scripted service answers: an envelope, other bytes, or `null` for a cut connection. */
export type Answer = Envelope | Required<Pick<Fulfilment, 'status' | 'body' | 'headers'>> | null;
type Fulfilment = NonNullable<Parameters<Route['fulfill']>[0]>;
export type Sent = { operation: string; body: Record<string, string>; key?: string };

export const CODE = { billnum: 'B1', autoid: '98|0|1', codeurl: 'http://127.0.0.1:9/qr/abc' };
export const GIVEN: Answer = { errcode: 0, errmsg: 'ok', tag: CODE };
export const UNKNOWN: Answer = {
  errcode: 1,
  errmsg: '支付结果未知 (outcome not known yet)',
  tag: null,
};

/** A refusal as the service sends it, `Retry-After` included. */
export function refusal(status: number, errcode: number, retryAfter?: number): Answer {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ errcode, errmsg: `refused ${errcode}`, tag: null });
  const asked = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { status, body, headers: { ...headers, ...asked } };
}

export function stands(paystatus: string, paystatusdesc: string, billstatus: string): Answer {
  const tag = { billnum: 'B1', autoid: '98|0|1', billstatus, paystatus, paystatusdesc };
  return { errcode: 0, errmsg: 'ok', tag };
}

export const NOTPAY = stands('NOTPAY', '等待扫码中', '0');
export const USERPAYING = stands('USERPAYING', '等待用户输入密码中', '0');
export const SUCCESS = stands('SUCCESS', '支付成功', '3');
export const REVOKED = stands('REVOKED', '已撤销', '0');
export const CHARGED = SUCCESS;
export const NONE_FOUND: Answer = { errcode: 0, errmsg: 'ok', tag: { receipts: [], next: null } };
export const HTML: Answer = { status: 502, body: '<html>bad gateway</html>', headers: {} };

export const EMPTY: Answer = { errcode: 0, errmsg: 'ok', tag: null };

/** Everything but a paystatus that a question can be answered with, and what is said of it. */
export const TROUBLE: readonly (readonly [string, Answer, string])[] = [
  ['errcode 1', UNKNOWN, '正在再次查询'],
  ['42900', refusal(429, 42900), '服务繁忙'],
  ['50301', refusal(503, 50301), '服务繁忙'],
  ['50300', refusal(200, 50300), '服务出错'],
  ['50000', refusal(500, 50000), '服务出错'],
  ['40100', refusal(401, 40100), 'refused 40100'],
  ['40300', refusal(403, 40300), 'refused 40300'],
  ['40401', refusal(200, 40401), 'refused 40401'],
  ['40001', refusal(200, 40001), 'refused 40001'],
  ['50200', refusal(200, 50200), '服务出错'],
  ['a page of a proxy', HTML, '连接中断'],
  ['a success without a state', EMPTY, '连接中断'],
  ['a cut connection', null, '连接中断'],
];

/** After which nobody knows what came of a call that moves money: it is made again. */
export const NOT_KNOWN: readonly (readonly [string, Answer])[] = [
  ['errcode 1', UNKNOWN],
  ['42900', refusal(429, 42900)],
  ['50301', refusal(503, 50301)],
  ['50300', refusal(200, 50300)],
  ['50000', refusal(500, 50000)],
  ['a page of a proxy', HTML],
  ['a success that names nothing', EMPTY],
  ['a cut connection', null],
];

/** Another till's code of the bill was paid. */
export const PAID_BEFORE: Answer = {
  ...{ errcode: 40901, errmsg: '该单据已支付', tag: { autoid: '98|0|7' } },
};

/** What is open while a test file runs. */
let address: string;
let browser: Browser;
let context: BrowserContext;
let faults: string[];

/** Serves the till to this test file, without a service behind it, and starts the browser. */
export function serveTill(): void {
  let app: INestApplication<Server>;
  beforeAll(async () => {
    const imports = [TillModule.register({ simulator: true })];
    const module = await Test.createTestingModule({ imports }).compile();
    app = module.createNestApplication<INestApplication<Server>>({ logger: false });
    await app.listen(0, '127.0.0.1');
    address = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    browser = await launch();
    process.stdout.write(`screenshots: ${screenshotFolder()}\n`);
  }, 60_000);
  afterEach(() => context.close());
  afterAll(async () => {
    await browser.close();
    await app.close();
  });
}

/** What went wrong on the pages of this test: errors, failed requests, breaches of the CSP. */
export function pageFaults(): readonly string[] {
  return faults;
}

type Operation = 'ScanCode' | 'BarCode' | 'Query' | 'Cancel' | 'Search';
export type Script = Partial<Record<Operation, Answer[]>>;

/**
 * A till whose service answers by script: the last answer of a call is repeated for ever. `sent`:
 * what moves or may move money, in its order; `searched`: what was looked for in the books.
 */
export async function openTill(
  script: Script,
  viewport = PHONE,
): Promise<{ page: Page; sent: Sent[]; searched: Sent[] }> {
  ({ context, faults } = await watchedContext(browser, viewport));
  const [sent, searched]: [Sent[], Sent[]] = [[], []];
  const page = await context.newPage();
  const left: Record<string, Answer[]> = {
    ScanCode: [...(script.ScanCode ?? [GIVEN])],
    Query: [...(script.Query ?? [NOTPAY])],
    BarCode: [...(script.BarCode ?? [CHARGED])],
    Cancel: [...(script.Cancel ?? [REVOKED])],
    Search: [...(script.Search ?? [NONE_FOUND])],
  };
  await context.route('**/api/3Pay/*/*', async (route) => {
    const request = route.request();
    const operation = request.url().split('/').pop() ?? '';
    const answers = left[operation] ?? [];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? null;
    const body = request.postDataJSON() as Record<string, string>;
    const key = request.headers()['x-api-key'];
    const one = { operation, body, ...(key === undefined ? {} : { key }) };
    (operation === 'Search' ? searched : sent).push(one);
    if (!answer) await route.abort();
    else if ('body' in answer) await route.fulfill(answer);
    else await route.fulfill({ json: answer, headers: await dated(page) });
  });
  await page.clock.install();
  await page.goto(address);
  return { page, sent, searched };
}

/** The service's clock runs with the page's; a page that was closed meanwhile has none. */
async function dated(page: Page): Promise<Record<string, string>> {
  const date = await page.evaluate<string>('new Date().toUTCString()').catch((error: unknown) => {
    if (page.isClosed()) return '';
    throw error;
  });
  return { date };
}

export async function collect(page: Page, yuan = '5.10'): Promise<void> {
  await page.fill('#amount', yuan);
  await page.fill('#billnum', 'B1');
  await page.click('#collect');
}

export function screen(page: Page, name: string): Promise<unknown> {
  return page.waitForSelector(`#stage[data-screen="${name}"]`, { timeout: 10_000 });
}

/** Lets the till's two seconds pass `times` times. */
export async function ticks(page: Page, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const answered = page.waitForEvent('requestfinished', asksOfMoney).catch(() => null);
    const failed = page.waitForEvent('requestfailed', asksOfMoney).catch(() => null);
    await page.clock.runFor(2000);
    await Promise.race([answered, failed]);
  }
}

/** Looking into the books goes on beside the question, and says nothing of its answer. */
function asksOfMoney(request: Request): boolean {
  return /\/api\/3Pay\/(?!.*\/Search$)/.test(request.url());
}

/** What the tests ask of an element; the types of a page are not among those of Node. */
interface Attributed {
  getAttribute(name: string): string | null;
}

/** The moves the page offers to the clerk now. */
export function offered(page: Page): Promise<(string | null)[]> {
  // Read at once: one that is hidden meanwhile would be waited for.
  const buttons = page.locator('[data-action]:not([hidden])');
  return buttons.evaluateAll((all) =>
    (all as Attributed[]).map((one) => one.getAttribute('data-action')),
  );
}

/** The operations in their order, as one text. */
export function operations(sent: readonly Sent[]): string {
  return sent.map(({ operation }) => operation).join();
}

/** Lets time pass, `step` seconds at a time, until a screen is shown; fails after `seconds`. */
export async function passUntil(
  page: Page,
  name: string,
  seconds: number,
  step = 1,
): Promise<void> {
  const shown = page.locator(`#stage[data-screen="${name}"]`);
  for (let passed = 0; passed < seconds && !(await shown.count()); passed += step) {
    await page.clock.runFor(step * 1000);
    await page.waitForTimeout(20);
  }
  await screen(page, name);
}
