// Proof of the callbacks on the built service: how soon a payment is told, then receivers that
// hang, fail, redirect, refuse and drop while the service is killed and the secret changes, then
// 76 hours without a receiver, with the clock scaled: what waits is made due. At the end what the
// receivers hold, the outbox and the books must be the same. Exit code 0: they are, and p99 is
// under a second.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { startService } from './service.mjs';

const built = createRequire(import.meta.url);
const { openHandle } = built('../../dist/src/legacy-db/sqlite/sqlite-driver.js');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '50' },
    kills: { type: 'string', default: '12' },
  },
});
const OLD = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`;
const NEW = `whsec_${Buffer.from('b'.repeat(32)).toString('base64')}`;
const TYPES = ['1', '2', '3', '4', '5', '6'];
const FAILURES = [500, 302, 503, 'drop', 'hang', 410];
/** Tries that fail before the last one: 0 s to 20 h. */
const TRIES_BEFORE_LAST = 9;

const problems = [];
const heard = []; // { id, seq, autoid, billtype, body, taken }
const refused = new Set();
let secret = OLD;
let manner = () => 204;
let onArrival = () => undefined;

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  const id = request.headers['webhook-id'];
  try {
    new Webhook(secret).verify(body, request.headers);
  } catch (error) {
    problems.push(`${id}: ${error.message}`);
  }
  const known = heard.some((one) => one.id === id && one.taken);
  const chosen = refused.has(id) ? 410 : manner();
  // Who has taken an event says so again; who wants it no more, too.
  const said = known && chosen === 410 ? 204 : chosen;
  if (said === 410) refused.add(id);
  const taken = said === 204 || said === 'drop' || said === 'hang';
  const { data } = JSON.parse(body);
  heard.push({ id, body, taken, ...data });
  onArrival();
  if (said === 'drop') return request.socket.destroy();
  if (said === 'hang') return;
  response.writeHead(said, said === 302 ? { location: '/elsewhere' } : {}).end();
});
const listen = (port) => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
await listen(0);
const { port } = server.address();

const env = (secrets) => ({
  ...Object.fromEntries(TYPES.map((type) => [`CALLBACK_URL_${type}`, `http://127.0.0.1:${port}/`])),
  CALLBACK_SECRET: secrets,
});
let service = await startService(env(OLD));
const books = openHandle(join(service.folder, 'books.sqlite'));
books.pragma('busy_timeout = 10000');
let number = 0;

