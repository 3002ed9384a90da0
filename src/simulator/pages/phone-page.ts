import { chinaTime } from '../../domain/china-time';
import { formatYuan } from '../../domain/money';
import { html, SafeHtml } from './html';
import { CodeFinding } from '../ledger/ledger';
import { PHONE_STYLE } from './phone-style';
import { PHONE_TEXTS } from './phone-texts';
import type { PhoneLang, PhoneSpeech } from './phone-texts';
import { isCodeExpired, Order, refundedTotal } from '../ledger/trades';

/** What the guest's phone shows. */
export type Screen =
  'code' | 'cashier' | 'left' | 'paid' | 'refunded' | 'closed' | 'expired' | 'unknown';

/** Which screen belongs to what was found under a code. Pure. */
export function screenOf(finding: CodeFinding | undefined, nowMs: number): Screen {
  if (finding === undefined) return 'unknown';
  const { order, current } = finding;
  if (!current || isCodeExpired(order, nowMs)) return 'expired';
  switch (order.stage) {
    case 'NOT_SCANNED':
      return 'code';
    case 'WAIT_BUYER_PAY':
      return order.buyerPresent ? 'cashier' : 'left';
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return 'paid';
    case 'TRADE_CLOSED':
      return order.paidAtMs === null ? 'closed' : 'refunded';
    case 'CANCELLED':
      return 'closed';
  }
}

/** The page of a code as the guest's phone shows it. Works without scripts. */
export function phonePage(
  finding: CodeFinding | undefined,
  code: string,
  merchantName: string,
  nowMs: number,
  speech: PhoneSpeech = { lang: 'zh', suffix: '' },
): string {
  const screen = screenOf(finding, nowMs);
  const t = PHONE_TEXTS[speech.lang];
  const content =
    finding === undefined || screen === 'unknown'
      ? notice('?', t.unknown, t.askForCode)
      : orderScreen(screen, finding.order, { code, merchantName, speech });
  return shell(screen, content, code, speech.lang).text;
}

interface Around {
  readonly code: string;
  readonly merchantName: string;
  readonly speech: PhoneSpeech;
}

function orderScreen(screen: Screen, order: Order, around: Around): SafeHtml {
  const t = PHONE_TEXTS[around.speech.lang];
  const bill = billCard(order, around.merchantName);
  switch (screen) {
    case 'code':
      return html`${bill}${button(around, 'scan', t.scan, 'primary')}`;
    case 'cashier':
      return html`${bill}${button(around, 'pay', t.pay, 'primary')}
      ${button(around, 'giveup', t.giveUp, 'plain')}`;
    case 'left':
      return html`${bill}
        <p class="hint">${t.left}</p>
        ${button(around, 'scan', t.scanAgain, 'primary')}`;
    case 'paid':
      return html`${notice('✓', t.paid, '')}${receipt(order, around)}`;
    case 'refunded':
      return html`${notice('↩', t.refunded, '')}${receipt(order, around)}`;
    case 'closed':
      return notice('×', t.closed, t.askForCode);
    case 'expired':
      return notice('!', t.expired, t.askForCode);
    case 'unknown':
      throw new Error('an unknown code has no order');
  }
}

function billCard(order: Order, merchant: string): SafeHtml {
  return html`<section class="card">
    <h1 class="merchant"><span class="logo" aria-hidden="true">商</span>${merchant}</h1>
    ${amount(order)}
    <p class="subject">${order.terms.subject}</p>
    ${order.terms.body === null ? '' : html`<p class="body">${order.terms.body}</p>`}
  </section>`;
}

function receipt(order: Order, { merchantName, speech }: Around): SafeHtml {
  const t = PHONE_TEXTS[speech.lang];
  const refunded = refundedTotal(order);
  const rows: [string, string][] = [
    [t.merchant, merchantName],
    [t.item, order.terms.subject],
    [t.paidAt, chinaTime(order.paidAtMs ?? 0)],
    [t.tradeNo, order.tradeNo ?? ''],
  ];
  if (refunded > 0) rows.push([t.refundedSum, `¥${grouped(formatYuan(refunded))}`]);
  return html`<section class="card">
    ${amount(order)}
    <dl>
      ${rows.map(
        ([name, text]) =>
          html`<dt>${name}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
  </section>`;
}

function amount(order: Order): SafeHtml {
  const yuan = grouped(formatYuan(order.terms.totalAmount));
  return html`<p class="amount"><span>¥</span>${yuan}</p>`;
}

/** `1234567.80` as people read it: `1,234,567.80`. */
function grouped(yuan: string): string {
  return yuan.replace(/\B(?=(?:\d{3})+\.)/g, ',');
}

function notice(sign: string, words: string, hint: string): SafeHtml {
  return html`<section class="notice">
    <div class="sign" aria-hidden="true">${sign}</div>
    <h1>${words}</h1>
    ${hint === '' ? '' : html`<p class="hint">${hint}</p>`}
  </section>`;
}

function button({ code, speech }: Around, action: string, words: string, look: string): SafeHtml {
  return html`<form method="post" action="/qr/${code}/${action}${speech.suffix}">
    <button class="${look}" name="step" value="${action}">${words}</button>
  </form>`;
}

function shell(screen: Screen, content: SafeHtml, code: string, lang: PhoneLang): SafeHtml {
  const t = PHONE_TEXTS[lang];
  const [here, there] = lang === 'zh' ? ['zh-CN', 'en'] : ['en', 'zh-CN'];
  const other = lang === 'zh' ? 'en' : 'zh';
  return html`<!doctype html>
    <html lang="${here}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${t.title} · ${t.app}</title>
        <link rel="icon" href="data:," />
        <style>
          ${PHONE_STYLE}
        </style>
      </head>
      <body data-screen="${screen}" class="${screen}">
        <header>
          <span>${t.app}</span>
          <a href="/qr/${code}?lang=${other}" lang="${there}" hreflang="${there}">${t.otherLang}</a>
        </header>
        <main>${content}</main>
        <footer>${t.noMoney}</footer>
      </body>
    </html> `;
}
