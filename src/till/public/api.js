/** The two calls of the service that a till needs, as any integrator would make them. */

/** The way of payment: 98 is Alipay. */
const PAYTYPE = '98';
const TIMEOUT_MS = 20_000;

/**
 * Sends one call. The answer is the service's envelope, or `null` when there is none (no network,
 * too late, or not from the service): then the outcome is simply not known.
 */
async function call(operation, parameters) {
  try {
    const response = await fetch(`/api/3Pay/AliPay/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(parameters),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.json();
    return Number.isInteger(answer?.errcode) ? answer : null;
  } catch {
    return null;
  }
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
  const answer = await call('Query', {
    billnum: receipt.billnum,
    autoid: receipt.autoid,
    billtype: receipt.billtype,
    paytype: PAYTYPE,
  });
  return answer?.errcode === 0 && !answer.tag?.paystatus ? null : answer;
}
