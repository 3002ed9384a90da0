import { html, SafeHtml } from '../../pages/html';
import { Condition, CONDITION_KINDS, Fault, FAULT_KINDS } from '../../gateway/faults';
import { actForm, Page, View } from '../frame';
import { CONDITIONS, FAULTS, METHODS, SUB_CODES } from '../texts/fault-texts';

/** `/panel/faults`: what waits to be spoilt, and everything that can be ordered. */
export function faultsPage(waiting: readonly (Fault | Condition)[], view: View): Page {
  const { say } = view;
  const content = html`<p class="lead">
      ${say([
        '让下一次调用出错，看收银端和服务怎样应对。先订的先用。',
        'Spoil the next calls, and see what a till makes of it. Ordered first, used first.',
      ])}
    </p>
    <section class="card">
      <h2>${say(['已安排', 'On order'])}</h2>
      <div data-live id="waiting">${waitingRows(waiting, view)}</div>
      ${actForm('clear-faults', html``, {
        text: say(['全部撤回', 'Withdraw all']),
        id: 'withdraw',
      })}
    </section>
    <section class="card">
      <h2>${say(['安排故障', 'Order a fault'])}</h2>
      ${actForm('order-fault', html`${kinds(view)} ${options(view)}`, {
        text: say(['安排', 'Order']),
        look: 'main',
        id: 'order',
      })}
    </section>`;
  return { path: '/panel/faults', title: say(['故障', 'Faults']), content };
}

function waitingRows(waiting: readonly (Fault | Condition)[], { say }: View): SafeHtml {
  if (waiting.length === 0) {
    return html`<p class="empty">${say(['没有故障，一切如实', 'None: every answer is true'])}</p>`;
  }
  return html`<ul class="rows thin">
    ${waiting.map((one) => {
      const [about, left] = isCondition(one)
        ? [CONDITIONS[one.fault], null]
        : [FAULTS[one.fault], one.left];
      return html`<li>
        <p class="what"><strong>${one.fault}</strong> <span class="soft">${say(about)}</span></p>
        <p>${isCondition(one) ? detailOfCondition(one) : detailOfFault(one, say)}</p>
        <p class="soft">
          ${
            left === null
              ? say(['直到撤回', 'until withdrawn'])
              : `${say(['剩余次数', 'calls left'])}: ${left}`
          }
        </p>
      </li>`;
    })}
  </ul>`;
}

function isCondition(one: Fault | Condition): one is Condition {
  return CONDITION_KINDS.some((kind) => kind === one.fault);
}

function detailOfCondition({ visibleMs }: Condition): SafeHtml {
  return visibleMs === null ? html`` : html`<code>visibleMs ${String(visibleMs)}</code>`;
}

function detailOfFault(fault: Fault, say: View['say']): SafeHtml {
  const details = [
    fault.method,
    fault.afterEffect ? say(['生效后', 'after the effect']) : say(['生效前', 'before the effect']),
    ...(fault.delayMs > 0 ? [`delayMs ${fault.delayMs}`] : []),
    ...(fault.inBody ? ['inBody'] : []),
    ...(fault.subCode === null ? [] : [fault.subCode]),
  ];
  return html`<code>${details.join(' · ')}</code>`;
}

function kinds({ say }: View): SafeHtml {
  const choice = (kind: string, about: string, checked: boolean): SafeHtml =>
    html`<label class="choice"
      ><input type="radio" name="fault" value="${kind}" ${checked ? html`checked` : ''} required />
      <span><strong>${kind}</strong> ${about}</span></label
    >`;
  return html`<fieldset class="grid">
      <legend>${say(['一次调用出错', 'A call is spoilt'])}</legend>
      ${FAULT_KINDS.map((kind, place) => choice(kind, say(FAULTS[kind]), place === 0))}
    </fieldset>
    <fieldset class="grid">
      <legend>${say(['持续的状态，直到撤回', 'A state, until it is withdrawn'])}</legend>
      ${CONDITION_KINDS.map((kind) => choice(kind, say(CONDITIONS[kind]), false))}
    </fieldset>`;
}

function options({ say }: View): SafeHtml {
  return html`<fieldset class="fields">
    <legend>${say(['选项', 'Options'])}</legend>
    <p data-for="call">
      <label for="method">${say(['接口', 'Method'])}</label>
      <select id="method" name="method">
        ${METHODS.map(
          ([method, words]) => html`<option value="${method}">${method} · ${say(words)}</option>`,
        )}
      </select>
    </p>
    <p data-for="call">
      <label for="when">${say(['何时', 'When'])}</label>
      <select id="when" name="when">
        <option value="before">
          ${say(['代替操作（delay：操作之前）', 'instead of the action (delay: before it)'])}
        </option>
        <option value="after">
          ${say(['操作已生效，应答出错', 'after it: only the answer is spoilt'])}
        </option>
      </select>
    </p>
    <p data-for="call">
      <label for="count">${say(['次数（0：直到撤回）', 'Calls (0: until withdrawn)'])}</label>
      <input id="count" name="count" type="number" min="0" max="1000000" step="1" value="1" />
    </p>
    <p data-for="call">
      <label for="delay">${say(['延迟毫秒（可空）', 'delayMs (may be empty)'])}</label>
      <input id="delay" name="delayMs" type="number" min="0" max="600000" step="1" />
    </p>
    <p data-for="refuse">
      <label for="subCode">${say(['拒绝代码', 'subCode'])} (refuse)</label>
      <input
        id="subCode"
        name="subCode"
        list="subCodes"
        pattern="[\\w.\\-]{1,64}"
        value="${SUB_CODES[0]}"
      />
      <datalist id="subCodes">
        ${SUB_CODES.map((one) => html`<option value="${one}"></option>`)}
      </datalist>
    </p>
    <p data-for="refund_unseen">
      <label for="visibleMs">visibleMs (refund_unseen)</label>
      <input
        id="visibleMs"
        name="visibleMs"
        type="number"
        min="1"
        max="86400000"
        step="1"
        value="15000"
      />
    </p>
    <p data-for="call">
      <label class="choice"
        ><input type="checkbox" name="inBody" /><span
          >${say(['延迟在应答中间', 'the delay is in the middle of the body'])}</span
        ></label
      >
    </p>
  </fieldset>`;
}
