/** The three calls of the service that a till needs, as any integrator would make them. */

/** The way of payment: 98 is Alipay. */
const PAYTYPE = '98';
const TIMEOUT_MS = 20_000;
/** A longer `Retry-After` is a mistake of somebody between us and the service. */
const LONGEST_RETRY_AFTER_S = 300;

/**
 * Sends one call. The answer is the service's envelope. `errcode` is null when there is none (no
 * network, too late, or not from the service): then the outcome is simply not known. `waitMs` is
 * how long `Retry-After` asks to wait; 0: it does not.
 */
async function call(operation, parameters) {
  const unknown = { errcode: null, errmsg: '', tag: null, waitMs: 0 };
  try {
    const response = await fetch(`/api/3Pay/AliPay/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(parameters),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
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
  return call('ScanCode', {
    billnum: order.billnum,
    billtype: order.billtype,
    body: order.body,
    paytype: PAYTYPE,
    paymentvalue: order.yuan,
    ...(order.cardno ? { cardno: order.cardno } : {}),
  });
}

/** Asks how a receipt stands. A success without a state says nothing, so it counts as no answer. */
export async function query(receipt) {
  const answer = await call('Query', named(receipt));
  return answer.errcode === 0 && !answer.tag?.paystatus ? { ...answer, errcode: null } : answer;
}

/** Undoes a receipt, paid or not. Whatever it answers, Query tells the end. */
export function cancel(receipt) {
  return call('Cancel', named(receipt));
}

function named({ billnum, autoid, billtype }) {
  return { billnum, autoid, billtype, paytype: PAYTYPE };
}
