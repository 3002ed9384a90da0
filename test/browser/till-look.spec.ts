import type { Page } from 'playwright-core';
import { violations } from './axe';
import { DESK, overflow, PHONE, shoot } from './chromium';
import {
  collect,
  NOTPAY,
  openTill,
  pageFaults,
  refusal,
  screen,
  serveTill,
  stands,
  ticks,
  UNKNOWN,
  type Answer,
  type Script,
} from './scripted-till';

jest.setTimeout(240_000);

serveTill();

const ROW = {
  ...{ id: 9, billtype: '7', billnum: 'T261130101112001', autoid: '1042', paytype: '98' },
  ...{ paymentvalue: 100000000, begunat: '2026-11-30 10:11:12', paystatus: 'SUCCESS' },
};
const ROWS = [
  ROW,
  { ...ROW, id: 8, paystatus: 'NOTPAY', paymentvalue: 5.1 },
  { ...ROW, id: 7, paystatus: 'REFUND', state: 'paid', paymentvalue: 20 },
  { ...ROW, id: 6, paystatus: null, paymentvalue: 0.01, billnum: 'W'.repeat(20) },
];
const LIST: Answer = { errcode: 0, errmsg: 'ok', tag: { receipts: ROWS, next: null } };

/** Every state a receipt can be told in. */
const STATES: readonly (readonly [string, string, string])[] = [
  ['USERPAYING', '等待用户输入密码中', '0'],
  ['SUCCESS', '支付成功', '3'],
  ['CLOSED', '二维码已过期', '0'],
  ['REVOKED', '已撤销', '0'],
  ['PAYERROR', '支付失败', '0'],
  ['REFUND', '退款中', '0'],
];

/** What is wrong with the page as it is: for those who cannot see it, too wide, two languages. */
async function faultsOf(page: Page, name: string, lang: string): Promise<string[]> {
  await shoot(page, `look-${name}`);
  const found = await violations(page);
  if ((await overflow(page)) > 0) found.push('too wide');
  const seen = await page.evaluate<string>(`[...document.body.innerText.split('\\n'),
    ...[...document.querySelectorAll('[aria-label]')].map((one) => one.ariaLabel)].join('\\n')`);
  const foreign = lang === 'en' ? /\p{Script=Han}/u : /[a-z]{4,} [a-z]+/;
  const others = lang === 'en' ? ['中文'] : ['English', 'scenic'];
  const lines = seen.split('\n').filter((line) => foreign.test(line) && !others.includes(line));
  found.push(...lines.map((line) => `in the other language: ${line}`));
  return found.map((each) => `${name}: ${each}`);
}

async function openLook(
  script: Script,
  viewport: typeof PHONE,
  [lang, theme]: readonly [string, string],
): Promise<Page> {
  const { page } = await openTill({ Search: [LIST], ...script }, viewport);
  if (lang === 'en') await page.click('#lang');
  while ((await page.getAttribute('html', 'data-theme')) !== theme) await page.click('#theme');
  return page;
}

describe.each([
  ['phone', PHONE],
  ['desk', DESK],
])('the till on a %s', (device, viewport) => {
  const looks = [
    ['zh', 'light'],
    ['en', 'light'],
    ['zh', 'dark'],
    ['en', 'dark'],
  ] as const;

  it.each(looks)('is whole in %s and %s: every screen, for everybody', async (lang, theme) => {
    const look = [lang, theme] as const;
    const wrong: string[] = [];
    const note = async (page: Page, name: string): Promise<void> => {
      wrong.push(...(await faultsOf(page, `${device}-${lang}-${theme}-${name}`, lang)));
    };
    const page = await openLook({ Query: [NOTPAY, UNKNOWN] }, viewport, look);
    await page.waitForSelector('#today-list li');
    await note(page, 'form');
    await page.check('[name=billtype][value="7"]');
    await page.click('#collect');
    await note(page, 'faults');
    await page.check('[name=billtype][value="1"]');
    await collect(page, '100000000');
    await screen(page, 'NOTPAY');
    await ticks(page);
    await note(page, 'code');
    await ticks(page);
    await page.waitForSelector('#stage-note:not(:empty)');
    await note(page, 'note');
    expect(pageFaults()).toEqual([]);
    for (const state of STATES) {
      const ended = await openLook({ Query: [stands(...state)] }, viewport, look);
      await collect(ended);
      await ticks(ended);
      await screen(ended, state[0]);
      await ended.clock.runFor(1000);
      await note(ended, state[0].toLowerCase());
      await ended.context().close();
    }
    expect(wrong).toEqual([]);
  });
});

describe('the language', () => {
  it('is that of the browser, until it is chosen, and then kept', async () => {
    const { page } = await openTill({});
    expect(await page.textContent('#collect')).toContain('出示收款码');
    expect(await page.title()).toBe('收款台 · 3Pay');
    await page.click('#lang');
    expect(await page.textContent('#collect')).toContain('Show a code');
    await page.reload();
    expect(await page.textContent('#collect')).toContain('Show a code');
    expect(await page.title()).toBe('Till · 3Pay');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await page.click('#lang');
    expect(await page.textContent('#collect')).toContain('出示收款码');
  });

  it('changes in the middle of a payment, and nothing is let go', async () => {
    const errmsg = '支付结果未知,请稍后重新查询 (outcome not known yet: query again)';
    const { page, sent } = await openTill({ Query: [NOTPAY, { ...UNKNOWN, errmsg } as Answer] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await page.click('#lang');
    expect(await page.textContent('#stage-title')).toBe('Waiting for the guest to scan');
    expect(await page.isVisible('#qr svg')).toBe(true);
    await ticks(page, 2);
    await page.waitForSelector('#stage-note:has-text("outcome not known yet: query again")');
    expect(await page.textContent('#stage-note')).not.toMatch(/\p{Script=Han}/u);
    await page.click('#lang');
    expect(await page.textContent('#stage-note')).toContain('支付结果未知,请稍后重新查询');
    expect(sent[0]?.operation).toBe('ScanCode');
    expect(sent[0]?.body['body']).toBe('景区系统收款');
  });

  it('of a refusal is the one that is shown', async () => {
    const refused = refusal(200, 40902) as { body: string };
    const errmsg = '当前状态不允许该操作 (not possible in this state)';
    const body = refused.body.replace('refused 40902', errmsg);
    const { page } = await openTill({ ScanCode: [{ ...refused, body } as Answer] });
    await collect(page);
    await screen(page, 'refused');
    expect(await page.textContent('#stage-more')).toBe('当前状态不允许该操作');
    await page.click('#lang');
    expect(await page.textContent('#stage-more')).toBe('not possible in this state');
  });
});

describe('the theme', () => {
  it('follows the system until it is chosen, and is there before anything is drawn', async () => {
    const { page } = await openTill({});
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
    await page.click('#theme');
    expect(await ground()).toBe(light);
    await page.route('**/till/till.js', (route) => route.abort());
    await page.reload();
    expect(await page.getAttribute('html', 'data-theme')).toBe('light');
    expect(await ground()).toBe(light);
  });
});
