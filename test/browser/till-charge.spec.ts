import type { Page } from 'playwright-core';
import {
  NONE_FOUND,
  NOT_KNOWN,
  NOTPAY,
  offered,
  openTill,
  operations,
  PAID_BEFORE,
  pageFaults,
  passUntil,
  refusal,
  REVOKED,
  screen,
  serveTill,
  SUCCESS,
  TROUBLE,
  UNKNOWN,
  USERPAYING,
  type Answer,
} from './scripted-till';

jest.setTimeout(60_000);

serveTill();

const CODE = '281234567890123456';
const NAMED = { ...UNKNOWN, tag: { billnum: 'B1', autoid: '97|0|5' } } as Answer;
const KNOWS_NOTHING = refusal(200, 40401);

/** What the books say of a receipt of this bill. */
function inBooks(autoid: string, paytype: string, paymentvalue: number, begunAgoMs = 0): Answer {
  const begunat = new Date(Date.now() + 8 * 3_600_000 - begunAgoMs).toISOString();
  const receipt = {
    ...{ id: 1, billtype: '1', billnum: 'B1', autoid, paytype, paymentvalue },
    begunat: begunat.slice(0, 19).replace('T', ' '),
    paystatus: null,
  };
  return { errcode: 0, errmsg: 'ok', tag: { receipts: [receipt], next: null } };
}

async function fill(page: Page, yuan = '5.10'): Promise<void> {
  await page.fill('#billnum', 'B1');
  await page.fill('#amount', yuan);
}

/** A scanner: all in one go, however slow this machine is, some time after a person's last key. */
async function scan(page: Page, code = CODE): Promise<void> {
  await page.clock.pauseAt((await page.evaluate<number>('Date.now()')) + 1000);
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await page.clock.resume();
}

function stored(page: Page): Promise<string> {
  return page.evaluate<string>('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])');
}

describe("a scanner types the guest's code", () => {
  it.each([
    ['the amount', '#amount'],
    ['its own field', '#barcode'],
    ['a tile', '[name=billtype][value="1"]'],
    ['a bill number that is there already', '#billnum'],
    ['a button', '#new-number'],
  ])('while the focus is in %s', async (_name, selector) => {
    const { page, sent } = await openTill({ BarCode: [SUCCESS] });
    await fill(page);
    await page.focus(selector);
    if (selector === '#billnum') await page.press(selector, 'End');
    await scan(page);
    await screen(page, 'SUCCESS');
    expect(operations(sent)).toBe('BarCode');
    expect(sent[0]?.body).toEqual({
      ...{ billnum: 'B1', billtype: '1', body: '景区系统收款', paymentvalue: '5.10' },
      ...{ paytype: '97', barcode: CODE, validuntil: expect.stringMatching(/^\d{13}$/) },
    });
    expect(await page.textContent('#stage-sum')).toBe('¥5.10');
    expect(await stored(page)).not.toContain(CODE);
    expect(pageFaults()).toEqual([]);
  });

  it.each(['1'.repeat(15), '1'.repeat(25)])('and %s is none', async (code) => {
    const { page, sent } = await openTill({});
    await fill(page);
    await page.focus('#barcode');
    await scan(page, code);
    expect(await page.textContent('#barcode-error')).toContain('16 至 24 位');
    expect(sent).toEqual([]);
  });

  it('of 16 or 24 digits, slowly, into its own field', async () => {
    const { page, sent } = await openTill({ BarCode: [SUCCESS] });
    await fill(page);
    await page.fill('#barcode', `${'2'.repeat(16)} `);
    await page.click('#charge');
    await screen(page, 'SUCCESS');
    expect(sent[0]?.body['barcode']).toBe('2'.repeat(16));
    await page.click('[data-action="fresh"]');
    await fill(page, '6');
    await page.focus('#barcode');
    for (const digit of '3'.repeat(24)) {
      await page.keyboard.type(digit);
      await page.clock.runFor(200);
    }
    await page.keyboard.press('Enter');
    await screen(page, 'SUCCESS');
    expect(sent.filter(({ body }) => body['barcode'] === '3'.repeat(24))).toHaveLength(1);
  });

  it('a slip into an empty field of numbers, and it collects nothing', async () => {
    const { page, sent } = await openTill({});
    await page.fill('#amount', '5');
    await page.focus('#billnum'); // Which marks all that is in it.
    await scan(page, '9'.repeat(18));
    expect(await page.inputValue('#billnum')).toBe('9'.repeat(18));
    expect(await page.evaluate('document.activeElement.id')).toBe('barcode');
    expect(sent).toEqual([]);
  });

  it('too early: the amount is asked for, and the code is forgotten', async () => {
    const { page, sent } = await openTill({});
    await scan(page);
    expect(await page.textContent('#amount-error')).toContain('请输入金额');
    expect(await page.inputValue('#amount')).toBe('');
    expect(await stored(page)).not.toContain(CODE);
    await page.fill('#amount', '5');
    await page.press('#amount', 'Enter');
    await screen(page, 'NOTPAY');
    expect(operations(sent)).toBe('ScanCode');
  });

  it('when the bill is paid: it presses nothing', async () => {
    const { page, sent } = await openTill({ BarCode: [SUCCESS] });
    await fill(page);
    await scan(page);
    await screen(page, 'SUCCESS');
    await scan(page);
    await page.waitForTimeout(100);
    await screen(page, 'SUCCESS');
    expect(operations(sent)).toBe('BarCode');
  });
});

