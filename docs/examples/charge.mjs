// Charges the code on a guest's phone: node charge.mjs BILLNUM AMOUNT CODE (Node 20, no packages).
// Exit 0: paid. 1: not paid. 2: refused. 3: broken off, nothing is known. The address is in
// PAY_URL, the key (where keys are asked for) in PAY_KEY, the last receipt of each bill in the
// file PAY_KEPT (pay.kept). A guest who does not type the password within PAY_PATIENCE_S (60) is
// given up: Cancel.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { PAY_URL = 'http://127.0.0.1:3000', PAY_KEY, PAY_KEPT = 'pay.kept' } = process.env;
const PATIENCE_MS = Number(process.env.PAY_PATIENCE_S ?? 60) * 1000;
const ASK_EVERY_MS = 2000;
// What came of the call is not known yet: it is repeated, after Retry-After where that is said.
const UNDECIDED = [1, 42900, 50000, 50300, 50301];
// The key is being changed, perhaps: of a charge that may have arrived this tells nothing.
const NOT_LET_IN = [40100, 40300];
// Of a receipt that is asked after, neither does Alipay's refusal of the service's own keys.
const TELLS_NOTHING = [...UNDECIDED, ...NOT_LET_IN, 50201];

/** One call: its answer, null when no envelope came, and how long to wait before another. */
async function send(operation, members) {
  let waitMs = ASK_EVERY_MS;
  try {
    const reply = await fetch(`${PAY_URL}/api/3Pay/AliPay/${operation}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        ...(PAY_KEY ? { 'X-Api-Key': PAY_KEY } : {}),
      },
      body: JSON.stringify(members),
      signal: AbortSignal.timeout(10_000),
    });
    const asked = Number(reply.headers.get('retry-after') ?? 0);
    if (asked > 0) waitMs = Math.max(waitMs, Math.min(asked, 300) * 1000);
    const answer = await reply.json();
    return { answer: Number.isInteger(answer?.errcode) ? answer : null, waitMs };
  } catch {
    return { answer: null, waitMs }; // No answer is like errcode 1: perhaps it was done.
  }
}

/** The receipt that was begun last on the bill, or undefined. A till has it in its database. */
function lastAutoid(bill) {
  const lines = existsSync(PAY_KEPT) ? readFileSync(PAY_KEPT, 'utf8').split('\n') : [];
  return lines.findLast((line) => line.startsWith(`${bill}\t`))?.split('\t')[1];
}

/** For the people at the till: what they must not do. */
function unknown() {
  console.error('outcome unknown: take no cash yet');
}

function end(code, text) {
  (code === 2 ? console.error : console.log)(text);
  return code;
}

/** Asks until it is decided. A guest who is too slow is given up; unknown ends nothing. */
async function watch(named, autoid) {
  let operation = 'Query';
  let patientUntilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const { answer, waitMs } = await send(operation, { ...named, autoid });
    const errcode = answer?.errcode ?? 1;
    const status = errcode === 0 ? answer.tag?.paystatus : null;
    if (status === 'SUCCESS') return end(0, 'paid: SUCCESS');
    if (status && !['NOTPAY', 'USERPAYING'].includes(status)) return end(1, `not paid: ${status}`);
    if (operation === 'Cancel' && ![0, ...UNDECIDED].includes(errcode)) {
      operation = 'Query'; // It is not undone: it may be paid.
      patientUntilMs = performance.now() + PATIENCE_MS;
    } else if (errcode !== 0 && !TELLS_NOTHING.includes(errcode)) {
      return end(2, `refused: ${errcode} ${answer.errmsg}`);
    }
    if (!status) unknown();
    // Only what is known to wait for its guest. Once begun, Cancel is repeated until it is decided.
    if (status && performance.now() > patientUntilMs) operation = 'Cancel';
    await sleep(waitMs);
  }
}

async function charge(bill, amount, code) {
  const named = { billnum: bill, billtype: '1', paytype: '97' };
  const last = lastAutoid(bill);
  if (last) {
    // After a break: the last receipt may have been paid unseen. Only then charge.
    const { answer } = await send('Query', { ...named, autoid: last });
    const status = answer?.errcode === 0 ? answer.tag?.paystatus : null;
    if (!['PAYERROR', 'CLOSED', 'REVOKED'].includes(status)) return watch(named, last);
  }
  // The amount as text: no float can change it.
  const members = { ...named, body: 'ticket', paymentvalue: amount, barcode: code };
  for (let arrived = false; ;) {
    const { answer, waitMs } = await send('BarCode', members);
    const errcode = answer?.errcode ?? 1;
    const autoid = answer?.tag?.autoid;
    // 0: it says how it stands. 1: not known yet. 40901: paid already. All name the receipt.
    if (autoid && [0, 1, 40901].includes(errcode)) {
      if (errcode === 1) unknown();
      appendFileSync(PAY_KEPT, `${bill}\t${autoid}\n`, { flush: true });
      return watch(named, autoid);
    }
    const goesOn = UNDECIDED.includes(errcode) || (arrived && NOT_LET_IN.includes(errcode));
    if (!goesOn) return end(2, `refused: ${errcode} ${answer.errmsg}`);
    arrived = true; // Perhaps. So the very same call is made again, and charges once.
    unknown();
    await sleep(waitMs);
  }
}

process.exitCode = await charge(...process.argv.slice(2)).catch((error) => {
  console.error(error); // A full disk, perhaps. Not 1: it may be paid.
  console.error('broken off, outcome unknown: no cash yet');
  return 3;
});
