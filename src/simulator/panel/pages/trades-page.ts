import { formatYuan } from '../../../domain/money';
import { html, SafeHtml } from '../../pages/html';
import { GuestAction } from '../../ledger/guest';
import { Order } from '../../ledger/trades';
import { actForm, hidden, Page, timeText, View } from '../frame';
import { Words } from '../look';
import { standingOf, stepsOf } from './standing';

const PER_PAGE = 50;

/** What a button of the guest says. */
export const STEP_WORDS: Readonly<Record<GuestAction, Words>> = {
  scan: ['扫码', 'Scan'],
  pay: ['付款', 'Pay'],
  giveup: ['离开', 'Leave'],
};

/** `/`: every number that was asked for, the newest first. */
export function tradesPage(orders: readonly Order[], view: View): Page {
  const { say, url } = view;
  const wanted = (url.searchParams.get('q') ?? '').trim();
  const found = orders.filter((order) => fits(order, wanted)).reverse();
  const last = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const asked = Number(url.searchParams.get('page') ?? 1);
  const page = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), last) : 1;
  const shown = found.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const content = html`<p class="lead">
      ${say([
        '收银端申请的每个单号。这里扮演顾客：扫码、付款。点单号可退款、看通知和调用。',
        'Every number a till asked for. You are the guest: scan, pay. More by the number.',
      ])}
    </p>
    ${searchForm(wanted, view)}
    <div data-live id="trades">
      ${
        shown.length === 0
          ? html`<p class="empty">${emptyText(wanted, view)}</p>`
          : html`<ul class="rows">
              ${shown.map((order) => row(order, view))}
            </ul>`
      }
      ${pager(page, last, wanted, view)}
    </div>`;
  return { path: '/', title: say(['交易', 'Trades']), content };
}

/** The buttons of what the guest can do now; each leads back to the page that has it. */
export function stepForms(order: Order, view: View): SafeHtml[] {
  const { say, url, nowMs } = view;
  const back = new URLSearchParams(url.search);
  back.delete('note');
  const query = back.size === 0 ? '' : `?${back.toString()}`;
  return stepsOf(order, nowMs).map((step) =>
    actForm(
      step,
      html`${hidden('outTradeNo', order.outTradeNo)}${hidden('back', `${url.pathname}${query}`)}`,
      {
        text: say(STEP_WORDS[step]),
        look: step === 'giveup' ? 'plain' : 'main',
        id: `${step}-${order.outTradeNo}`,
      },
    ),
  );
}

/** The badge of how an order stands. */
export function badge(order: Order, { say, nowMs }: View): SafeHtml {
  const { words, look } = standingOf(order, nowMs);
  return html`<span class="badge ${look}">${say(words)}</span>`;
}

function row(order: Order, view: View): SafeHtml {
  const { outTradeNo, terms } = order;
  return html`<li>
    <p class="what">
      <a href="/panel/trades/${encodeURIComponent(outTradeNo)}">${outTradeNo}</a>
      <span class="soft">${terms.subject}</span>
    </p>
    <p class="sum">¥${formatYuan(terms.totalAmount)}</p>
    <p>${badge(order, view)}<br /><span class="soft">${timeText(order.askedAtMs)}</span></p>
    <div class="acts">${stepForms(order, view)}</div>
  </li>`;
}

function fits(order: Order, wanted: string): boolean {
  if (wanted === '') return true;
  return [order.outTradeNo, order.tradeNo, order.code].some((one) => one?.includes(wanted));
}

function searchForm(wanted: string, { say }: View): SafeHtml {
  return html`<form class="search" role="search" action="/">
    <label for="q">${say(['单号、交易号或二维码', 'Number, trade number or code'])}</label>
    <div>
      <input id="q" name="q" type="search" value="${wanted}" autocomplete="off" />
      <button class="main">${say(['查找', 'Search'])}</button>
    </div>
  </form>`;
}

function emptyText(wanted: string, { say }: View): string {
  if (wanted !== '') return say(['没有符合的交易', 'No trade fits']);
  return say([
    '还没有交易。在收银端申请二维码，它就会出现在这里。',
    'No trade yet. Ask for a code at a till, and it appears here.',
  ]);
}

function pager(page: number, last: number, wanted: string, { say }: View): SafeHtml {
  if (last === 1) return html``;
  const link = (to: number, words: Words): SafeHtml => {
    if (to < 1 || to > last) return html``;
    const query = new URLSearchParams(wanted === '' ? {} : { q: wanted });
    query.set('page', String(to));
    return html`<a href="/?${query.toString()}">${say(words)}</a>`;
  };
  return html`<p class="pager">
    ${link(page - 1, ['较新', 'Newer'])} <span>${String(page)} / ${String(last)}</span>
    ${link(page + 1, ['较早', 'Older'])}
  </p>`;
}
