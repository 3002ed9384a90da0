/**
 * From the guest's code to a receipt. The code is kept nowhere, so after a break nobody can send
 * the charge again; but it says until when it is wanted, and what the books hold then is all there
 * will be.
 */
import { barCode, CODE_SCANNED, search } from '../service/api.js';
import { lastOf } from '../service/kept.js';
import { askServerNow, fromChinaTime, serverNow } from '../service/server-clock.js';
import { backOff, pause, POLL_MS } from '../service/waiting.js';
import * as stage from '../show/stage.js';
import { both } from '../show/words.js';
import { begin, learn } from './at-hand.js';
import { BUSY, keyMoves, NOT_LET_IN, showHindrance, UNDECIDED } from './hindrance.js';
import { watch } from './watch.js';

/** A guest's code changes every minute; one that was scanned longer ago is not charged any more. */
const WANTED_MS = 30_000;
/** The service is so tolerant of clocks, and two of its processes may differ as much again. */
const SETTLED_MS = 15_000;
/** A receipt begun longer before the charge is none of it. */
const CLOCKS_MS = 60_000;
const ALREADY_PAID = 40901;

const SCAN_AGAIN = [
  '请顾客刷新付款码，再扫一次。',
  'Let the guest refresh the code, then scan again.',
];
const NO_SERVICE = ['连接不上服务，什么也没有发送。', 'No connection: nothing was sent.'];

/**
 * Charges a guest's code for an order. `scannedAt`: when it was scanned, by the page's clock.
 * `before`: the receipt that is watched now, whose code makes way for the charge.
 */
export async function charge(order, barcode, scannedAt, before = null) {
  const ended = begin(order, before);
  stage.showScreen('charging');
  const now = await askServerNow();
  if (ended.aborted) return;
  const untilMs = now === null ? null : now + WANTED_MS - (performance.now() - scannedAt);
  if (untilMs === null || untilMs <= now) {
    giveUp(order, before, now === null ? NO_SERVICE : SCAN_AGAIN);
    return;
  }
  const last = lastOf(order)?.autoid;
  const call = { untilMs: Math.floor(untilMs), ...(last ? { last } : {}) };
  learn({ charge: call }); // Before the service is asked.
  await send({ order, barcode, before, call }, ended);
}

/** Sends the charge, word for word, until it is known what became of it. */
async function send({ order, barcode, before, call }, ended) {
  let isDoubtful = false;
  for (let tries = 1; ; tries += 1) {
    const answer = await barCode(order, barcode, call.untilMs);
    if (ended.aborted) return;
    const { errcode, errmsg, tag, waitMs } = answer;
    if (tag?.autoid && [0, 1, ALREADY_PAID].includes(errcode)) {
      watchCharged(order, answer, isDoubtful);
      return;
    }
    if (UNDECIDED.includes(errcode)) isDoubtful = true;
    else if (!BUSY.includes(errcode) && !(isDoubtful && NOT_LET_IN.includes(errcode))) {
      if (isDoubtful) await settle({ order, receipt: before, charge: call }, ended);
      else giveUp(order, before, errcode === 40904 ? SCAN_AGAIN : both(errmsg), keyMoves(errcode));
      return;
    }
    stage.showScreen(waitMs ? 'busy' : 'undecided', both(errmsg), keyMoves(errcode));
    await pause(backOff(tries, waitMs), ended, waitMs);
    if (ended.aborted) return;
  }
}

/** An answer with a receipt: with errcode 0 it is this charge's, else perhaps another's. */
function watchCharged(order, answer, isDoubtful) {
  const { errcode, tag } = answer;
  const isOurs = errcode === 0;
  const paidBefore = isDoubtful ? 'doubt' : 'before';
  const receipt = {
    ...{ ...order, autoid: tag.autoid, paytype: CODE_SCANNED },
    ...{ isSure: isOurs, yuan: isOurs ? order.yuan : '' },
    ...(errcode === ALREADY_PAID ? { remark: paidBefore } : {}),
  };
  watch(order, receipt, 0, isOurs && tag.paystatus ? { answer } : {});
}

/**
 * Finds out what became of a charge that nobody can send again: what the books hold of it once it
 * is not wanted any more is all there will ever be, because the service asks for the time in the
 * very unit that begins a charge, and once more before it is sent.
 */
export async function settle({ order, receipt: before, charge: call }, ended) {
  stage.showScreen('settling');
  const { billtype, billnum } = order;
  for (let failures = 0; ;) {
    const askedAtMs = serverNow();
    const answer = await search({ billtype, billnum }, 20);
    if (ended.aborted) return;
    if (answer.errcode === 0) {
      const found = answer.receipts.find((each) => isOf(call, each));
      if (found) {
        const yuan = found.paymentvalue.toFixed(2);
        const { autoid, paytype } = found;
        watch(order, { ...order, autoid, paytype, yuan, isSure: true }, 0);
        return;
      }
      if (askedAtMs !== null && askedAtMs > call.untilMs + SETTLED_MS) {
        giveUp(order, before, SCAN_AGAIN);
        return;
      }
      stage.showNote('', '');
      failures = 0;
    } else {
      failures += 1;
      showHindrance(answer);
    }
    await pause(failures ? backOff(failures, answer.waitMs) : POLL_MS, ended, answer.waitMs);
    if (ended.aborted) return;
  }
}

function isOf({ untilMs, last }, { paytype, autoid, begunat }) {
  const begunAtMs = fromChinaTime(begunat) ?? 0;
  const isOld = begunAtMs < untilMs - WANTED_MS - CLOCKS_MS;
  return paytype === CODE_SCANNED && autoid !== last && !isOld;
}

/** Nothing was charged: back to the code that is watched, or to the bill. */
function giveUp(order, before, why, extra = []) {
  if (!before) {
    begin(order);
    stage.showScreen('notCharged', why, extra);
    return;
  }
  watch(order, before, 0, { more: [`没有扣款。${why[0]}`, `Nothing was charged. ${why[1]}`] });
}
