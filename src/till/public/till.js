/** The till: the clerk's form, and the way of one receipt from "collect" to its end. */
import { readYuan } from './amount.js';
import { query, scanCode } from './api.js';
import * as stage from './stage.js';

const POLL_MS = 2000;
const ALREADY_PAID = 40901;
const STORED_VALUE = '7';
const KEPT = '3pay.till.receipt';

const FAULTS = {
  grammar: ['请输入金额，例如 5.10。', 'Enter an amount such as 5.10.'],
  fraction: ['最多两位小数。', 'At most two decimals.'],
  range: ['金额须在 0.01 至 100000000.00 之间。', 'From 0.01 to 100000000.00.'],
  cardno: ['请输入卡号。', 'Enter the card number.'],
  billnum: ['请输入单号。', 'Enter a bill number.'],
};
const PAID_BEFORE = [
  '此单先前已支付，本次没有再收款。',
  'Paid before: nothing was collected this time.',
];
/** Said of a receipt, these words let the clerk go back and collect the bill anew. */
const UNPAID = ['NOTPAY', 'CLOSED', 'REVOKED', 'PAYERROR'];

const form = document.getElementById('bill-form');
const fields = document.getElementById('bill-fields');
const { amount, billnum, cardno } = form.elements;

/** The order being collected and the watch over its receipt; null while the form is open. */
let current = null;

// ---- the form ----

function newNumber() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear() % 100}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const [random] = crypto.getRandomValues(new Uint16Array(1));
  return `T${day}${time}${String(random % 1000).padStart(3, '0')}`;
}

function billType() {
  return form.elements.billtype.value;
}

function showCardField() {
  document.getElementById('cardno-field').hidden = billType() !== STORED_VALUE;
}

