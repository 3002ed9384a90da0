/** The till: what the clerk does, and what it leads to. */
import * as form from './bill/form.js';
import { hearScanner } from './bill/scanner.js';
import { atHand, begin, letGo } from './money/at-hand.js';
import { charge, settle } from './money/charge.js';
import { collect } from './money/collect.js';
import { undo, watch } from './money/watch.js';
import { bill } from './service/kept.js';
import { hurry } from './service/waiting.js';
import { openKeyDialog, startKeyDialog } from './show/key-dialog.js';
import { startLook } from './show/look.js';
import * as stage from './show/stage.js';
import { refreshToday, startToday } from './today/today.js';

// ---- the clerk's moves ----

const ACTIONS = {
  retry: hurry,
  ask: () => watch(atHand().order, atHand().receipt, 0),
  further: () => collect({ ...atHand().order, way: 'code', further: true }),
  cancel: () => void undo(),
  key: openKeyDialog,
  back: openForm,
  leave: openForm,
  fresh: () => {
    openForm();
    form.clear();
  },
};
/** What Escape does: the first of these that is offered. It never cancels anything. */
const WAYS_OUT = ['leave', 'back', 'fresh'];

/** Only screens on which no money can be on its way lead here, and receipts only looked up. */
function openForm() {
  letGo();
  stage.clearStage();
  form.lock(false);
  void refreshToday();
}

/** A guest's code for the bill on the form. */
function chargeForm(barcode) {
  const order = form.readOrder('bar');
  if (order) void collect(order, barcode);
}

/** A receipt of the list: shown and asked for, as long as no bill is at hand. */
function look({ billtype, billnum, autoid, paytype, paymentvalue }) {
  if (atHand()) return;
  const order = { way: 'look', billtype, billnum, system: form.systemOf(billtype) };
  const receipt = { ...order, autoid, paytype, yuan: paymentvalue.toFixed(2), isSure: true };
  form.lock(true);
  stage.clearStage();
  watch(order, { ...receipt, remark: 'looked' }, 0);
}

// ---- a scanner ----

/** Fields that a slip or a card may be scanned into, when there is nothing in them to be kept. */
const SCANNED_INTO = ['billnum', 'cardno', 'find'];

function takeScan(barcode, { field, before, isFresh }) {
  if (document.querySelector('dialog[open]')) return false;
  if (field && isFresh && SCANNED_INTO.includes(field.id)) return false;
  if (field) {
    field.value = before;
    field.dispatchEvent(new Event('input', { bubbles: true })); // So that the code is kept nowhere.
  }
  const bill = atHand();
  if (!bill) chargeForm(barcode);
  else if (stage.isShown('NOTPAY') && bill.receipt?.codeurl) {
    void charge(bill.order, barcode, performance.now(), bill.receipt);
  }
  return true; // On any other screen it is nobody's, and its Enter must press nothing.
}

// ---- a break ----

/** After a break: asks for the receipt at hand, or makes the call again that was cut off. */
function resume({ order, receipt, charge: call }) {
  if (order.way !== 'look') form.fill({ ...order, amount: order.yuan });
  form.lock(true);
  stage.showFacts(receipt ?? order);
  if (call) void settle({ order, receipt, charge: call }, begin(order, receipt, call));
  else if (receipt) watch(order, receipt, 0);
  else if (order.way === 'bar')
    openForm(); // The charge was not begun yet.
  else void collect({ ...order, further: false });
}

startLook();
form.start(collect, chargeForm);
hearScanner(takeScan);
startToday(look, form.systemOf);
startKeyDialog(
  () => {
    hurry();
    void refreshToday();
  },
  () => atHand() ?? form.focusNext(),
);
for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', () => ACTIONS[button.dataset.action]());
}
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || document.querySelector('dialog[open]') || !atHand()) return;
  const way = WAYS_OUT.find(stage.isOffered);
  if (way) ACTIONS[way]();
});
const kept = bill.read();
if (kept) resume(kept);
else if (!document.querySelector('dialog[open]')) form.lock(false);