describe('a charge whose outcome is not known', () => {
  it.each(NOT_KNOWN)('is sent again, word for word, after %s', async (_name, answer) => {
    const { page, sent } = await openTill({ BarCode: [answer, SUCCESS] });
    await fill(page);
    await scan(page);
    await screen(page, 'undecided');
    expect(await offered(page)).toEqual(['retry']);
    await page.click('[data-action="retry"]');
    await screen(page, 'SUCCESS');
    expect(operations(sent)).toBe('BarCode,BarCode');
    expect(sent[1]).toEqual(sent[0]);
  });

  it('goes on through a key that is being changed', async () => {
    const { page, sent } = await openTill({ BarCode: [null, refusal(401, 40100), SUCCESS] });
    await fill(page);
    await scan(page);
    await passUntil(page, 'SUCCESS', 10);
    expect(operations(sent)).toBe('BarCode,BarCode,BarCode');
  });

  it.each([
    ['40902', refusal(200, 40902)],
    ['40904', refusal(200, 40904)],
    ['40001', refusal(200, 40001)],
  ])('and then refused by %s is looked for in the books', async (_name, answer) => {
    const Search = [NONE_FOUND, NONE_FOUND, inBooks('97|0|5', '97', 5.1)];
    const { page, sent } = await openTill({ BarCode: [null, answer], Query: [SUCCESS], Search });
    await fill(page);
    await scan(page);
    await passUntil(page, 'SUCCESS', 20);
    expect(operations(sent)).toBe('BarCode,BarCode,Query');
    expect(sent[2]?.body).toMatchObject({ autoid: '97|0|5', paytype: '97' });
  });

  it('is watched by the receipt that is named, whose amount the books tell', async () => {
    const Query = [KNOWS_NOTHING, KNOWS_NOTHING, SUCCESS];
    const Search = [NONE_FOUND, NONE_FOUND, NONE_FOUND, inBooks('97|0|5', '98', 7.3)];
    const { page, sent } = await openTill({ BarCode: [NAMED], Query, Search });
    await fill(page);
    await scan(page);
    await page.waitForSelector('#stage-note:not(:empty)');
    expect(await page.textContent('#stage-sum')).toBe('');
    expect(await offered(page)).toEqual([]);
    await passUntil(page, 'SUCCESS', 12);
    expect(await page.textContent('#stage-sum')).toBe('¥7.30');
    expect(sent[0]?.body['paymentvalue']).toBe('5.10');
    // What the books know of the way of payment corrects the question.
    expect(sent.map(({ body }) => body['paytype'])).toEqual(['97', '97', '97', '98']);
  });

  it('is offered to be cancelled after a minute, and not before', async () => {
    const { page } = await openTill({ BarCode: [NAMED], Query: [UNKNOWN] });
    await fill(page);
    await scan(page);
    await page.waitForSelector('#stage-note:not(:empty)');
    expect(await offered(page)).toEqual([]);
    for (let passed = 0; passed < 100 && !(await offered(page)).length; passed += 5) {
      await page.clock.runFor(5000);
      await page.waitForTimeout(20);
    }
    expect(await offered(page)).toEqual(['cancel']);
  });
});

