import { chinaTime } from '../../../domain/china-time';
import { fen, formatYuan } from '../../../domain/money';
import { html, SafeHtml } from '../../pages/html';
import { BillRow } from '../../bill/bill-rows';
import { BillAnswer } from '../../bill/bills';
import { Plant, PLANTS } from '../../bill/plants';
import { NO_BILL } from '../../control/control-bill';
import { actForm, hidden, Page, timeText, View } from '../frame';
import { PLANT_WORDS } from '../texts/plant-texts';
import { REFUSED } from '../texts/act-texts';

const DAY_MS = 86_400_000;

/** The bill of a day, as far as the page tells of it. */
export interface DayOfBill {
  readonly date: string;
  /** Whether it can be had now, and why not. */
  readonly standing: BillAnswer['kind'];
  readonly rows: readonly BillRow[];
  readonly plants: readonly Plant[];
}

/** The day whose bill is asked for when none is named: yesterday. */
export function yesterday(nowMs: number): string {
  return chinaTime(nowMs - DAY_MS).slice(0, 10);
}

/** `/panel/bills?date=`: what the bill of a day holds, its file, and what is wrong with it. */
export function billPage(day: DayOfBill, view: View): Page {
  const { say } = view;
  const content = html`<p class="lead">
      ${say([
        '支付宝每天的账单，次日 09:00 后可下载。可以埋入差错。',
        'Alipay’s bill of a day, from 09:00 of the next day on. Plant differences in it.',
      ])}
    </p>
    <form class="search" action="/panel/bills">
      <label for="date">${say(['日期', 'Day'])}</label>
      <div>
        <input id="date" name="date" type="date" value="${day.date}" required />
        <button class="main">${say(['查看', 'Show'])}</button>
      </div>
    </form>
    ${billCard(day, view)} ${plantsCard(day, view)}`;
  return { path: '/panel/bills', title: say(['账单', 'Bill']), content };
}

function billCard({ date, standing, rows }: DayOfBill, { say }: View): SafeHtml {
  const of = (kind: BillRow['kind']) => rows.filter((row) => row.kind === kind);
  const sum = (some: readonly BillRow[]) =>
    formatYuan(fen(some.reduce((all, { amount }) => all + Math.abs(amount), 0)));
  const told = standing === 'link' ? null : REFUSED[NO_BILL[standing]];
  return html`<section class="card">
    <h2>${date}</h2>
    <p>
      ${say(['付款', 'Payments'])}: <strong>${String(of('payment').length)}</strong> ·
      ¥${sum(of('payment'))} &nbsp; ${say(['退款', 'Refunds'])}:
      <strong>${String(of('refund').length)}</strong> · ¥${sum(of('refund'))}
    </p>
    ${
      told === null || told === undefined
        ? html`<p>
            <a class="main" id="download" href="/panel/bills/${date}/file"
              >${say(['下载账单', 'Download the bill'])}</a
            >
          </p>`
        : html`<p class="note warn">${say(told)}</p>`
    }
    ${
      rows.length === 0
        ? ''
        : html`<details>
            <summary>${say(['逐行查看', 'Row by row'])}</summary>
            <ul class="rows thin">
              ${rows.map(
                ({ outTradeNo, kind, amount, atMs }) =>
                  html`<li>
                    <p class="what">${outTradeNo}</p>
                    <p class="sum">
                      ${kind === 'refund' ? '−' : ''}¥${formatYuan(fen(Math.abs(amount)))}
                    </p>
                    <p class="soft">${timeText(atMs)}</p>
                  </li>`,
              )}
            </ul>
          </details>`
    }
  </section>`;
}

function plantsCard({ date, plants }: DayOfBill, view: View): SafeHtml {
  const { say } = view;
  return html`<section class="card">
    <h2>${say(['差错', 'Differences'])}</h2>
    ${
      plants.length === 0
        ? html`<p class="empty">${say(['没有：账单如实', 'None: the bill is true'])}</p>`
        : html`<ul class="rows thin">
            ${plants.map(
              ({ plant, outTradeNo }) =>
                html`<li>
                  <p class="what">
                    <strong>${plant}</strong>
                    <span class="soft">${say(PLANT_WORDS[plant])}</span>
                  </p>
                  <p>${outTradeNo}</p>
                </li>`,
            )}
          </ul>`
    }
    ${plantForm(date, view)}
    ${actForm('clear-plants', hidden('date', date), {
      text: say(['撤回该日全部差错', 'Withdraw all of the day']),
      id: 'withdraw',
    })}
  </section>`;
}

function plantForm(date: string, { say }: View): SafeHtml {
  const fields = html`${hidden('date', date)}
    <fieldset class="grid">
      <legend>${say(['账单怎样出错', 'The bill …'])}</legend>
      ${PLANTS.map(
        (plant, place) =>
          html`<label class="choice"
            ><input
              type="radio"
              name="plant"
              value="${plant}"
              ${place === 0 ? html`checked` : ''}
            /><span><strong>${plant}</strong> ${say(PLANT_WORDS[plant])}</span></label
          >`,
      )}
    </fieldset>
    <fieldset class="fields">
      <legend>${say(['选项', 'Options'])}</legend>
      <p>
        <label for="number">outTradeNo</label>
        <input id="number" name="outTradeNo" autocomplete="off" />
      </p>
      <p>
        <label for="row">${say(['哪一行', 'Which row'])}</label>
        <select id="row" name="row">
          <option value="payment">${say(['付款', 'the payment'])}</option>
          <option value="refund">${say(['退款', 'the refund'])}</option>
        </select>
      </p>
      <p>
        <label for="fen">fen (changeFen, foreignRow)</label>
        <input id="fen" name="fen" type="number" step="1" value="1" />
      </p>
      <p>
        <label for="other">other (doubleTrade)</label>
        <input id="other" name="other" autocomplete="off" />
      </p>
      <p>
        <label for="byMs">byMs (moveRow)</label>
        <input id="byMs" name="byMs" type="number" step="1" value="0" />
      </p>
    </fieldset> `;
  return actForm('plant', fields, {
    text: say(['埋入差错', 'Plant it']),
    look: 'main',
    id: 'plant',
  });
}
