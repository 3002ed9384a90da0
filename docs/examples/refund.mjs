// Gives money back: node refund.mjs BILLNUM AUTOID BATCHNO AMOUNT (Node 20, no packages), of a
// bill of type 1 paid by 97. Exit 0: it went back. 1: finally refused, nothing went back. 2:
// refused. 3: broken off, nothing is known. The address is in PAY_URL, the key in PAY_KEY. Keep
// BATCHNO before the first call: the same number is the same refund, however often it is sent.
import { setTimeout as sleep } from 'node:timers/promises';

const { PAY_URL = 'http://127.0.0.1:3000', PAY_KEY } = process.env;
const ASK_EVERY_MS = 2000;
// What came of the call is not known yet: no cash. It is repeated, after Retry-After if said.
const UNDECIDED = [1, 42900, 50000, 50300, 50301];
// The key is being changed, perhaps: of a refund that may have arrived this tells nothing.
const NOT_LET_IN = [40100, 40300];

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

function end(code, text) {
  (code === 2 ? console.error : console.log)(text);
  return code;
}

async function refund(billnum, autoid, batchno, amount) {
  const named = { billnum, autoid, billtype: '1', paytype: '97', batchno };
  let operation = 'Refund';
  for (let arrived = false; ;) {
    // The amount as text: no float can change it.
    const members = operation === 'Refund' ? { ...named, refundvalue: amount } : named;
    const { answer, waitMs } = await send(operation, members);
    const errcode = answer?.errcode ?? 1;
    const status = errcode === 0 ? answer.tag?.refundstatus : null;
    if (status === '2') return end(0, `returned: ${answer.tag.refundvalue}`);
    // Another try needs a new batchno.
    if (status === '9') return end(1, `not returned: ${answer.errmsg}`);
    const goesOn = UNDECIDED.includes(errcode) || (arrived && NOT_LET_IN.includes(errcode));
    if (errcode !== 0 && !goesOn) return end(2, `refused: ${errcode} ${answer.errmsg}`);
    arrived = true; // Perhaps.
    console.error('outcome unknown: give no cash yet');
    // With a tag it is saved: it is asked after. Without one the very same call is made again.
    if (errcode === 1 && answer?.tag) operation = 'RefundQuery';
    await sleep(waitMs);
  }
}

process.exitCode = await refund(...process.argv.slice(2)).catch((error) => {
  console.error(error); // Not 1: it may have gone back.
  console.error('broken off, outcome unknown: no cash yet');
  return 3;
});