async function call(operation, members) {
  try {
    const answer = await fetch(`${service.url}/api/3Pay/AliPay/${operation}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(members),
    });
    return await answer.json();
  } catch {
    return { errcode: -1 }; // It was killed.
  }
}

async function pay(cancelled) {
  number += 1;
  const bill = { billnum: `P${number}`, billtype: TYPES[number % TYPES.length], paytype: '97' };
  const barcode = `28${String(number).padStart(15, '0')}0`;
  const { errcode, tag } = await call('BarCode', {
    ...bill,
    body: 'x',
    paymentvalue: 8.88,
    barcode,
  });
  if (errcode === 0 && cancelled) await call('Cancel', { ...bill, autoid: tag.autoid });
}

async function sell(seconds, rate) {
  const startedAt = performance.now();
  const sales = [];
  for (let sold = 0; sold < seconds * rate; sold += 1) {
    await wait(Math.max(0, startedAt + (sold / rate) * 1000 - performance.now()));
    sales.push(pay(sold % 10 === 0));
  }
  await Promise.all(sales);
}

const open = () =>
  books.prepare("select count(*) as n from callback where state in ('written', 'waiting')").get().n;

/** Time passes: what waits is due now, and who died has lost its claims. */
function scaleTime() {
  books.prepare('update callback set due_at_ms = 0, claim_until_ms = 0 where due_at_ms > 0').run();
}

async function until(isDone, what, withinMs = 120_000) {
  const endMs = performance.now() + withinMs;
  while (!isDone()) {
    if (performance.now() > endMs) throw new Error(`not in time: ${what}`);
    await wait(100);
  }
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

/** What the service has used so far. ms. */
function cpuMs() {
  const fields = readFileSync(`/proc/${service.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function calm() {
  const cpuBefore = cpuMs();
  await sell(Number(values.seconds), Number(values.rate));
  await until(() => open() === 0, 'the calm ones');
  const waits = books
    .prepare(
      `select min(t.at_ms) - c.written_at_ms as ms from callback c
         join callback_try t on t.callback_id = c.id group by c.id order by ms`,
    )
    .all()
    .map(({ ms }) => ms);
  const at = (part) => waits[Math.floor(waits.length * part)];
  const cost = (cpuMs() - cpuBefore) / number;
  print(`${cost.toFixed(1)} ms of CPU for a payment and what is told of it`);
  print(
    `${waits.length} first tries: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(0.9999)} ms`,
  );
  if (!(at(0.99) < 1000)) problems.push(`p99 of the first try is ${at(0.99)} ms`);
}

async function storm() {
  const kills = Number(values.kills);
  for (let kill = 0; kill < kills; kill += 1) {
    manner = () => (Math.random() < 0.5 ? 204 : FAILURES[Math.floor(Math.random() * 6)]);
    const died = new Promise((resolve) => {
      const { kill: die } = service;
      const now = () => {
        onArrival = () => undefined;
        die().then(resolve);
      };
      const soon = () => {
        onArrival = () => undefined;
        setTimeout(now, 2);
      };
      // While a request is at a receiver, a moment after its answer, or at any other time.
      if (kill % 3 === 0) setTimeout(() => (onArrival = now), 500);
      else if (kill % 3 === 1) setTimeout(() => (onArrival = soon), 500);
      else setTimeout(now, 300 + Math.random() * 1500);
    });
    const { kill: anyway } = service;
    await Promise.all([sell(2, 15), Promise.race([died, wait(5_000).then(anyway)])]);
    onArrival = () => undefined;
    scaleTime();
    // Both sign; the receivers change; the old one goes.
    const third = Math.floor((3 * kill) / kills);
    if (third === 2) secret = NEW;
    const secrets = [OLD, `${NEW},${OLD}`, kill === kills - 1 ? NEW : `${NEW},${OLD}`][third];
    service = await startService(env(secrets), service.folder);
  }
  manner = () => 204;
  for (let rounds = 0; open() > 0 && rounds < 60; rounds += 1) {
    scaleTime();
    await wait(1000);
  }
  print(`${kills} kills: ${heard.length} requests, ${refused.size} refused for good`);
}

async function downtime() {
  const due = books.prepare(
    `select count(*) as n from callback
       where state = 'written' or (state = 'waiting' and due_at_ms = 0)`,
  );
  const left = () => due.get().n;
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await sell(2, 15);
  for (let tries = 1; tries <= TRIES_BEFORE_LAST; tries += 1) {
    await until(() => left() === 0 || blockedAlone(), `try ${tries}`);
    if (tries < TRIES_BEFORE_LAST) scaleTime();
  }
  const before = open();
  await listen(port);
  for (let rounds = 0; open() > 0 && rounds < 60; rounds += 1) {
    scaleTime();
    await wait(1000);
  }
  print(`${before} events waited for 76 hours`);
}

/** Are only such due that wait for an earlier event of their receipt? */
function blockedAlone() {
  const free = books.prepare(
    `select count(*) as n from callback c where (c.state = 'written' or
       (c.state = 'waiting' and c.due_at_ms = 0)) and not exists (select 1 from callback e
         where e.receipt_row_id = c.receipt_row_id and e.id < c.id
         and e.state in ('written', 'waiting'))`,
  );
  return free.get().n === 0;
}

function compare() {
  const rows = books.prepare('select * from callback order by id').all();
  const taken = new Set(heard.filter((one) => one.taken).map(({ id }) => id));
  for (const row of rows) {
    const ended = { taken: taken.has(row.event_id), givenUp: refused.has(row.event_id) };
    const fine = row.state === 'superseded' ? !taken.has(row.event_id) : ended[row.state];
    if (!fine) problems.push(`${row.event_id} ${row.type} is ${row.state}`);
    const bodies = heard.filter(({ id }) => id === row.event_id).map(({ body }) => body);
    if (bodies.some((body) => body !== row.body)) problems.push(`${row.event_id}: another body`);
  }
  for (const id of taken) {
    if (!rows.some((row) => row.event_id === id)) problems.push(`${id} is not in the outbox`);
  }
  for (const type of TYPES) {
    const seqs = rows.filter((row) => row.bill_type === type).map(({ seq }) => seq);
    const all = [...seqs].sort((one, other) => one - other).every((seq, at) => seq === at + 1);
    if (!all) problems.push(`seq of ${type} has gaps`);
  }
  for (const receipt of books.prepare('select * from receipt').all()) compareReceipt(receipt, rows);
  const receipts = books.prepare('select count(*) as n from receipt').get().n;
  print(`${rows.length} events of ${receipts} receipts, ${taken.size} taken`);
}

/** What the system believes of a receipt, and the order in which it first heard of it. */
function compareReceipt(receipt, rows) {
  const own = rows.filter((row) => row.receipt_row_id === receipt.id);
  const name = `receipt ${receipt.id} (${receipt.state})`;
  if (receipt.state === 'paid' && own.length === 0) problems.push(`${name}: untold`);
  const ids = own.map(({ event_id: id }) => id);
  const order = heard.filter(({ id }) => ids.includes(id)).map(({ id }) => ids.indexOf(id));
  if (order.some((at, index) => at < (order[index - 1] ?? 0))) problems.push(`${name}: order`);
  const last = own.at(-1);
  if (last?.state !== 'taken') return;
  const { paystatus } = JSON.parse(last.body).data;
  if ((receipt.state === 'paid') !== (paystatus === 'SUCCESS')) {
    problems.push(`${name}: its system believes ${paystatus}`);
  }
}

try {
  await calm();
  await storm();
  await downtime();
  compare();
} catch (error) {
  problems.push(String(error));
} finally {
  books.close();
  await service.stop();
  server.close();
  server.closeAllConnections();
}
for (const problem of problems.slice(0, 20)) print(`WRONG ${problem}`);
print(problems.length === 0 ? 'nothing is lost, doubled or false' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
