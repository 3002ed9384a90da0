import type { Page } from 'playwright-core';
import { DESK, overflow, shoot } from './chromium';
import {
  collect,
  GIVEN,
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
  stands,
  SUCCESS,
  ticks,
  TROUBLE,
  UNKNOWN,
  USERPAYING,
  type Answer,
  type Sent,
} from './scripted-till';

jest.setTimeout(30_000);

serveTill();

/** Where the key is what hinders, the clerk may see to it. */
function keyMoves(name: string): string[] {
  return ['40100', '40300'].includes(name) ? ['key'] : [];
}

describe('a code that may be paid is watched on', () => {
  it.each(TROUBLE)('after %s', async (name, answer, words) => {
    const { page, sent } = await openTill({ Query: [answer, SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await ticks(page);
    await page.waitForSelector(`#stage-note:text("${words}")`);
    expect(await offered(page)).toEqual(['cancel', ...keyMoves(name)]);
    expect(await page.isVisible('#qr svg')).toBe(true);
    await shoot(page, `phone-trouble-${name.replaceAll(' ', '-')}`);
    await ticks(page);
    await screen(page, 'SUCCESS');
    expect(await page.isVisible('#stage-note')).toBe(false);
    expect(operations(sent)).toBe('ScanCode,Query,Query');
  });

  it('through all of it in a row, ever more slowly', async () => {
    const { page, sent } = await openTill({ Query: [...TROUBLE.map((row) => row[1]), SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await passUntil(page, 'SUCCESS', 800, 20);
    expect(sent).toHaveLength(1 + TROUBLE.length + 1);
  });

  it.each([
    ['Query', { Query: [refusal(429, 42900, 20), SUCCESS] }],
    ['ScanCode', { ScanCode: [refusal(503, 50301, 20), GIVEN], Query: [SUCCESS] }],
  ])('and %s is not asked before the time of Retry-After', async (operation, script) => {
    const { page, sent } = await openTill(script);
    await collect(page);
    if (operation === 'Query') {
      await screen(page, 'NOTPAY');
      await ticks(page);
      await page.waitForSelector('#stage-note:text("服务繁忙")');
    } else await screen(page, 'busy');
    expect(await offered(page)).toEqual(operation === 'Query' ? ['cancel'] : []);
    const asked = sent.length;
    await page.clock.runFor(19_000);
    // Seeing the page again hurries other waits, but not this one.
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.waitForTimeout(200);
    expect(sent).toHaveLength(asked);
    await passUntil(page, 'SUCCESS', 6);
  });
});

describe('a call for a code', () => {
  it.each(NOT_KNOWN)('is made again, word for word, after %s', async (name, answer) => {
    const { page, sent } = await openTill({ ScanCode: [answer, GIVEN] });
    await collect(page);
    await screen(page, 'undecided');
    expect(await offered(page)).toEqual(['retry']);
    await shoot(page, `phone-undecided-${name.replaceAll(' ', '-')}`);
    await passUntil(page, 'NOTPAY', 4);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('is made again at once when the clerk says so', async () => {
    const { page, sent } = await openTill({ ScanCode: [null, GIVEN] });
    await collect(page);
    await screen(page, 'undecided');
    await page.click('[data-action="retry"]');
    await screen(page, 'NOTPAY');
    expect(sent[1]).toEqual(sent[0]);
  });

  it('is made again after a reload, when its answer never came', async () => {
    const { page, sent } = await openTill({ ScanCode: [null, GIVEN] });
    await collect(page);
    await screen(page, 'undecided');
    await page.reload();
    await screen(page, 'NOTPAY');
    expect(operations(sent)).toBe('ScanCode,ScanCode');
    expect(sent[1]).toEqual(sent[0]);
  });

  it('is refused by a missing key only when nothing was unknown before', async () => {
    const { page } = await openTill({ ScanCode: [refusal(401, 40100)] });
    await collect(page);
    await screen(page, 'refused');
    expect(await offered(page)).toEqual(['key', 'back']);
    const second = await openTill({ ScanCode: [null, refusal(401, 40100), GIVEN] });
    await collect(second.page);
    await passUntil(second.page, 'NOTPAY', 8);
    expect(operations(second.sent)).toBe('ScanCode,ScanCode,ScanCode');
  });
});

describe('a break', () => {
  it('of the page finds the receipt again, and asks for it first', async () => {
    const { page, sent } = await openTill({ Query: [NOTPAY, SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await page.reload();
    await screen(page, 'NOTPAY');
    expect(await page.isVisible('#qr svg')).toBe(true);
    expect(await page.textContent('#stage-sum')).toBe('¥5.10');
    expect(await page.textContent('#fact-billnum')).toBe('B1');
    await ticks(page);
    await screen(page, 'SUCCESS');
    expect(operations(sent)).toBe('ScanCode,Query,Query');
  });

  it.each(TROUBLE)('with %s after it lets nothing go', async (name, answer) => {
    const { page, sent } = await openTill({ Query: [answer, SUCCESS] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await page.reload();
    await page.waitForSelector('#stage-note:not(:empty)');
    expect(await offered(page)).toEqual(keyMoves(name));
    await passUntil(page, 'SUCCESS', 4);
    expect(operations(sent)).toBe('ScanCode,Query,Query');
  });

  it('by back and forward keeps bill, amount and receipt', async () => {
    const { page, sent } = await openTill({ Query: [NOTPAY] });
    await collect(page);
    await screen(page, 'NOTPAY');
    await page.goto(`${page.url()}till/icon.svg`);
    await page.goBack();
    await screen(page, 'NOTPAY');
    expect(await page.textContent('#stage-sum')).toBe('¥5.10');
    expect(await page.textContent('#fact-autoid')).toBe('98|0|1');
    expect(operations(sent)).not.toContain('ScanCode,ScanCode');
    expect(pageFaults()).toEqual([]);
  });

  it('keeps a form that is only half filled in', async () => {
    const { page } = await openTill({});
    await page.check('[name=billtype][value="7"]');
    await page.fill('#cardno', 'C-7');
    await page.fill('#billnum', 'HALF');
    await page.click('[data-amount="20.00"]');
    await page.reload();
    expect(await page.inputValue('#billnum')).toBe('HALF');
    expect(await page.inputValue('#amount')).toBe('20.00');
    expect(await page.inputValue('#cardno')).toBe('C-7');
    expect(await page.isChecked('[name=billtype][value="7"]')).toBe(true);
    await page.click('#new-number');
    const fresh = await page.inputValue('#billnum');
    await page.reload();
    expect(fresh).not.toBe('HALF');
    expect(await page.inputValue('#billnum')).toBe(fresh);
  });

  it('forgets a bill only at its end, and then for good', async () => {
    const { page, sent } = await openTill({ Query: [SUCCESS] });
    await collect(page);
    await ticks(page);
    await screen(page, 'SUCCESS');
    await page.click('[data-action="fresh"]');
    await page.reload();
    await page.waitForSelector('[data-view="form"]');
    expect(await page.inputValue('#billnum')).not.toBe('B1');
    expect(operations(sent)).toBe('ScanCode,Query');
  });
});

describe('a bill number that comes again', () => {
  /** Collects B1, ends it as `first` says, and types the same number in again, in small letters. */
  async function again(first: Answer, ...rest: Answer[]): Promise<{ page: Page; sent: Sent[] }> {
    const ScanCode = [GIVEN, null, GIVEN];
    const { page, sent } = await openTill({ ScanCode, Query: [first, ...rest] });
    await collect(page);
    await ticks(page);
    await page.click('[data-action="fresh"]');
    await page.fill('#amount', '5.10');
    await page.fill('#billnum', 'b1 ');
    await page.click('#collect');
    return { page, sent };
  }

  it('is asked for before there is a code, and shown when it is paid', async () => {
    const { page, sent } = await again(SUCCESS);
    await screen(page, 'SUCCESS');
    expect(await page.textContent('#stage-more')).toContain('此单先前已支付');
    expect(operations(sent)).toBe('ScanCode,Query,Query,Query');
    expect(sent[2]?.body['autoid']).toBe('98|0|1');
    await shoot(page, 'phone-paid-before');
  });

  it('may be collected once more when the clerk says so', async () => {
    const { page, sent } = await again(SUCCESS);
    await screen(page, 'SUCCESS');
    await page.click('[data-action="further"]');
    await screen(page, 'undecided');
    await page.click('[data-action="retry"]');
    await screen(page, 'NOTPAY');
    expect(operations(sent)).toBe('ScanCode,Query,Query,Query,ScanCode,ScanCode');
  });

  it('is asked for again when the page breaks while it is collected once more', async () => {
    const { page, sent } = await again(SUCCESS);
    await screen(page, 'SUCCESS');
    await page.click('[data-action="further"]');
    await screen(page, 'undecided');
    const before = sent.length;
    await page.reload();
    await screen(page, 'SUCCESS');
    expect(await offered(page)).toEqual(['fresh', 'further']);
    expect(operations(sent.slice(before))).toBe('Query,Query');
  });

  it.each([
    ['CLOSED', stands('CLOSED', '二维码已过期', '0')],
    ['REVOKED', REVOKED],
    ['PAYERROR', stands('PAYERROR', '支付失败', '0')],
  ])('gets a code when it ended with %s', async (_paystatus, answer) => {
    const { page, sent } = await again(answer);
    await passUntil(page, 'NOTPAY', 4);
    expect(operations(sent)).toBe('ScanCode,Query,Query,ScanCode,ScanCode');
  });

  it.each(TROUBLE.filter(([name]) => name !== '40401'))(
    'gets no code while the answer is %s',
    async (name, answer) => {
      const { page, sent } = await again(REVOKED, answer, SUCCESS);
      await page.waitForSelector('#stage-note:not(:empty)');
      expect(await offered(page)).toEqual(keyMoves(name));
      await passUntil(page, 'SUCCESS', 6);
      expect(operations(sent)).not.toContain('Query,ScanCode');
    },
  );

  it('is said to be lost when the service does not know it, and the clerk decides', async () => {
    const { page, sent } = await again(REVOKED, refusal(200, 40401));
    await screen(page, 'lost');
    expect(operations(sent)).toBe('ScanCode,Query,Query');
    expect(await offered(page)).toEqual(['further', 'back']);
    expect(await page.textContent('#fact-autoid')).toBe('98|0|1');
    await shoot(page, 'phone-lost');
    await page.click('[data-action="back"]');
    expect(await page.inputValue('#billnum')).toBe('b1 ');
    expect(await page.inputValue('#amount')).toBe('5.10');
  });

  it('of another till, paid and told by 40901, is kept as the last one', async () => {
    const { page, sent } = await openTill({ ScanCode: [PAID_BEFORE], Query: [SUCCESS] });
    await collect(page);
    await screen(page, 'SUCCESS');
    await page.reload();
    await screen(page, 'SUCCESS');
    expect(operations(sent)).toBe('ScanCode,Query,Query');
    expect(await page.textContent('#stage-sum')).toBe('');
  });
});

describe('letting go of a code', () => {
  it.each([
    ['a live code', NOTPAY, 0],
    ['a guest who takes a minute over the password', USERPAYING, 60],
  ])(
    'takes a Cancel: %s',
    async (_name, answer, seconds) => {
      const { page, sent } = await openTill({ Query: [answer] }, DESK);
      await collect(page);
      await ticks(page);
      await screen(page, seconds ? 'USERPAYING' : 'NOTPAY');
      for (let passed = 0; passed < seconds; passed += 2) {
        // The page's clock runs by itself, too: a slow machine is ahead of the ticks.
        if (passed < 20) expect(await offered(page)).toEqual([]);
        await ticks(page);
      }
      await page.waitForSelector('[data-action="cancel"]:not([hidden])');
      expect(await offered(page)).toEqual(['cancel']);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await shoot(page, `desk-cancel-${seconds}`);
      const finished = page.waitForEvent('requestfinished', (request) =>
        request.url().endsWith('/Cancel'),
      );
      await page.click('[data-action="cancel"]');
      await finished;
      expect(operations(sent)).toContain('Query,Cancel');
      expect(sent.find(({ operation }) => operation === 'Cancel')?.body).toEqual({
        billnum: 'B1',
        autoid: '98|0|1',
        billtype: '1',
        paytype: '98',
        validuntil: expect.stringMatching(/^\d{13}$/),
      });
    },
    90_000,
  );

  it('leads back to the bill when Query says that it is unpayable', async () => {
    const { page } = await openTill({ Query: [NOTPAY, UNKNOWN, REVOKED], Cancel: [UNKNOWN] });
    await collect(page);
    await ticks(page);
    await page.click('[data-action="cancel"]');
    await passUntil(page, 'REVOKED', 6);
    await page.click('[data-action="back"]');
    expect(await page.inputValue('#billnum')).toBe('B1');
    expect(await page.inputValue('#amount')).toBe('5.10');
  });

  it.each([
    ['was not heard', null],
    ['came too late', refusal(200, 40902)],
    ['was one too many', refusal(429, 42900)],
  ])('goes on watching when the Cancel %s', async (_name, answer) => {
    const { page } = await openTill({ Query: [NOTPAY, USERPAYING, SUCCESS], Cancel: [answer] });
    await collect(page);
    await ticks(page);
    await page.click('[data-action="cancel"]');
    await passUntil(page, 'SUCCESS', 8);
    expect(await offered(page)).toEqual(['fresh']);
  });
});