function showFault(input, fault) {
  const words = fault ? FAULTS[fault] : [''];
  stage.say(document.getElementById(`${input.id}-error`), ...words);
  if (fault) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

/** The order on the form, or null with the faults shown and the first one focused. */
function readOrder() {
  const yuan = readYuan(amount.value);
  const withCard = billType() === STORED_VALUE;
  const checks = [
    [cardno, withCard && !cardno.value.trim() ? 'cardno' : null],
    [amount, yuan.ok ? null : yuan.fault],
    [billnum, billnum.value.trim() ? null : 'billnum'],
  ];
  for (const [input, fault] of checks) showFault(input, fault);
  const faulty = checks.find(([, fault]) => fault);
  if (faulty) {
    faulty[0].focus();
    return null;
  }
  const tile = form.querySelector('[name=billtype]:checked').parentElement;
  const system = tile.querySelector('b').textContent;
  return {
    billtype: billType(),
    system,
    billnum: billnum.value,
    body: `${system}收款`,
    yuan: yuan.yuan,
    cardno: withCard ? cardno.value : '',
  };
}

function lockForm(locked) {
  fields.disabled = locked;
  document.body.dataset.view = locked ? 'stage' : 'form';
  if (locked) document.getElementById('stage-state').focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

// ---- one receipt ----

async function collect(order) {
  current?.stop();
  current = null;
  lockForm(true);
  stage.clearStage();
  stage.showFacts(order);
  stage.showScreen('asking');
  const answer = await scanCode(order);
  const tag = answer?.tag;
  if (answer?.errcode === 0 && tag?.autoid && tag.codeurl) {
    watch({ ...order, autoid: tag.autoid, codeurl: tag.codeurl }, POLL_MS);
  } else if (answer?.errcode === ALREADY_PAID && tag?.autoid) {
    // What was paid may differ from what is asked for now, so no amount is shown.
    watch({ ...order, autoid: tag.autoid, yuan: '', remark: PAID_BEFORE }, 0);
  } else if (answer === null || answer.errcode === 0 || answer.errcode === 1) {
    stage.showScreen('undecided', answer?.errcode === 1 ? String(answer.errmsg) : []);
    current = { order, stop() {} };
  } else {
    stage.showScreen('refused', String(answer.errmsg));
  }
}

/** Shows the receipt and asks how it stands, until it is final or the clerk goes on. */
function watch(receipt, firstMs) {
  const ended = new AbortController();
  current = { order: receipt, receipt, stop: () => ended.abort() };
  keep(receipt);
  stage.showFacts(receipt);
  if (receipt.codeurl) stage.showCode(receipt.codeurl);
  if (receipt.codeurl && firstMs > 0) stage.showScreen('NOTPAY');
  else stage.showScreen('querying', receipt.remark);
  void poll(receipt, firstMs, ended.signal);
}

async function poll(receipt, firstMs, ended) {
  for (let waitMs = firstMs; ; waitMs = POLL_MS) {
    await pause(waitMs, ended);
    if (ended.aborted) return;
    const answer = await query(receipt);
    if (ended.aborted) return;
    if (answer === null) {
      stage.showNote('连接中断，正在重试。', 'No connection: trying again.');
    } else if (answer.errcode === 1) {
      stage.showNote('结果暂时未知，正在再次查询。', 'Not known yet: asking again.');
    } else if (answer.errcode !== 0) {
      stage.showScreen('stopped', String(answer.errmsg));
      return;
    } else {
      stage.showPayStatus(answer.tag, receipt.remark);
      if (stage.isFinal(answer.tag.paystatus)) return;
    }
  }
}

/** Waits; ends early when the page is seen again, because hidden pages' clocks run slowly. */
function pause(waitMs, ended) {
  return new Promise((resolve) => {
    const wake = new AbortController();
    const done = () => {
      clearTimeout(timer);
      wake.abort();
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    const { signal } = wake;
    const seen = () => document.visibilityState === 'visible' && done();
    document.addEventListener('visibilitychange', seen, { signal });
    ended.addEventListener('abort', done, { signal });
  });
}

// ---- the clerk's moves ----

const ACTIONS = {
  retry: () => collect(current.order),
  ask: () => {
    current.stop();
    watch(current.receipt, 0);
  },
  back: () => (current?.receipt ? leave(current) : openForm()),
  fresh: () => {
    openForm();
    billnum.value = newNumber();
    amount.value = '';
    cardno.value = '';
    amount.focus();
  },
};

/** Leaves a receipt only after asking once more: the guest may have paid in this very moment. */
async function leave(left) {
  left.stop();
  stage.showScreen('querying');
  const answer = await query(left.receipt);
  if (answer?.errcode === 0 && UNPAID.includes(answer.tag.paystatus)) openForm();
  else watch(left.receipt, 0);
}

function openForm() {
  current?.stop();
  current = null;
  keep(null);
  stage.clearStage();
  lockForm(false);
  document.getElementById('collect').focus();
}

/** Remembers the receipt over a reload of the page; a receipt once begun is never forgotten. */
function keep(receipt) {
  try {
    if (receipt) sessionStorage.setItem(KEPT, JSON.stringify(receipt));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Without storage a reload forgets the receipt: the service then names it by 40901.
  }
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function resume(receipt) {
  form.elements.billtype.value = receipt.billtype;
  billnum.value = receipt.billnum;
  cardno.value = receipt.cardno;
  amount.value = receipt.yuan;
  showCardField();
  lockForm(true);
  watch(receipt, 0);
}

function start() {
  billnum.value ||= newNumber();
  showCardField();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const order = readOrder();
    if (order) void collect(order);
  });
  form.addEventListener('change', showCardField);
  form.addEventListener('input', ({ target }) => {
    if (target.hasAttribute('aria-invalid')) showFault(target, null);
  });
  document.getElementById('new-number').addEventListener('click', () => {
    billnum.value = newNumber();
    showFault(billnum, null);
  });
  for (const button of document.querySelectorAll('[data-amount]')) {
    button.addEventListener('click', () => {
      amount.value = button.dataset.amount;
      showFault(amount, null);
    });
  }
  for (const button of document.querySelectorAll('[data-action]')) {
    button.addEventListener('click', () => void ACTIONS[button.dataset.action]());
  }
  const receipt = kept();
  if (receipt) resume(receipt);
}

start();
