/** Today's receipts, as the books have them. */
import { showYuan } from '../bill/amount.js';
import { isKeyAsked, key } from '../service/key.js';
import { say } from '../show/words.js';
import { findToday, MOST } from './slip-search.js';

const byId = (id) => document.getElementById(id);
const UNDECIDED = ['结果未知', 'Not known yet', 'open'];
/** How receipts stand: in Chinese, in English, and in which tone. */
const STANDS = {
  SUCCESS: ['已支付', 'Paid', 'good'],
  NOTPAY: ['等待扫码', 'Waiting', 'open'],
  USERPAYING: ['输入密码中', 'At the password', 'open'],
  CLOSED: ['已关闭', 'Closed', 'none'],
  REVOKED: ['已撤销', 'Cancelled', 'none'],
  PAYERROR: ['支付失败', 'Refused', 'none'],
  REFUND: ['已退款', 'Refunded', 'back'],
};
const REFUNDS = {
  paid: ['部分退款', 'Refunded in part', 'back'],
  refunding: ['退款中', 'Going back', 'back'],
};

/** Only the newest search may show what it found. */
let turn = 0;

/** Reads the list again, for what stands in its box. */
export async function refreshToday() {
  turn += 1;
  const mine = turn;
  if (isKeyAsked() && !key()) {
    say(byId('today-state'), ...hindranceOf(40100));
    byId('today-list').replaceChildren();
    return;
  }
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
  const { billtype, billnum, autoid, begunat, paymentvalue } = receipt;
  const row = byId('today-row').content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`.${name}`);
  part('when').textContent = begunat.slice(11, 16);
  part('what').textContent = billnum;
  say(part('id'), ...systemOf(billtype).map((name) => `${name} · ${autoid}`));
  part('sum').textContent = showYuan(paymentvalue.toFixed(2));
  const [zh, en, tone] = standOf(receipt);
  say(part('how'), zh, en);
  row.dataset.tone = tone;
  row.querySelector('button').addEventListener('click', () => look(receipt));
  return row;
}

function standOf({ paystatus, state }) {
  if (paystatus === 'REFUND') return REFUNDS[state] ?? STANDS.REFUND;
  return STANDS[paystatus] ?? UNDECIDED;
}

let [look, systemOf] = [() => {}, () => []];

/**
 * Makes the list work. `open` is called with the receipt that is to be looked at; `nameSystem`
 * gives the names of a bill type.
 */
export function startToday(open, nameSystem) {
  [look, systemOf] = [open, nameSystem];
  byId('find-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void refreshToday();
  });
  byId('find').addEventListener('search', () => void refreshToday());
  byId('refresh').addEventListener('click', () => void refreshToday());
  void refreshToday();
}
