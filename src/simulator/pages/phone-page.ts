import { chinaTime } from '../../domain/china-time';
import { formatYuan } from '../../domain/money';
import { html, SafeHtml } from './html';
import { CodeFinding } from '../ledger/ledger';
import { PHONE_STYLE } from './phone-style';
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
): string {
  const screen = screenOf(finding, nowMs);
  const content =
    finding === undefined || screen === 'unknown'
      ? notice('?', '二维码无效', 'Unknown code', '请向收银员索取新的二维码')
      : orderScreen(screen, finding.order, code, merchantName);
  return shell(screen, content).text;
}

function orderScreen(screen: Screen, order: Order, code: string, merchant: string): SafeHtml {
  const bill = billCard(order, merchant);
  switch (screen) {
    case 'code':
      return html`${bill}${button(code, 'scan', '扫一扫', 'Scan this code', 'primary')}`;
    case 'cashier':
      return html`${bill}${button(code, 'pay', '确认付款', 'Pay now', 'primary')}
      ${button(code, 'giveup', '放弃付款', 'Give up', 'plain')}`;
    case 'left':
      return html`${bill}
        <p class="hint">
          您已离开收银台,订单仍在等待付款。<small>You left; the payment still waits.</small>
        </p>
        ${button(code, 'scan', '重新扫码', 'Scan again', 'primary')}`;
    case 'paid':
      return html`${notice('✓', '支付成功', 'Payment successful', '')}${receipt(order, merchant)}`;
    case 'refunded':
      return html`${notice('↩', '已全额退款', 'Fully refunded', '')}${receipt(order, merchant)}`;
    case 'closed':
      return html`${notice('×', '本笔交易已关闭', 'This payment is closed', '请向收银员索取新的二维码')}`;
    case 'expired':
      return html`${notice('!', '二维码已过期', 'This code has expired', '请向收银员索取新的二维码')}`;
    case 'unknown':
      throw new Error('an unknown code has no order');
  }
}

function billCard(order: Order, merchant: string): SafeHtml {
  return html`<section class="card">
    <p class="merchant"><span class="logo" aria-hidden="true">商</span>${merchant}</p>
    <p class="amount"><span>¥</span>${formatYuan(order.terms.totalAmount)}</p>
    <p class="subject">${order.terms.subject}</p>
    ${order.terms.body === null ? '' : html`<p class="body">${order.terms.body}</p>`}
  </section>`;
}

function receipt(order: Order, merchant: string): SafeHtml {
  const refunded = refundedTotal(order);
  const rows: [string, string, string][] = [
    ['收款方', 'Merchant', merchant],
    ['商品', 'Item', order.terms.subject],
    ['付款时间', 'Paid at', chinaTime(order.paidAtMs ?? 0)],
    ['交易号', 'Trade no.', order.tradeNo ?? ''],
  ];
  if (refunded > 0) rows.push(['已退款', 'Refunded', `¥${formatYuan(refunded)}`]);
  return html`<section class="card">
    <p class="amount"><span>¥</span>${formatYuan(order.terms.totalAmount)}</p>
    <dl>
      ${rows.map(
        ([zh, en, text]) =>
          html`<dt>${zh} <small>${en}</small></dt>
            <dd>${text}</dd>`,
      )}
    </dl>
  </section>`;
}

function notice(sign: string, zh: string, en: string, hint: string): SafeHtml {
  return html`<section class="notice">
    <div class="sign" aria-hidden="true">${sign}</div>
    <h1>${zh}<small>${en}</small></h1>
    ${hint === '' ? '' : html`<p class="hint">${hint}</p>`}
  </section>`;
}

function button(code: string, action: string, zh: string, en: string, look: string): SafeHtml {
  return html`<form method="post" action="/qr/${code}/${action}">
    <button class="${look}" name="step" value="${action}">${zh}<small>${en}</small></button>
  </form>`;
}

function shell(screen: Screen, content: SafeHtml): SafeHtml {
  return html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>付款 · Pay</title>
        <link rel="icon" href="data:," />
        <style>
          ${PHONE_STYLE}
        </style>
      </head>
      <body data-screen="${screen}" class="${screen}">
        <header>模拟支付宝 <small>Simulated Alipay</small></header>
        <main>${content}</main>
        <footer>
          仅供测试,不会产生真实扣款<small>For testing only: no real money moves</small>
        </footer>
      </body>
    </html> `;
}
