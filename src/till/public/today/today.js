/** Today's receipts, as the books have them. */
import { showYuan } from '../bill/amount.js';
import { SCREENS, titleOf } from '../show/screens.js';
import { label, say } from '../show/words.js';
import { findToday, MOST } from './slip-search.js';

const byId = (id) => document.getElementById(id);
const TONES = { SUCCESS: 'good', REFUND: 'back', NOTPAY: 'open', USERPAYING: 'open' };
const UNDECIDED = ['结果未知', 'Not known yet'];

/** Only the newest search may show what it found. */
let turn = 0;

/** Reads the list again, for what stands in its box. */
export async function refreshToday() {
  turn += 1;
  const mine = turn;
  byId('today').setAttribute('aria-busy', 'true');
  const text = byId('find').value.trim();
  const { errcode, receipts, isCut } = await findToday(text);
  if (mine !== turn) return;
  byId('today').removeAttribute('aria-busy');
  if (errcode !== 0) {
    say(byId('today-state'), ...hindranceOf(errcode));
    return;
  }
  say(byId('today-state'), ...stateOf(receipts.length, isCut, text));
  byId('today-list').replaceChildren(...receipts.map(rowOf));
}

function hindranceOf(errcode) {
  if (errcode === 40100 || errcode === 40300) {
    return ['需要有权限的密钥才能查看。', 'It takes a key that may look.'];
  }
  return ['暂时读不到，请稍后再试。', 'It cannot be read now: try again soon.'];
}

function stateOf(count, isCut, text) {
  if (count === 0 && text) return ['今天没有找到。', 'Nothing of today has that.'];
  if (count === 0) return ['今天还没有收款。', 'No receipts today.'];
  if (isCut) return [`最近 ${MOST} 笔`, `The latest ${MOST}`];
  return [`${count} 笔`, `${count} ${count === 1 ? 'receipt' : 'receipts'}`];
}

function rowOf(receipt) {
  const { billtype, billnum, autoid, begunat, paymentvalue, paystatus } = receipt;
  const row = byId('today-row').content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`.${name}`);
  part('when').textContent = begunat.slice(11, 16);
  part('what').textContent = billnum;
  part('id').textContent = `${billtype} · ${autoid}`;
  part('sum').textContent = showYuan(paymentvalue.toFixed(2));
  const words = paystatus && SCREENS[paystatus] ? titleOf(paystatus, '') : UNDECIDED;
  say(part('how'), ...words);
  row.dataset.tone = TONES[paystatus] ?? 'none';
  const about = `${billnum}, ${part('sum').textContent}`;
  label(row.querySelector('button'), `查看 ${about}，${words[0]}`, `Look at ${about}, ${words[1]}`);
  row.querySelector('button').addEventListener('click', () => look(receipt));
  return row;
}

let look = () => {};

/** Makes the list work; `open` is called with the receipt that is to be looked at. */
export function startToday(open) {
  look = open;
  byId('find-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void refreshToday();
  });
  byId('find').addEventListener('search', () => void refreshToday());
  byId('refresh').addEventListener('click', () => void refreshToday());
  void refreshToday();
}
