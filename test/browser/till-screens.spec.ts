import { DESK, overflow, PHONE, shoot } from './chromium';
import {
  CODE,
  collect,
  NOTPAY,
  offered,
  openTill,
  pageFaults,
  screen,
  serveTill,
  stands,
  SUCCESS,
  ticks,
  USERPAYING,
} from './scripted-till';

jest.setTimeout(30_000);

serveTill();

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
    expect(pageFaults()).toEqual([]);
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
    expect(await page.textContent('#fact-billstatus')).toBe('已收款');
    await page.clock.runFor(1000);
    await shoot(page, `${name}-4-success`);
    await page.clock.runFor(10_000);
    expect(sent.map(({ operation }) => operation)).toEqual(['ScanCode', 'Query', 'Query', 'Query']);
    const asked = { billnum: 'B1', autoid: '98|0|1', billtype: '1', paytype: '98' };
    expect(sent[3]?.body).toEqual(asked);
    expect(await offered(page)).toEqual(['fresh']);
    await page.click('[data-action="fresh"]');
    expect(await page.inputValue('#amount')).toBe('');
    expect(await page.inputValue('#billnum')).not.toBe('B1');
    expect(pageFaults()).toEqual([]);
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
    expect(await page.textContent('#stage-title')).toBe(text);
    expect((await offered(page)).sort()).toEqual(actions.sort());
    await shoot(page, `phone-${paystatus.toLowerCase()}`);
    await page.clock.runFor(10_000);
    expect(sent).toHaveLength(2);
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
    expect(await offered(page)).toEqual(['fresh', 'further']);
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

  it('shows the words of the service as text, never as markup', async () => {
    const refusal = { errcode: 40902, errmsg: '<img src=x onerror=alert(1)>', tag: null };
    const { page } = await openTill({ ScanCode: [refusal] });
    await collect(page);
    await screen(page, 'refused');
    expect(await page.textContent('#stage-more')).toBe(refusal.errmsg);
    expect(pageFaults()).toEqual([]);
  });

  it('runs no inline script, and this test would notice one', async () => {
    const { page } = await openTill({});
    await page.evaluate(`document.body.append(
      Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))`);
    await page.waitForTimeout(100);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(pageFaults().join()).toContain('CSP: script-src');
  });
});