describe('a charge that was refused', () => {
  it.each([
    ['40904', refusal(200, 40904)],
    ['40902', refusal(200, 40902)],
    ['50201', refusal(200, 50201)],
  ])('by %s leads back to the bill, to scan again', async (_name, answer) => {
    const { page, sent } = await openTill({ BarCode: [answer, SUCCESS] });
    await fill(page);
    await scan(page);
    await screen(page, 'notCharged');
    expect(await offered(page)).toEqual(['back']);
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.id')).toBe('barcode');
    await scan(page, '3'.repeat(18));
    await screen(page, 'SUCCESS');
    expect(sent.at(-1)?.body['barcode']).toBe('3'.repeat(18));
  });

  it('by 40901 shows what was paid, in another colour', async () => {
    const Search = [NONE_FOUND, inBooks('98|0|7', '98', 20)];
    const { page } = await openTill({ BarCode: [PAID_BEFORE], Query: [SUCCESS], Search });
    await fill(page);
    await scan(page);
    await screen(page, 'SUCCESS');
    await page.waitForSelector('#stage-sum:text("¥20.00")');
    expect(await page.getAttribute('#stage', 'data-remark')).toBe('before');
    expect(await page.textContent('#stage-more')).toContain('此单先前已支付');
    expect(await offered(page)).toEqual(['fresh', 'further']);
  });
});

describe('a break while a charge is under way', () => {
  async function breakOff(more: { Search: Answer[]; Query?: Answer[] }) {
    const till = await openTill({ BarCode: [null], ...more });
    await fill(till.page);
    await scan(till.page);
    await screen(till.page, 'undecided');
    await till.page.reload();
    return till;
  }

  it('finds its receipt in the books, and sends nothing again', async () => {
    const Search = [NONE_FOUND, NONE_FOUND, inBooks('97|0|5', '97', 5.1)];
    const { page, sent } = await breakOff({ Search, Query: [SUCCESS] });
    await passUntil(page, 'SUCCESS', 10);
    expect(operations(sent)).toBe('BarCode,Query');
    expect(await page.textContent('#stage-sum')).toBe('¥5.10');
    expect(await page.textContent('#fact-autoid')).toBe('97|0|5');
  });

  it.each([
    ['one by a shown code', inBooks('98|0|5', '98', 5.1)],
    ['an older one', inBooks('97|0|4', '97', 5.1, 3_600_000)],
    ['none', NONE_FOUND],
  ])('lets go when the books hold %s after it is not wanted any more', async (_name, found) => {
    const { page, sent } = await breakOff({ Search: [found] });
    await screen(page, 'settling');
    await page.clock.runFor(25_000);
    await screen(page, 'settling');
    expect(await offered(page)).toEqual([]);
    await passUntil(page, 'notCharged', 60, 3);
    await page.click('[data-action="back"]');
    expect(await page.inputValue('#billnum')).toBe('B1');
    expect(await page.inputValue('#amount')).toBe('5.10');
    expect(operations(sent)).toBe('BarCode');
  });

  it.each(TROUBLE)('with %s from the books lets nothing go', async (name, answer) => {
    const { page, sent } = await breakOff({ Search: [NONE_FOUND, answer] });
    await page.waitForSelector('#stage-note:not(:empty)');
    await page.clock.runFor(120_000);
    await screen(page, 'settling');
    expect((await offered(page)).filter((each) => each !== 'key')).toEqual([]);
    expect(operations(sent)).toBe('BarCode');
    expect(name).not.toBe('');
  });
});

