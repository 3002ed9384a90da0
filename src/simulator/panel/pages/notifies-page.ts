import { html, SafeHtml } from '../../pages/html';
import { Order } from '../../ledger/trades';
import { hasHappened, NOTIFY_EVENTS, TAMPERINGS } from '../../notify/notify-form';
import { Attempt, Notify, NotifySettings } from '../../notify/notifier';
import { actForm, hidden, Page, timeText, View } from '../frame';
import { EVENTS, TAMPERINGS as TAMPERING_WORDS } from '../texts/notify-texts';

const LAST = 50;

/** The notifier as it stands. */
export interface NotifierState extends NotifySettings {
  readonly pending: readonly Notify[];
  readonly attempts: readonly Attempt[];
}

/** `/panel/notifies`: whether trades are told of, what waits, and what was answered. */
export function notifiesPage(state: NotifierState, view: View): Page {
  const { say } = view;
  const content = html`<p class="lead">
      ${say([
        '付款后支付宝会推送到订单的 notify_url，直到对方以 HTTP 200 回答 success。',
        'Alipay pushes a payment to its notify_url until the answer is 200 and success.',
      ])}
    </p>
    ${settingsCard(state, view)}
    <section class="card">
      <h2>${say(['等待发送', 'Waiting'])}</h2>
      <div data-live id="pending">${pendingRows(state.pending, view)}</div>
    </section>
    <section class="card">
      <h2>${say(['最近的发送', 'Sent lately'])}</h2>
      <div data-live id="attempts">${attemptRows(state.attempts.slice(-LAST), view)}</div>
    </section>`;
  return { path: '/panel/notifies', title: say(['通知', 'Notifies']), content };
}

/** Sendings and their answers, the newest first, each to be sent again. */
export function attemptRows(attempts: readonly Attempt[], view: View): SafeHtml {
  const { say } = view;
  if (attempts.length === 0) {
    return html`<p class="empty">${say(['还没有发送过', 'Nothing was sent yet'])}</p>`;
  }
  return html`<ul class="rows">
    ${[...attempts].reverse().map(
      ({ outTradeNo, event, atMs, accepted, reception }, place) =>
        html`<li>
          <p class="what">
            ${tradeLink(outTradeNo)} <span class="soft">${say(EVENTS[event])}</span>
          </p>
          <p>
            <span class="badge ${accepted ? 'good' : 'warn'}"
              >${accepted ? say(['已接收', 'taken']) : say(['未接收', 'not taken'])}</span
            >
            <code>${`${reception.status ?? '–'} ${reception.body}`.slice(0, 80)}</code>
          </p>
          <p class="soft">${timeText(atMs)}</p>
          <div class="acts">${resendForm(outTradeNo, event, String(place), view)}</div>
        </li>`,
    )}
  </ul>`;
}

/** Sends a notify of an order now: true or spoilt, of now or of long ago. */
export function sendForm(order: Order, { say }: View): SafeHtml {
  const events = NOTIFY_EVENTS.filter((event) => hasHappened(order, event));
  const fields = html`${hidden('outTradeNo', order.outTradeNo)}
    ${hidden('back', `/panel/trades/${encodeURIComponent(order.outTradeNo)}`)}
    <label for="event">${say(['事件', 'Event'])}</label>
    <select id="event" name="event">
      <option value="">${say(['现状', 'as it stands'])}</option>
      ${events.map((event) => html`<option value="${event}">${say(EVENTS[event])}</option>`)}
    </select>
    <label for="tamper">${say(['篡改', 'Spoilt'])}</label>
    <select id="tamper" name="tamper">
      <option value="">${say(['不篡改', 'not at all'])}</option>
      ${TAMPERINGS.map((one) => html`<option value="${one}">${say(TAMPERING_WORDS[one])}</option>`)}
    </select>
    <label for="url">${say(['地址（空：订单的）', 'Address (empty: the order’s)'])}</label>
    <input id="url" name="url" type="url" value="${order.terms.notifyUrl ?? ''}" /> `;
  return actForm('send-notify', fields, {
    text: say(['发送通知', 'Send a notify']),
    look: 'main',
    id: 'send',
  });
}

function settingsCard(state: NotifierState, { say }: View): SafeHtml {
  const on = actForm(
    'notifies-on',
    html`<fieldset>
        <legend>${say(['推送哪些事件', 'Which events are pushed'])}</legend>
        ${NOTIFY_EVENTS.map(
          (event) =>
            html`<label class="choice"
              ><input
                type="checkbox"
                name="events"
                value="${event}"
                ${state.events.includes(event) ? html`checked` : ''}
              /><span>${say(EVENTS[event])} <code>${event}</code></span></label
            >`,
        )}
      </fieldset>
      <label for="delayMs"
        >${say(['首次发送前的毫秒数', 'Milliseconds before the first try'])}</label
      >
      <input
        id="delayMs"
        name="delayMs"
        type="number"
        min="0"
        max="86400000"
        step="1"
        value="${String(state.delayMs)}"
      /> `,
    { text: say(['开启', 'Switch on']), look: 'main', id: 'on' },
  );
  return html`<section class="card">
    <h2>
      ${say(['自动推送', 'By itself'])}
      <span class="badge ${state.on ? 'good' : 'warn'}"
        >${state.on ? say(['已开启', 'on']) : say(['已关闭', 'off'])}</span
      >
    </h2>
    ${on} ${actForm('notifies-off', html``, { text: say(['关闭', 'Switch off']), id: 'off' })}
    <p class="soft">
      ${say(['关闭期间发生或到期的都不再发送。', 'What happens or comes due while it is off is lost.'])}
    </p>
  </section>`;
}

function pendingRows(pending: readonly Notify[], { say }: View): SafeHtml {
  if (pending.length === 0) {
    return html`<p class="empty">${say(['没有等待的通知', 'Nothing waits'])}</p>`;
  }
  return html`<ul class="rows thin">
    ${pending.map(
      ({ outTradeNo, event, attempts, dueAtMs }) =>
        html`<li>
          <p class="what">
            ${tradeLink(outTradeNo)} <span class="soft">${say(EVENTS[event])}</span>
          </p>
          <p>${say(['已尝试', 'tries'])}: ${String(attempts)}</p>
          <p class="soft">${say(['下次', 'next'])} ${timeText(dueAtMs)}</p>
        </li>`,
    )}
  </ul>`;
}

function resendForm(
  outTradeNo: string,
  event: Attempt['event'],
  place: string,
  { say, url }: View,
): SafeHtml {
  const fields = html`${hidden('outTradeNo', outTradeNo)}${hidden('event', event)}
  ${hidden('back', url.pathname)}`;
  const id = `again-${place}`;
  return actForm('send-notify', fields, { text: say(['重发', 'Send again']), id });
}

function tradeLink(outTradeNo: string): SafeHtml {
  return html`<a href="/panel/trades/${encodeURIComponent(outTradeNo)}">${outTradeNo}</a>`;
}
