/** The tills of test/disk-full.sh: fills the disk, asks, frees it, asks again. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openHandle } from '../dist/src/legacy-db/sqlite/sqlite-driver.js';

const [url, disk, simulatorFile] = process.argv.slice(2);
const simulator = JSON.parse(readFileSync(simulatorFile, 'utf8')).url;
const FILLER = join(disk, 'filler');

async function post(operation, members) {
  const answer = await fetch(`${url}/api/3Pay/AliPay/${operation}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(members),
  });
  return answer.json();
}

function anAsk(number, body = 'x') {
  const billnum = `D${String(number).padStart(8, '0')}`;
  return { billnum, billtype: '2', body, paytype: '98', paymentvalue: '8.88' };
}

const query = ({ billnum, billtype, paytype }, autoid) =>
  post('Query', { billnum, billtype, paytype, autoid });

function stateOf({ billnum }) {
  const file = openHandle(join(disk, 'books.sqlite'), { readonly: true });
  const row = file.prepare('select state from receipt where bill_no = ?').get(billnum);
  file.close();
  return row?.state ?? null;
}

/** Not a byte is left. */
function fill() {
  const chunks = [];
  for (const size of [65_536, 4_096, 512, 1]) {
    for (;;) {
      chunks.push(Buffer.alloc(size));
      try {
        writeFileSync(FILLER, Buffer.concat(chunks));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
        chunks.pop();
        writeFileSync(FILLER, Buffer.concat(chunks));
        break;
      }
    }
  }
}

const paidAsk = anAsk(1);
const code = await post('ScanCode', paidAsk);
assert.equal(code.errcode, 0);
const guest = `${simulator}/sim${new URL(code.tag.codeurl).pathname}`;

fill();
// What room is left within the files of the books is used up first.
const refused = [];
let given = 0;
for (let number = 2; number < 2_000 && refused.length < 5; number += 1) {
  const ask = anAsk(number, 'y'.repeat(4_000));
  const { errcode, tag } = await post('ScanCode', ask);
  if (errcode === 0) {
    given += 1;
    assert.equal(stateOf(ask), 'waiting', 'a code that is not in the books');
  } else {
    refused.push(ask);
    assert.ok([1, 50300].includes(errcode), `errcode ${errcode}`);
    assert.ok(!tag?.codeurl, 'a code with an error');
  }
}
assert.equal(refused.length, 5, 'the disk does not get full');

for (const step of ['scan', 'pay']) {
  const answer = await fetch(`${guest}/${step}`, { method: 'POST' });
  assert.equal(answer.status, 200);
}
let doubts = 0;
for (let time = 1; time <= 10; time += 1) {
  const { errcode, tag } = await query(paidAsk, code.tag.autoid);
  if (tag?.paystatus === 'SUCCESS') assert.equal(stateOf(paidAsk), 'paid', 'SUCCESS without a row');
  else {
    assert.ok([1, 50300].includes(errcode), `errcode ${errcode}`);
    doubts += 1;
  }
}

rmSync(FILLER);
let told = null;
for (let time = 1; time <= 50 && told !== 'SUCCESS'; time += 1) {
  told = (await query(paidAsk, code.tag.autoid)).tag?.paystatus ?? null;
  await wait(100);
}
assert.equal(told, 'SUCCESS', 'the payment is told when there is room again');
assert.equal(stateOf(paidAsk), 'paid');
assert.equal((await post('ScanCode', anAsk(5_000))).errcode, 0);
// What was refused can be done now, and leaves one row of each kind.
for (const ask of refused) assert.equal((await post('ScanCode', ask)).errcode, 0);
const file = openHandle(join(disk, 'books.sqlite'), { readonly: true });
assert.equal(file.pragma('integrity_check', { simple: true }), 'ok');
const count = (table) => file.prepare(`select count(*) from ${table}`).pluck().get();
const bills = 2 + given + refused.length;
assert.deepEqual(['bill', 'receipt', 'receipt_pos'].map(count), [bills, bills, bills]);
const known = new Set(file.prepare('select out_trade_no from receipt').pluck().all());
file.close();
const ledger = await (await fetch(`${simulator}/sim/trades`)).json();
const trades = Array.isArray(ledger) ? ledger : ledger.trades;
assert.equal(trades.length, bills, 'one number at Alipay for each bill');
assert.ok(trades.every(({ outTradeNo }) => known.has(outTradeNo)));
process.stdout.write(`disk full: ${given} codes in the last room, ${refused.length} refusals, `);
process.stdout.write(`${doubts} of 10 queries of a payment undecided, then SUCCESS\n`);