describe("the guest's code while ours is shown", () => {
  async function chargeOver(script: Parameters<typeof openTill>[0]) {
    const till = await openTill(script);
    await fill(till.page);
    await till.page.click('#collect');
    await screen(till.page, 'NOTPAY');
    await scan(till.page);
    return till;
  }

  it('is charged in its place', async () => {
    const charged = { ...SUCCESS, tag: { ...(SUCCESS as { tag: object }).tag, autoid: '97|0|2' } };
    const { page, sent } = await chargeOver({ BarCode: [charged as Answer] });
    await screen(page, 'SUCCESS');
    expect(operations(sent)).toMatch(/^ScanCode,(Query,)*BarCode$/);
    expect(await page.textContent('#fact-autoid')).toBe('97|0|2');
  });

  it('and refused: ours is watched on', async () => {
    const { page } = await chargeOver({ BarCode: [refusal(200, 40902)], Query: [NOTPAY, SUCCESS] });
    await screen(page, 'NOTPAY');
    expect(await page.textContent('#stage-more')).toContain('没有扣款');
    expect(await page.textContent('#fact-autoid')).toBe('98|0|1');
    await passUntil(page, 'SUCCESS', 6);
  });

  it('and not known, over a break: the books decide, else ours is watched on', async () => {
    const Search = [NONE_FOUND];
    const { page, sent } = await chargeOver({ BarCode: [null], Query: [SUCCESS], Search });
    await screen(page, 'undecided');
    await page.reload();
    await screen(page, 'settling');
    await passUntil(page, 'SUCCESS', 60, 3);
    expect(sent.at(-1)?.body).toMatchObject({ autoid: '98|0|1', paytype: '98' });
  });
});

describe('a Cancel', () => {
  const press = async (page: Page): Promise<void> => {
    await screen(page, 'NOTPAY');
    await page.click('[data-action="cancel"]');
  };

  it('that was not heard is sent again while it is wanted, with one press', async () => {
    const script = { Query: [NOTPAY], Cancel: [null, refusal(503, 50301), REVOKED] };
    const { page, sent } = await openTill({ ...script, Query: [NOTPAY, NOTPAY, REVOKED] });
    await fill(page);
    await page.click('#collect');
    await press(page);
    await passUntil(page, 'REVOKED', 20);
    const cancels = sent.filter(({ operation }) => operation === 'Cancel');
    expect(cancels).toHaveLength(3);
    expect(new Set(cancels.map(({ body }) => body['validuntil'])).size).toBe(1);
  });

  it('is not sent again for a payment that was seen meanwhile', async () => {
    const { page, sent } = await openTill({ Cancel: [null], Query: [SUCCESS] });
    await fill(page);
    await page.click('#collect');
    await press(page);
    await passUntil(page, 'SUCCESS', 10);
    expect(operations(sent)).toMatch(/Cancel,Query$/);
  });

  it('that nobody heard for half a minute is not wanted any more', async () => {
    const Query = [...Array.from({ length: 6 }, () => null), NOTPAY]; // For more than a minute.
    const { page, sent } = await openTill({ Cancel: [null], Query });
    await fill(page);
    await page.click('#collect');
    await press(page);
    await screen(page, 'cancelling');
    await passUntil(page, 'NOTPAY', 200, 5);
    expect(await page.textContent('#stage-more')).toContain('请再按一次');
    expect(operations(sent).match(/Cancel/g)).toHaveLength(1);
    expect(await offered(page)).toEqual(['cancel']);
  });

  it('ends the charge of a guest who walked away', async () => {
    const script = { BarCode: [USERPAYING], Query: [USERPAYING], Cancel: [REVOKED] };
    const { page, sent } = await openTill(script);
    await fill(page);
    await scan(page);
    await screen(page, 'USERPAYING');
    expect(await offered(page)).toEqual([]);
    await page.clock.runFor(58_000);
    await page.waitForTimeout(50);
    for (let passed = 0; passed < 20 && !(await offered(page)).length; passed += 1) {
      await page.clock.runFor(2000);
      await page.waitForTimeout(20);
    }
    await page.click('[data-action="cancel"]');
    await page.waitForTimeout(100);
    expect(sent.find(({ operation }) => operation === 'Cancel')?.body['paytype']).toBe('97');
  });
});
