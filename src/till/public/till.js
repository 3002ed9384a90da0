/**
 * The till: the way of one bill from "collect" to its end. A code that may be paid is never let
 * go of: only a final paystatus ends the watch, and no other answer leads to collecting again.
 */
import { cancel, query, scanCode } from './api.js';
import * as form from './form.js';
import { atHand, keepLast, lastAutoid } from './kept.js';
import * as stage from './stage.js';
import { backOff, pause, POLL_MS } from './waiting.js';

const ALREADY_PAID = 40901;
const NO_RECEIPT = 40401;
/** ScanCode with these may have begun a receipt: the very same call is made again. */
const UNDECIDED = [null, 0, 1, 50000, 50300];
/** With these this call did nothing; what an earlier one did stays as unknown as it was. */
const BUSY = [42900, 50301];
const NOT_LET_IN = [40100, 40300];
/** A guest who takes longer over the password may have walked away. */
const PASSWORD_MS = 60_000;

const PAID_BEFORE = [
  '此单先前已支付，本次没有再收款。',
  'Paid before: nothing was collected this time.',
];
const LOST = ['请先联系管理人员，再决定是否收款。', 'Ask the office before anything is collected.'];

/** The order, its receipt if there is one, and how to end the watch; null: the form is open. */
let current = null;

/** Begins to look after an order: whatever was done for the one before ends. */
function begin(order, receipt = null) {
  current?.ended.abort();
  current = { order, receipt, ended: new AbortController() };
  atHand.keep({ order, receipt });
  return current.ended.signal;
}

// ---- from the form to a code ----

async function collect(order) {
  const ended = begin(order);
  form.lock(true);
  stage.clearStage();
  stage.showFacts(order);
  stage.showScreen('asking');
  const autoid = order.further ? undefined : lastAutoid(order);
  if (autoid && !(await mayCollect({ ...order, autoid }, ended))) return;
  await askForCode(order, ended);
}

/**
 * Asks for the last receipt of the bill: it may have been paid while nobody looked. If there is
 * something to be seen of it, that is shown instead.
 */
async function mayCollect(last, ended) {
  stage.showScreen('querying');
  const answer = await askUntilKnown(last, 0, ended, [0, NO_RECEIPT]);
  if (!answer) return false;
  if (answer.errcode === NO_RECEIPT) {
    stage.showFacts(last);
    stage.showScreen('lost', LOST);
    return false;
  }
  if (['NOTPAY', 'CLOSED', 'REVOKED', 'PAYERROR'].includes(answer.tag.paystatus)) return true;
  showPaidBefore(last);
  return false;
}

async function askForCode(order, ended) {
  stage.showScreen('asking');
  for (let tries = 1; ; tries += 1) {
    const answer = await scanCode(order);
    if (ended.aborted) return;
    const { errcode, errmsg, tag, waitMs } = answer;
    if (errcode === 0 && tag?.autoid && tag.codeurl) {
      watch(order, { ...order, autoid: tag.autoid, codeurl: tag.codeurl }, POLL_MS);
      return;
    }
    if (errcode === ALREADY_PAID && tag?.autoid) {
      showPaidBefore({ ...order, autoid: tag.autoid });
      return;
    }
    if (UNDECIDED.includes(errcode)) order = markDoubt(order);
    else if (!BUSY.includes(errcode) && !(order.doubt && NOT_LET_IN.includes(errcode))) {
      stage.showScreen('refused', errmsg);
      return;
    }
    stage.showScreen(waitMs ? 'busy' : 'undecided', errmsg);
    await pause(backOff(tries, waitMs), ended, waitMs);
    if (ended.aborted) return;
  }
}

/** From now on, and after a reload, a refusal at the door tells nothing of the call before it. */
function markDoubt(order) {
  current.order = { ...order, doubt: true };
  atHand.keep({ order: current.order, receipt: null });
  return current.order;
}

/** What was paid may differ from what is asked for now, so no amount is shown. */
function showPaidBefore(receipt) {
  watch(current.order, { ...receipt, yuan: '', remark: PAID_BEFORE }, 0);
}

// ---- from the code to its end ----

