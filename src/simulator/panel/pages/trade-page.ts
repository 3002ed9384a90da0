import { formatYuan, fen } from '../../../domain/money';
import { html, SafeHtml } from '../../pages/html';
import { Call } from '../../gateway/calls';
import { Order, refundedTotal } from '../../ledger/trades';
import { Attempt } from '../../notify/notifier';
import { actForm, hidden, Page, timeText, View } from '../frame';
import { Words } from '../look';
import { attemptRows, sendForm } from './notifies-page';
import { badge, stepForms } from './trades-page';

const LAST = 20;

/** What is told of a trade beside the order itself. */
export interface AboutTrade {
  readonly calls: readonly Call[];
  readonly attempts: readonly Attempt[];
}

/** `/panel/trades/NUMBER`: one trade, and everything that can be done to it. */
export function tradePage(order: Order, about: AboutTrade, view: View): Page {
  const { say } = view;
  const content = html`<section class="card" data-live id="trade">
      <p class="amount">¥${formatYuan(order.terms.totalAmount)} ${badge(order, view)}</p>
      <div class="acts">${stepForms(order, view)}${phoneLink(order, view)}</div>
      <dl>
        ${facts(order).map(
          ([words, value]) =>
            html`<dt>${say(words)}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </section>
    ${refundCard(order, view)} ${notifyCard(order, about.attempts, view)}
    ${callsCard(about.calls, view)}`;
  return { path: '', title: order.outTradeNo, content };
}

function facts(order: Order): (readonly [Words, string])[] {
  const { terms } = order;
  const all: (readonly [Words, string | null])[] = [
    [['商品', 'Subject'], terms.subject],
    [['说明', 'Body'], terms.body],
    [['支付宝状态', 'Stage'], order.stage],
    [['支付宝交易号', 'Trade number'], order.tradeNo],
    [['申请时间', 'Asked for'], timeText(order.askedAtMs)],
    [['二维码有效至', 'Code until'], known(order.codeEndsAtMs)],
    [['扫码时间', 'Scanned'], known(order.createdAtMs)],
    [['未付款关闭于', 'Closes unpaid'], order.paidAtMs === null ? known(order.endsAtMs) : null],
    [['付款时间', 'Paid'], known(order.paidAtMs)],
    [['结束时间', 'Ended'], known(order.closedAtMs)],
    [['结束原因', 'Ended by'], order.endedBy],
    [['通知地址', 'notify_url'], terms.notifyUrl],
  ];
  return all.filter((pair): pair is readonly [Words, string] => pair[1] !== null);
}

function known(atMs: number | null): string | null {
  return atMs === null ? null : timeText(atMs);
}

function phoneLink({ code }: Order, { say }: View): SafeHtml {
  if (code === null) return html``;
  return html`<a class="plain" href="/qr/${code}">${say(['顾客的手机', 'The guest’s phone'])}</a>`;
}

function refundCard(order: Order, { say }: View): SafeHtml {
  const left = fen(order.terms.totalAmount - refundedTotal(order));
  const rows = order.refunds.map(
    ({ outRequestNo, amount, atMs }) =>
      html`<li>
        <p class="what">${outRequestNo}</p>
        <p class="sum">¥${formatYuan(amount)}</p>
        <p class="soft">${timeText(atMs)}</p>
      </li>`,
  );
  const form = actForm(
    'refund',
    html`${hidden('outTradeNo', order.outTradeNo)}
      <label for="amount"
        >${say(['金额（元）', 'Amount, yuan'])} · ${say(['可退', 'left'])}
        ¥${formatYuan(left)}</label
      >
      <input
        id="amount"
        name="amount"
        inputmode="decimal"
        value="${formatYuan(left)}"
        required
      /> `,
    { text: say(['在商家后台退款', 'Refund in the portal']), look: 'main', id: 'refund' },
  );
  if (order.stage !== 'TRADE_SUCCESS' && rows.length === 0) return html``;
  return html`<section class="card">
    <h2>${say(['退款', 'Refunds'])}</h2>
    ${
      rows.length === 0
        ? ''
        : html`<ul class="rows thin" data-live id="refunds">
            ${rows}
          </ul>`
    }
    ${
      order.stage === 'TRADE_SUCCESS'
        ? html`<p class="soft">
              ${say([
                '像有人在支付宝商家后台退款：收款程序并不知情。',
                'As when a person refunds in Alipay’s portal: no program of ours asked for it.',
              ])}
            </p>
            ${form}`
        : ''
    }
  </section>`;
}

function notifyCard(order: Order, attempts: readonly Attempt[], view: View): SafeHtml {
  if (order.tradeNo === null) return html``;
  return html`<section class="card">
    <h2>${view.say(['通知', 'Notifies'])}</h2>
    <div data-live id="attempts">${attemptRows(attempts.slice(-LAST), view)}</div>
    ${sendForm(order, view)}
  </section>`;
}

function callsCard(calls: readonly Call[], { say }: View): SafeHtml {
  const rows = calls.slice(-LAST).reverse();
  return html`<section class="card">
    <h2>${say(['收到的调用', 'Calls received'])}</h2>
    <ul class="rows thin" data-live id="calls">
      ${rows.map(
        ({ method, atMs, outcome, fault }) =>
          html`<li>
            <p class="what">${method}</p>
            <p><code>${outcome ?? say(['进行中', 'under way'])}</code></p>
            <p class="soft">
              ${timeText(atMs)}
              ${fault === null ? '' : html`<span class="badge warn">${fault}</span>`}
            </p>
          </li>`,
      )}
    </ul>
  </section>`;
}
