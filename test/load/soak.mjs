// Payments at a steady rate for a while: ScanCode, the guest pays, Query until SUCCESS. Prints
// figures each tenth of the time. Exit code 0: every payment ended in SUCCESS, and memory is flat:
// its highest in the last third is at most 20 MiB above that of the second third. (Its lowest
// tells only whether the garbage collector gave pages back in that third.)
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { memoryMiB, startService } from './service.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '50' } },
});
const TOTAL_MS = Number(values.minutes) * 60_000;
const RATE = Number(values.rate);
const CALLS_A_PAYMENT = 2.5; // ScanCode, and one or two Queries.

const service = await startService({ LOG_LEVEL: 'info' });
const times = [];
const figures = { calls: 0, payments: 0, success: 0, other: new Map() };

async function call(operation, members) {
  const startedAt = performance.now();
  const answer = await fetch(`${service.url}/api/3Pay/AliPay/${operation}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(members),
  });
  const envelope = await answer.json();
  times.push(performance.now() - startedAt);
  figures.calls += 1;
  return envelope;
}

function note(what) {
  figures.other.set(what, (figures.other.get(what) ?? 0) + 1);
}

async function pay(number) {
  figures.payments += 1;
  const bill = { billnum: `SOAK${number}`, billtype: String(1 + (number % 6)), paytype: '98' };
  const { errcode, tag } = await call('ScanCode', { ...bill, body: 'x', paymentvalue: 8.88 });
  if (errcode !== 0) return note(`ScanCode ${errcode}`);
  const { origin, pathname } = new URL(tag.codeurl);
  const code = pathname.split('/').at(-1);
  for (const step of ['scan', 'pay'])
    await fetch(`${origin}/sim/qr/${code}/${step}`, { method: 'POST' });
  for (let asked = 0; asked < 5; asked += 1) {
    const answer = await call('Query', { ...bill, autoid: tag.autoid });
    if (answer.tag?.paystatus === 'SUCCESS') return (figures.success += 1);
    note(`Query ${answer.errcode} ${answer.tag?.paystatus ?? ''}`);
    await wait(200);
  }
  return note('never SUCCESS');
}

function cpuSeconds() {
  const fields = readFileSync(`/proc/${service.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function percentile(part) {
  const sorted = times.toSorted((left, right) => left - right);
  return (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1);
}

const memory = [];
const running = new Set();
const startedAt = performance.now();
let printed = 0;
console.log('  min  calls  success    p50 ms    p99 ms  memory MiB  cpu s');
for (let number = 0; ; number += 1) {
  const dueAt = startedAt + (number * 1000 * CALLS_A_PAYMENT) / RATE;
  if (dueAt - startedAt > TOTAL_MS) break;
  await wait(Math.max(0, dueAt - performance.now()));
  const one = pay(number).catch((error) => note(String(error)));
  running.add(one);
  void one.finally(() => running.delete(one));
  memory.push(memoryMiB(service.pid));
  const passed = performance.now() - startedAt;
  if (passed < ((printed + 1) * TOTAL_MS) / 10) continue;
  printed += 1;
  const columns = [
    (passed / 60_000).toFixed(1).padStart(5),
    String(figures.calls).padStart(7),
    String(figures.success).padStart(9),
    percentile(0.5).padStart(10),
    percentile(0.99).padStart(10),
    memory.at(-1).toFixed(0).padStart(12),
    cpuSeconds().toFixed(1).padStart(7),
  ];
  console.log(columns.join(''));
  times.length = 0;
}
await Promise.all(running);
const exitCode = await service.stop();

const third = Math.floor(memory.length / 3);
const middle = Math.max(...memory.slice(third, 2 * third));
const last = Math.max(...memory.slice(2 * third));
const flat = last <= middle + 20;
const lost = figures.payments - figures.success;
console.log(`payments ${figures.payments}, not SUCCESS ${lost}, exit code ${exitCode}`);
console.log(
  `memory: highest ${middle.toFixed(0)} MiB in the second third, ${last.toFixed(0)} in the last`,
);
for (const [what, count] of figures.other) console.log(`  ${what}: ${count}`);
const whole = flat && lost === 0 && exitCode === 0;
console.log(whole ? 'ok' : 'NOT ok');
process.exit(whole ? 0 : 1);