/** Shows the receipt and asks how it stands, until it is final. */
function watch(order, receipt, firstMs) {
  const ended = begin(order, receipt);
  keepLast(receipt);
  stage.showFacts(receipt);
  if (receipt.codeurl) stage.showCode(receipt.codeurl);
  if (receipt.codeurl && firstMs > 0) stage.showScreen('NOTPAY');
  else stage.showScreen('querying', receipt.remark);
  void poll(receipt, firstMs, ended);
}

async function poll(receipt, firstMs, ended) {
  let scannedAt = null;
  for (let waitMs = firstMs; ; waitMs = POLL_MS) {
    const answer = await askUntilKnown(receipt, waitMs, ended, [0]);
    if (!answer) return;
    const { paystatus } = answer.tag;
    const further = paystatus === 'SUCCESS' && receipt.remark;
    if (paystatus === 'USERPAYING') scannedAt ??= performance.now();
    const isSlow = paystatus === 'USERPAYING' && performance.now() - scannedAt >= PASSWORD_MS;
    const extra = [...(further ? ['further'] : []), ...(isSlow ? ['cancel'] : [])];
    stage.showPayStatus(answer.tag, receipt.remark, extra);
    if (stage.isFinal(paystatus)) return;
  }
}

/**
 * Asks for a receipt until the answer has one of these errcodes; null: the watch was ended. Any
 * other answer, and none, means that the code may still be paid: it is asked again, ever more
 * slowly.
 */
async function askUntilKnown(receipt, firstMs, ended, errcodes) {
  let [waitMs, askedForMs] = [firstMs, 0];
  for (let failures = 1; ; failures += 1) {
    await pause(waitMs, ended, askedForMs);
    if (ended.aborted) return null;
    const answer = await query(receipt);
    if (ended.aborted) return null;
    if (errcodes.includes(answer.errcode)) return answer;
    stage.showNote(...hindrance(answer));
    askedForMs = answer.waitMs;
    waitMs = backOff(failures, askedForMs);
  }
}

/** What hinders the till, in both languages. */
function hindrance({ errcode, errmsg }) {
  if (errcode === null) return ['连接中断，正在重试。', 'No connection: trying again.'];
  if (errcode === 1) return ['结果暂时未知，正在再次查询。', 'Not known yet: asking again.'];
  if (BUSY.includes(errcode)) return ['服务繁忙，稍后再次查询。', 'Busy: asking again soon.'];
  if (errcode >= 50000)
    return ['服务出错，正在再次查询。', 'The service has a fault: asking again.'];
  return [
    `查询被拒绝，继续查询：${errmsg}`,
    'Refused, still asking. Note the numbers and ask the office.',
  ];
}

// ---- the clerk's moves ----

const ACTIONS = {
  retry: () => collect(current.order),
  ask: () => watch(current.order, current.receipt, 0),
  further: () => collect({ ...current.order, further: true }),
  cancel: () => undo(current),
  back: () => openForm(),
  fresh: () => {
    openForm();
    form.clear();
  },
};

/** Has the receipt undone; how that ends is what Query tells. */
async function undo({ order, receipt }) {
  const ended = begin(order, receipt);
  stage.showScreen('cancelling');
  const { errcode, errmsg, waitMs } = await cancel(receipt);
  if (ended.aborted) return;
  const isRefused = ![0, 1, null].includes(errcode);
  watch(order, receipt, isRefused ? Math.max(POLL_MS, waitMs) : 0);
  if (isRefused) stage.showNote(`未能撤销：${errmsg}`, 'Not cancelled');
}

/** Only screens on which no money can be on its way lead here. */
function openForm() {
  current?.ended.abort();
  current = null;
  atHand.keep(null);
  stage.clearStage();
  form.lock(false);
}

/** After a break: asks for the receipt at hand, or makes the call again that was cut off. */
function resume({ order, receipt }) {
  form.fill({ ...order, amount: order.yuan });
  form.lock(true);
  if (receipt) watch(order, receipt, 0);
  else void collect({ ...order, further: false });
}

form.start(collect);
for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', () => void ACTIONS[button.dataset.action]());
}
const bill = atHand.read();
if (bill) resume(bill);
