/** The left-hand side: the bill as the clerk fills it in. */
import * as kept from '../service/kept.js';
import { say } from '../show/words.js';
import { readYuan } from './amount.js';
import { readBarcode } from './scanner.js';

const STORED_VALUE = '7';

const FAULTS = {
  grammar: ['请输入金额，例如 5.10。', 'Enter an amount such as 5.10.'],
  fraction: ['最多两位小数。', 'At most two decimals.'],
  range: ['金额须在 0.01 至 100000000.00 之间。', 'From 0.01 to 100000000.00.'],
  cardno: ['请输入卡号。', 'Enter the card number.'],
  billnum: ['请输入单号。', 'Enter a bill number.'],
  barcode: [
    '付款码是 16 至 24 位数字，请重新扫。',
    'A guest’s code has 16 to 24 digits: scan again.',
  ],
};

const form = document.getElementById('bill-form');
const fields = document.getElementById('bill-fields');
const { amount, billnum, cardno, barcode } = form.elements;

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
  say(document.getElementById(`${input.id}-error`), ...(fault ? FAULTS[fault] : ['']));
  if (fault) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

function keep() {
  kept.form.keep({
    billtype: billType(),
    amount: amount.value,
    billnum: billnum.value,
    cardno: cardno.value,
  });
}

/** Fills the form in. */
export function fill(values) {
  form.elements.billtype.value = values.billtype;
  amount.value = values.amount;
  billnum.value = values.billnum;
  cardno.value = values.cardno;
  showCardField();
  keep();
}

/** Empties the form for the next bill of the same system. */
export function clear() {
  fill({ billtype: billType(), amount: '', billnum: newNumber(), cardno: '' });
  amount.focus();
}

/** The names of a system, Chinese and English. */
export function systemOf(billtype) {
  const tile = form.querySelector(`[name=billtype][value="${billtype}"]`).parentElement;
  const name = tile.querySelector('b');
  return [name.dataset.zh ?? name.textContent, name.dataset.en];
}

/**
 * The order on the form, or null with the faults shown and the first one focused. `way`: `code` to
 * show one to the guest, `bar` to charge the guest's.
 */
export function readOrder(way) {
  const yuan = readYuan(amount.value);
  const withCard = billType() === STORED_VALUE;
  const checks = [
    [cardno, withCard && !cardno.value.trim() ? 'cardno' : null],
    [amount, yuan.ok ? null : yuan.fault],
    [billnum, billnum.value.trim() ? null : 'billnum'],
  ];
  barcode.value = '';
  for (const [input, fault] of [...checks, [barcode, null]]) showFault(input, fault);
  const faulty = checks.find(([, fault]) => fault);
  if (faulty) {
    faulty[0].focus();
    return null;
  }
  const system = systemOf(billType());
  return {
    way,
    billtype: billType(),
    system,
    billnum: billnum.value,
    body: `${system[0]}收款`,
    yuan: yuan.yuan,
    cardno: withCard ? cardno.value : '',
  };
}

/** Takes the form out of the clerk's hands, or gives it back at the next step. */
export function lock(locked) {
  fields.disabled = locked;
  document.body.dataset.view = locked ? 'stage' : 'form';
  if (!locked) focusNext();
  window.scrollTo(0, 0);
}

/** To the field that is to be filled in next. */
export function focusNext() {
  (amount.value ? barcode : amount).focus({ preventScroll: true });
}

/** What Enter in a field of numbers leads to: a scanner ends with it, and must collect nothing. */
function goOn(event) {
  if (event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  focusNext();
}

function onBarcode(charge) {
  const code = readBarcode(barcode.value);
  barcode.value = '';
  showFault(barcode, code ? null : 'barcode');
  if (code) charge(code);
  else barcode.focus();
}

/**
 * Makes the form work: as it was before a break. `collect` is called with each order, `charge` with
 * each guest's code that was typed.
 */
export function start(collect, charge) {
  const before = kept.form.read();
  if (before) fill(before);
  billnum.value ||= newNumber();
  showCardField();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const order = readOrder('code');
    if (order) void collect(order);
  });
  form.addEventListener('change', () => {
    showCardField();
    keep();
  });
  form.addEventListener('input', ({ target }) => {
    if (target.hasAttribute('aria-invalid')) showFault(target, null);
    keep();
  });
  for (const field of [billnum, cardno]) {
    field.addEventListener('focus', () => field.select());
    field.addEventListener('keydown', goOn);
  }
  barcode.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    onBarcode(charge);
  });
  document.getElementById('charge').addEventListener('click', () => onBarcode(charge));
  startButtons();
}

function startButtons() {
  document.getElementById('new-number').addEventListener('click', () => {
    billnum.value = newNumber();
    showFault(billnum, null);
    keep();
  });
  for (const button of document.querySelectorAll('[data-amount]')) {
    button.addEventListener('click', () => {
      amount.value = button.dataset.amount;
      showFault(amount, null);
      keep();
      barcode.focus({ preventScroll: true });
    });
  }
}
