import { chinaTime, parseChinaTime } from '../../../domain/china-time';
import { html, SafeHtml } from '../../pages/html';
import { actForm, hidden, Page, View } from '../frame';
import { Words } from '../look';

const DAY_MS = 86_400_000;
const JUMPS: readonly (readonly [by: string, unit: string, words: Words])[] = [
  ['1', 'minutes', ['一分钟', 'a minute']],
  ['121', 'minutes', ['两小时零一分：二维码过期', '2 h 1 min: a code expires']],
  ['181', 'minutes', ['三小时零一分：未付款交易关闭', '3 h 1 min: an unpaid trade closes']],
  ['366', 'days', ['一年多：不能再退款', '366 days: no refund any more']],
];
const UNITS: readonly (readonly [unit: string, words: Words])[] = [
  ['seconds', ['秒', 'seconds']],
  ['minutes', ['分钟', 'minutes']],
  ['hours', ['小时', 'hours']],
  ['days', ['天', 'days']],
];

/** `/panel/clock`: the simulated time, and ways to move it. */
export function clockPage(offsetMs: number, view: View): Page {
  const { say, nowMs } = view;
  const content = html`<section class="card">
      <p class="amount" data-live id="time">${chinaTime(nowMs)}</p>
      <p class="soft">
        ${say(['中国时间', 'China time'])} · ${say(['偏移', 'offset'])}
        <code>${String(offsetMs)} ms</code>
      </p>
      <p class="note warn">
        ${say([
          '只有支付宝的时钟会变。服务的时钟与它相差 30 秒以上就告警 clockWrong，不再就绪。',
          'Only Alipay’s clock moves. A service over 30 s away raises clockWrong: not ready.',
        ])}
      </p>
    </section>
    <section class="card">
      <h2>${say(['向前拨', 'Jump forward'])}</h2>
      <div class="acts">
        ${JUMPS.map(([by, unit, words], place) =>
          jump(by, unit, say(words), `jump-${String(place)}`),
        )}
        ${toBill(view)}
      </div>
      ${byHand(view)}
      <div class="acts">
        ${actForm('reset-clock', html``, {
          text: say(['回到真实时间', 'Back to the real time']),
          id: 'real',
        })}
      </div>
    </section>`;
  return { path: '/panel/clock', title: say(['时钟', 'Clock']), content };
}

/** Until the bill of this China day is there: 09:00 of the next one. */
function toBill({ say, nowMs }: View): SafeHtml {
  const midnight = parseChinaTime(`${chinaTime(nowMs).slice(0, 10)} 00:00:00`) ?? nowMs;
  const bySeconds = Math.ceil((midnight + DAY_MS + 9 * 3_600_000 + 60_000 - nowMs) / 1_000);
  const text = say(['明天 09:01：今天的账单可下载', 'tomorrow 09:01: the bill of today is there']);
  return jump(String(bySeconds), 'seconds', text, 'jump-bill');
}

function jump(by: string, unit: string, text: string, id: string): SafeHtml {
  return actForm('move-clock', html`${hidden('by', by)}${hidden('unit', unit)}`, { text, id });
}

function byHand({ say }: View): SafeHtml {
  const fields = html`<label for="by"
      >${say(['拨动（负数：向后）', 'Move by (negative: back)'])}</label
    >
    <div class="pair">
      <input id="by" name="by" type="number" step="1" value="10" required />
      <select name="unit" aria-label="${say(['单位', 'Unit'])}">
        ${UNITS.map(([unit, words]) => html`<option value="${unit}">${say(words)}</option>`)}
      </select>
    </div> `;
  return actForm('move-clock', fields, {
    text: say(['拨动时钟', 'Move the clock']),
    look: 'main',
    id: 'move',
  });
}
