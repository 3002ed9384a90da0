/**
 * From a receipt to its end. A code that may be paid is never let go of: only a final paystatus
 * ends the watch, and no other answer leads to collecting again.
 */
import { cancel, query, search } from '../service/api.js';
import { keepLast } from '../service/kept.js';
import { fromChinaTime, serverNow } from '../service/server-clock.js';
import { backOff, pause, POLL_MS } from '../service/waiting.js';
import { countDown } from '../show/countdown.js';
import { isFinal } from '../show/screens.js';
import * as stage from '../show/stage.js';
import { both } from '../show/words.js';
import { atHand, begin, learn } from './at-hand.js';
import { BUSY, showHindrance, UNDECIDED } from './hindrance.js';

/** A guest who takes longer over the password may have walked away. */
const PATIENCE_MS = 60_000;
/** A Cancel that gets through later is not wanted any more: the guest may have come back. */
const CANCEL_WITHIN_MS = 30_000;
const NOT_HEARD = [
  '撤销没有送达，如仍需撤销请再按一次。',
  'The Cancel did not get through: press it again if it is still wanted.',
];
const CODE_MINUTES = Number(document.documentElement.dataset.codeMinutes);

/**
 * Shows a receipt and asks how it stands, until it is final. `answer`: what is known of it already;
 * `undoUntilMs`: until when a Cancel goes on; `more`: what is said beside it until then.
 */
export function watch(order, receipt, firstMs, { answer, undoUntilMs, more } = {}) {
  const ended = begin(order, receipt);
  keepLast(receipt);
  stage.showFacts(receipt);
  if (receipt.codeurl) stage.showCode(receipt.codeurl);
  if (undoUntilMs) stage.showScreen('cancelling');
  else if (receipt.codeurl && firstMs > 0) {
    stage.showScreen('NOTPAY', more);
    stage.offerCancel(true);
    countLife(receipt);
  } else stage.showScreen('querying', more);
  void identify(ended);
  void poll({ firstMs, answer, undoUntilMs, more }, ended);
}

async function poll({ firstMs, answer: known, undoUntilMs, more }, ended) {
  let [answer, scannedAt, beside] = [known, null, more];
  const startedAt = performance.now();
  const onFailure = () => {
    if (isSlow(startedAt)) stage.offerCancel(true);
    void identify(ended);
  };
  for (let waitMs = firstMs; ; waitMs = POLL_MS) {
    answer ??= await askUntilKnown(() => atHand().receipt, waitMs, ended, [0], onFailure);
    if (!answer) return;
    const { receipt } = atHand();
    const { paystatus } = answer.tag;
    if (undoUntilMs && !isFinal(paystatus)) {
      if (serverNow() < undoUntilMs) {
        void undo(undoUntilMs);
        return;
      }
      beside = NOT_HEARD;
    }
    if (paystatus === 'USERPAYING') scannedAt ??= performance.now();
    const isFurther = receipt.remark === 'before' && ['SUCCESS', 'REFUND'].includes(paystatus);
    stage.showPayStatus(answer.tag, receipt, isFurther ? ['further'] : [], beside);
    if (isFinal(paystatus)) return;
    stage.offerCancel(paystatus === 'NOTPAY' || isSlow(scannedAt ?? startedAt));
    countLife(receipt);
    answer = null;
  }
}

function isSlow(since) {
  return performance.now() - since >= PATIENCE_MS;
}

/**
 * Asks for a receipt until the answer has one of these errcodes; null: the watch was ended. Any
 * other answer, and none, means that it may still be paid: it is asked again, ever more slowly.
 */
export async function askUntilKnown(name, firstMs, ended, errcodes, onFailure = () => {}) {
  let [waitMs, askedForMs] = [firstMs, 0];
  for (let failures = 1; ; failures += 1) {
    await pause(waitMs, ended, askedForMs);
    if (ended.aborted) return null;
    const answer = await query(name());
    if (ended.aborted) return null;
    if (errcodes.includes(answer.errcode)) return answer;
    showHindrance(answer);
    onFailure();
    askedForMs = answer.waitMs;
    waitMs = backOff(failures, askedForMs);
  }
}

/**
 * Learns from the books what the till does not know for sure: amount and way of payment of a
 * receipt that another call has begun, and when a code was begun. Whatever hinders it, the watch
 * goes on.
 */
async function identify(ended) {
  const { receipt } = atHand();
  if (receipt.isSure && (receipt.begunAtMs || !receipt.codeurl)) return;
  const { billtype, billnum, autoid } = receipt;
  const { receipts = [] } = await search({ billtype, billnum, autoid }, 2);
  if (ended.aborted || receipts.length !== 1) return;
  const [found] = receipts;
  const yuan = found.paymentvalue.toFixed(2);
  const begunAtMs = fromChinaTime(found.begunat);
  learn({ receipt: { ...receipt, paytype: found.paytype, yuan, begunAtMs, isSure: true } });
  keepLast(atHand().receipt);
  stage.showSum(yuan);
  countLife(atHand().receipt);
}

/** Counts down where the life of a code is known and the code is seen. */
function countLife({ codeurl, begunAtMs }) {
  const isSeen = stage.isShown('NOTPAY') && codeurl && begunAtMs && CODE_MINUTES > 0;
  countDown(isSeen ? begunAtMs + CODE_MINUTES * 60_000 : null);
}

/**
 * Has the receipt undone; how that ends is what Query tells. A Cancel that was not heard is sent
 * again while it is wanted and the receipt is not final.
 */
export async function undo(untilMs = null) {
  const { order, receipt } = atHand();
  const ended = begin(order, receipt);
  stage.showScreen('cancelling');
  const now = serverNow();
  const until = untilMs ?? (now === null ? null : now + CANCEL_WITHIN_MS);
  const { errcode, errmsg, waitMs } = await cancel(receipt, until);
  if (ended.aborted) return;
  if (errcode === 0 || errcode === 1) watch(order, receipt, 0);
  else if ([...UNDECIDED, ...BUSY].includes(errcode) && (serverNow() ?? Infinity) < until) {
    watch(order, receipt, Math.max(POLL_MS, waitMs), { undoUntilMs: until });
  } else {
    const [zh, en] = both(errmsg);
    const more = errcode === null ? NOT_HEARD : [`未能撤销：${zh}`, `Not cancelled: ${en}`];
    watch(order, receipt, Math.max(POLL_MS, waitMs), { more });
  }
}
