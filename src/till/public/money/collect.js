/** From the form to a receipt: the bill's last one is asked for first. */
import * as form from '../bill/form.js';
import { CODE_SHOWN, scanCode } from '../service/api.js';
import { lastOf } from '../service/kept.js';
import { backOff, pause, POLL_MS } from '../service/waiting.js';
import * as stage from '../show/stage.js';
import { both } from '../show/words.js';
import { begin, learn } from './at-hand.js';
import { charge } from './charge.js';
import { BUSY, keyMoves, NOT_LET_IN, UNDECIDED } from './hindrance.js';
import { askUntilKnown, watch } from './watch.js';

const ALREADY_PAID = 40901;
const NO_RECEIPT = 40401;
const UNPAID = ['NOTPAY', 'CLOSED', 'REVOKED', 'PAYERROR'];
const LOST = ['请先联系管理人员，再决定是否收款。', 'Ask the office before anything is collected.'];

/** Collects: shows a code to the guest, or charges the guest's (`barcode`). */
export async function collect(order, barcode = null) {
  const scannedAt = performance.now();
  const ended = begin(order);
  form.lock(true);
  stage.clearStage();
  stage.showFacts(order);
  stage.showScreen(barcode ? 'charging' : 'asking');
  const last = order.further ? null : lastOf(order);
  if (last && !(await mayCollect(order, last, ended))) return;
  if (barcode) await charge(order, barcode, scannedAt);
  else await askForCode(order, ended);
}

/**
 * Asks for the last receipt of the bill: it may have been paid while nobody looked. If there is
 * something to be seen of it, that is shown instead.
 */
async function mayCollect(order, last, ended) {
  const receipt = { ...order, ...last, yuan: '' };
  stage.showScreen('querying');
  const answer = await askUntilKnown(() => receipt, 0, ended, [0, NO_RECEIPT]);
  if (!answer) return false;
  if (answer.errcode === NO_RECEIPT) {
    stage.showFacts(receipt);
    stage.showScreen('lost', LOST);
    return false;
  }
  if (UNPAID.includes(answer.tag.paystatus)) return true;
  watch(order, { ...receipt, remark: 'before' }, 0);
  return false;
}

async function askForCode(order, ended) {
  stage.showScreen('asking');
  let isDoubtful = order.doubt === true;
  for (let tries = 1; ; tries += 1) {
    const { errcode, errmsg, tag, waitMs } = await scanCode(order);
    if (ended.aborted) return;
    if (errcode === 0 && tag?.autoid && tag.codeurl) {
      const { autoid, codeurl } = tag;
      watch(order, { ...order, autoid, codeurl, paytype: CODE_SHOWN, isSure: true }, POLL_MS);
      return;
    }
    if (errcode === ALREADY_PAID && tag?.autoid) {
      // What was paid may differ from what is asked for now: the books tell the amount.
      const { autoid } = tag;
      watch(order, { ...order, autoid, paytype: CODE_SHOWN, yuan: '', remark: 'before' }, 0);
      return;
    }
    if (UNDECIDED.includes(errcode)) {
      // From now on, and after a reload, a refusal at the door tells nothing of the call before it.
      isDoubtful = true;
      learn({ order: { ...order, doubt: true } });
    } else if (!BUSY.includes(errcode) && !(isDoubtful && NOT_LET_IN.includes(errcode))) {
      stage.showScreen('refused', both(errmsg), keyMoves(errcode));
      return;
    }
    stage.showScreen(waitMs ? 'busy' : 'undecided', both(errmsg), keyMoves(errcode));
    await pause(backOff(tries, waitMs), ended, waitMs);
    if (ended.aborted) return;
  }
}
