import { SAMPLE_TERMS } from '../../../test/simulator/samples';
import { MAX_AMOUNT } from '../../domain/money';
import { html } from './html';
import { phonePage, screenOf } from './phone-page';
import { phoneSpeech } from './phone-texts';
import { newOrder, Order, Terms, withCode } from '../ledger/trades';

const TERMS: Terms = {
  ...SAMPLE_TERMS,
  subject: '<script>alert(1)</script>',
  body: '"double" & \'single\'',
};

function order(change: Partial<Order>): Order {
  return { ...withCode(newOrder('N1', TERMS, 0), 'c0de', 0), ...change };
}

const waiting = order({ stage: 'WAIT_BUYER_PAY', buyerPresent: true, tradeNo: 'T' });
const paid = order({ stage: 'TRADE_SUCCESS', paidAtMs: 60_000, tradeNo: 'T' });

describe('the phone', () => {
  it.each([
    ['code', order({}), true],
    ['expired', order({}), false],
    ['cashier', waiting, true],
    ['left', { ...waiting, buyerPresent: false }, true],
    ['paid', paid, true],
    ['paid', { ...paid, stage: 'TRADE_FINISHED' as const }, true],
    ['refunded', { ...paid, stage: 'TRADE_CLOSED' as const }, true],
    ['closed', { ...waiting, stage: 'TRADE_CLOSED' as const }, true],
    ['closed', order({ stage: 'CANCELLED' }), true],
  ])('shows screen %s', (screen, shown, current) => {
    expect(screenOf({ order: shown, current }, 1)).toBe(screen);
    const page = phonePage({ order: shown, current }, 'c0de', '商户', 1);
    expect(page).toContain(`data-screen="${screen}"`);
    expect(page).not.toContain('<script>');
  });

  it('shows an unknown code', () => {
    expect(phonePage(undefined, 'x', '商户', 1)).toContain('二维码无效');
  });

  it('knows that a code has run out', () => {
    expect(screenOf({ order: order({}), current: true }, 2 * 3_600_000)).toBe('expired');
  });

  it('escapes everything that a merchant may write', () => {
    const page = phonePage({ order: order({}), current: true }, 'c0de', 'A & <B>', 1);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&quot;double&quot; &amp; &#39;single&#39;');
    expect(page).toContain('A &amp; &lt;B&gt;');
  });

  it('offers exactly the steps that are possible', () => {
    const actions = (shown: Order) =>
      [
        ...phonePage({ order: shown, current: true }, 'c0de', '商户', 1).matchAll(
          /action="([^"]+)"/g,
        ),
      ].map((match) => match[1]);
    expect(actions(order({}))).toEqual(['/qr/c0de/scan']);
    expect(actions(waiting)).toEqual(['/qr/c0de/pay', '/qr/c0de/giveup']);
    expect(actions({ ...waiting, buyerPresent: false })).toEqual(['/qr/c0de/scan']);
    expect(actions(paid)).toEqual([]);
  });

  it('says everything in one language, and keeps the one that was chosen', () => {
    const finding = { order: waiting, current: true };
    const speech = phoneSpeech('en', 'zh-CN');
    const page = phonePage(finding, 'c0de', 'ACME', 1, speech);
    const words = page.replace(/<style>[^]*<\/style>/, '').replace('>中文<', '');
    expect(words.replace(/<span class="logo"[^]*?<\/span>/, '')).not.toMatch(/\p{Script=Han}/u);
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('action="/qr/c0de/pay?lang=en"');
    expect(phonePage(finding, 'c0de', 'ACME', 1)).not.toMatch(/Pay|Give up|Simulated/);
  });

  it.each([
    ['en', 'zh-CN', 'en', '?lang=en'],
    ['zh', 'en-GB', 'zh', '?lang=zh'],
    [null, 'en-GB,zh;q=0.5', 'en', ''],
    [null, 'zh-CN,en;q=0.5', 'zh', ''],
    ['<script>', undefined, 'zh', ''],
  ])('asked for %j by a browser of %j it speaks %s', (asked, languages, lang, suffix) => {
    expect(phoneSpeech(asked, languages)).toEqual({ lang, suffix });
  });

  it('groups the digits of an amount', () => {
    const terms = { ...TERMS, totalAmount: MAX_AMOUNT };
    const page = phonePage({ order: { ...paid, terms }, current: true }, 'c0de', '商户', 1);
    expect(page).toContain('<span>¥</span>100,000,000.00</p>');
  });

  it('needs nothing from outside', () => {
    const page = phonePage({ order: paid, current: true }, 'c0de', '商户', 1);
    expect(page).not.toMatch(/https?:\/\/|src=/);
    expect(page).toContain('1970-01-01 08:01:00');
  });
});

describe('the html template', () => {
  it('escapes text, keeps html and joins lists', () => {
    const items = ['<', '>'].map((text) => html`<i title="${text}">${text}</i>`);
    expect(html`<p>${items}${'&'}</p>`.text).toBe(
      '<p><i title="&lt;">&lt;</i><i title="&gt;">&gt;</i>&amp;</p>',
    );
  });
});
