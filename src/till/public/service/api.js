/** The calls of the service that a till needs, as any integrator would make them. */
import { key } from './key.js';
import { hear } from './server-clock.js';

/** The ways of payment: the guest scans our code, the clerk scans the guest's. */
export const CODE_SHOWN = '98';
export const CODE_SCANNED = '97';

const TIMEOUT_MS = 20_000;
/** A longer `Retry-After` is a mistake of somebody between us and the service. */
const LONGEST_RETRY_AFTER_S = 300;
/** So many pages of a search are looked at; a search of one bill or day has few. */
const MOST_PAGES = 20;

/**
 * Sends one call. The answer is the service's envelope. `errcode` is null when there is none (no
 * network, too late, or not from the service): then the outcome is simply not known. `waitMs` is
 * how long `Retry-After` asks to wait; 0: it does not.
 */
async function call(operation, parameters) {
  const unknown = { errcode: null, errmsg: '', tag: null, waitMs: 0 };
  try {
    const response = await fetch(`/api/3Pay/${operation}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key() ? { 'x-api-key': key() } : {}),
      },
      body: JSON.stringify(parameters),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    hear(response);
    unknown.waitMs = retryAfterMs(response);
    const { errcode, errmsg, tag } = await response.json();
    if (!Number.isInteger(errcode)) return unknown;
    return { errcode, errmsg: String(errmsg ?? ''), tag: tag ?? null, waitMs: unknown.waitMs };
  } catch {
    return unknown;
  }
}

function retryAfterMs(response) {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return seconds > 0 ? Math.min(seconds, LONGEST_RETRY_AFTER_S) * 1000 : 0;
}

/** Asks for a code. Safe to repeat with the same values: a live code is given again. */
export function scanCode(order) {
  return call('AliPay/ScanCode', { ...wanted(order), paytype: CODE_SHOWN });
}

/**
 * Charges the guest's code, if the call comes in time: `untilMs` by the service's clock. Repeated
 * word for word it charges once.
 */
export function barCode(order, barcode, untilMs) {
  const parameters = { ...wanted(order), paytype: CODE_SCANNED, barcode };
  return call('AliPay/BarCode', { ...parameters, validuntil: String(untilMs) });
}

/** Asks how a receipt stands. A success without a state says nothing, so it counts as no answer. */
export async function query(receipt) {
  const answer = await call('AliPay/Query', named(receipt));
  return answer.errcode === 0 && !answer.tag?.paystatus ? { ...answer, errcode: null } : answer;
}

/** Undoes a receipt, paid or not, if it comes in time. Query tells the end. */
export function cancel(receipt, untilMs) {
  const parameters = named(receipt);
  return call(
    'AliPay/Cancel',
    untilMs ? { ...parameters, validuntil: String(untilMs) } : parameters,
  );
}

/**
 * The receipts of the books that have all of `members`, newest first, at most `most`. A search that
 * did not come to its end counts as no answer.
 */
export async function search(members, most) {
  const receipts = [];
  let answer;
  for (let cursor = '', pages = 1; ; pages += 1) {
    const page = { ...members, pagesize: String(most), ...(cursor ? { cursor } : {}) };
    answer = await call('Receipts/Search', page);
    const found = answer.tag?.receipts;
    if (answer.errcode !== 0) break;
    if (!Array.isArray(found) || pages === MOST_PAGES) return { ...answer, errcode: null };
    receipts.push(...found);
    cursor = answer.tag.next;
    if (!cursor || receipts.length >= most) break;
  }
  return { ...answer, receipts };
}

function wanted({ billnum, billtype, body, yuan, cardno }) {
  return { billnum, billtype, body, paymentvalue: yuan, ...(cardno ? { cardno } : {}) };
}

function named({ billnum, autoid, billtype, paytype }) {
  return { billnum, autoid, billtype, paytype };
}
