// Many clients that send their headers or their body a byte at a time, or do not take their answer,
// while a probe and a till ask once a second. Exit code 0: all slow ones were cut within 15 s, and
// everybody else was served.
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { memoryMiB, startService } from './service.mjs';

const { values } = parseArgs({ options: { connections: { type: 'string', default: '1000' } } });
const COUNT = Number(values.connections);
const CUT_WITHIN_MS = 15_000;
const SCAN = '/api/3Pay/AliPay/ScanCode';

const HEADS = [
  // Slow headers, slow body, silence, and a big file that is asked for and left unread.
  () => ['POST / HTTP/1.1\r\n', 'X-Slow: 1\r\n'],
  () => [
    `POST ${SCAN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
      'Content-Length: 90000\r\n\r\n{',
    ' ',
  ],
  () => ['', ''],
  () => ['GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5), '\r\n'],
];

/** The unread answers fill the kernel's memory, so they are few. */
function kindOf(index) {
  return index % 40 === 3 ? 3 : index % 3;
}

function slowClient(port, index) {
  const kind = kindOf(index);
  const startedAt = performance.now();
  const [head, drip] = HEADS[kind]();
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    // Unread, its end shows only when something is written to it.
    if (kind === 3) socket.pause();
    else socket.resume();
    const dripping = setInterval(() => drip && socket.writable && socket.write(drip), 1_000);
    const giveUp = setTimeout(() => finish(null), 40_000);
    const finish = (ms) => {
      clearInterval(dripping);
      clearTimeout(giveUp);
      socket.destroy();
      resolve({ kind, ms });
    };
    socket.on('connect', () => head && socket.write(head));
    socket.on('error', () => undefined);
    socket.on('close', () => finish(performance.now() - startedAt));
  });
}

async function timed(call) {
  const startedAt = performance.now();
  const good = await call().catch(() => false);
  return { good, ms: performance.now() - startedAt };
}

async function scan(url, number) {
  const body = {
    billnum: `SLOW${number}`,
    billtype: '2',
    body: 'x',
    paytype: '98',
    paymentvalue: 1,
  };
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(url + SCAN, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()).errcode === 0;
}

const service = await startService();
const port = Number(new URL(service.url).port);
const before = memoryMiB(service.pid);
const cut = Array.from({ length: COUNT }, (_, index) => slowClient(port, index));
let open = true;
const all = Promise.all(cut).then((results) => {
  open = false;
  return results;
});
const probes = [];
const tills = [];
let memory = before;
for (let number = 0; open; number += 1) {
  probes.push(await timed(async () => (await fetch(`${service.url}/health/ready`)).status === 200));
  tills.push(await timed(() => scan(service.url, number)));
  memory = Math.max(memory, memoryMiB(service.pid));
  await Promise.race([wait(1_000), all]);
}
const results = await all;
const exitCode = await service.stop();

const slowest = (kind) =>
  Math.max(...results.filter((each) => each.kind === kind).map(({ ms }) => ms ?? Infinity));
const worst = (list) => Math.round(Math.max(...list.map(({ ms }) => ms)));
const names = ['slow headers', 'slow body', 'silent', 'unread answer'];
for (const [kind, name] of names.entries()) {
  const count = results.filter((each) => each.kind === kind).length;
  console.log(
    `${name.padEnd(14)} ${count} clients, the last cut after ${Math.round(slowest(kind))} ms`,
  );
}
const good = (list) => list.filter((each) => each.good).length;
console.log(
  `probe          ${good(probes)} of ${probes.length} answered, slowest ${worst(probes)} ms`,
);
console.log(
  `till           ${good(tills)} of ${tills.length} answered, slowest ${worst(tills)} ms`,
);
console.log(`memory         ${Math.round(before)} MiB before, ${Math.round(memory)} MiB at most`);
const whole =
  names.every((_, kind) => slowest(kind) <= CUT_WITHIN_MS) &&
  [...probes, ...tills].every((each) => each.good && each.ms < 2_000) &&
  exitCode === 0;
console.log(whole ? 'ok' : 'NOT ok');
process.exit(whole ? 0 : 1);
