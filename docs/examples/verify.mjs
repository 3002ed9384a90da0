// Takes one callback: node verify.mjs ID TIMESTAMP SIGNATURE < BODY.
//
// Exit 0: genuine, act on it. 1: refuse it (401). 3: known, answer 2xx and do nothing.
// CALLBACK_SECRET is `whsec_...`; ids that were taken are kept in the file CALLBACK_SEEN
// (callbacks.seen), where your system has a table with a unique key. No packages; with one, npm's
// `standardwebhooks` does the same.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

const TOLERANCE_S = 5 * 60;
const SEEN = process.env.CALLBACK_SEEN ?? 'callbacks.seen';

/** Does a signature hold over the bytes as they came, and is it of our time? */
function isGenuine(secret, id, timestamp, signatures, body) {
  if (!/^\d+$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_S) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  const expected = Buffer.from(`v1,${mac.digest('base64')}`);
  // Two while a secret changes.
  return signatures.split(' ').some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Notes the id. In your system: an insert under a unique key, in the unit that books it. */
function seenBefore(id) {
  const seen = existsSync(SEEN) ? readFileSync(SEEN, 'utf8').split('\n') : [];
  if (seen.includes(id)) return true;
  appendFileSync(SEEN, `${id}\n`);
  return false;
}

const [id = '', timestamp = '', signatures = ''] = process.argv.slice(2);
const body = readFileSync(0);
if (!isGenuine(process.env.CALLBACK_SECRET ?? '', id, timestamp, signatures, body)) {
  console.log('refused');
  process.exitCode = 1;
} else if (seenBefore(id)) {
  console.log('known');
  process.exitCode = 3;
} else {
  const { data } = JSON.parse(body.toString('utf8'));
  // The state decides, never the type.
  console.log('taken', data.billnum, data.autoid, data.paystatus, data.seq);
}
