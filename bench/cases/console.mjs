// What people look for in a million receipts: each search over HTTP, and the export of all of them
// with the memory it takes.
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { median, table } from '../lib/figures.mjs';
import { fill } from '../lib/fill.mjs';

const TIMES = 20;
const DAYS = 365;
const BEGUN_MS = Date.now() - DAYS * 86_400_000;
/** Longest answer to a search, and what the export may take more. ms, MB. */
const LIMITS = { searchMs: 200, exportMb: 100 };

/** The receipt of a place: one amount in three is the same, one system in seven has cards. */
const varied = (apartMs) => (at) => {
  const begunAtMs = Math.floor(BEGUN_MS + at * apartMs);
  const billType = at % 7 === 6 ? '7' : '2';
  const common = { bill_type: billType, begun_at_ms: begunAtMs, code_ends_at_ms: begunAtMs };
  const amount = at % 3 === 0 ? 8_888 : 100 + (at % 997);
  const card = billType === '7' ? `C${at % 20_000}` : null;
  const cards = { card_no: card, card_key: card };
  if (at % 50 === 1) {
    const open = { trade_no: null, paid_fen: null, paid_at_ms: null, told_at_ms: null };
    return { ...common, ...cards, ...open, amount_fen: amount, state: 'closed' };
  }
  const paid = { paid_fen: amount, paid_at_ms: begunAtMs + 20_000, told_at_ms: begunAtMs };
  const state = at % 100_003 === 2 ? 'refunded' : 'paid';
  return { ...common, ...cards, ...paid, amount_fen: amount, state };
};

const china = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Each search by a place of the books: the oldest are as quick as the newest. */
const SEARCHES = {
  'the newest': () => ({}),
  'bill number': (at) => ({ billnum: `G${at}` }),
  'receipt id': (at) => ({ autoid: String(at + 1) }),
  "Alipay's number": (at) => ({ tradeno: `T${at - (at % 50)}` }),
  'our number': (at) => ({ outtradeno: `g${at.toString(16).padStart(31, '0')}` }),
  card: (at) => ({ cardno: `C${at % 20_000}` }),
  cashier: (at) => ({ cashier: `K${at % 100}` }),
  'an amount of many': () => ({ paymentvalue: 88.88 }),
  'an amount in five minutes': (at, ms) => ({
    ...{ paymentvalue: 88.88, paidfrom: china(ms - 150_000) },
    paidto: china(ms + 150_000),
  }),
  'a day, by begin': (at, ms) => ({
    begunfrom: china(ms),
    begunto: china(ms + 86_400_000),
  }),
  'a day, by payment': (at, ms) => ({
    paidfrom: china(ms),
    paidto: china(ms + 86_400_000),
  }),
  'a rare state': () => ({ state: 'refunded' }),
  'a state of none': () => ({ state: 'refunding' }),
  'a system of none': () => ({ billtype: '3' }),
  'an amount of many, in a state of none': () => ({ paymentvalue: 88.88, state: 'refunding' }),
  'a day of payments, by cashier': (at, ms) => ({
    ...{ cashier: `K${at % 100}`, paidfrom: china(ms) },
    paidto: china(ms + 86_400_000),
  }),
  'all, 200 a page': () => ({ pagesize: 200 }),
};

async function searched(port, members) {
  const startedAt = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/3Pay/Receipts/Search`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(members),
  });
  const { errcode, tag } = await answer.json();
  if (errcode !== 0) throw new Error(`search ${JSON.stringify(members)}: ${errcode}`);
  return { ms: performance.now() - startedAt, found: tag.receipts.length };
}

async function measureSearches(port, receipts, apartMs) {
  const results = {};
  for (const [name, members] of Object.entries(SEARCHES)) {
    const times = [];
    let found = 0;
    for (let time = 0; time < TIMES; time += 1) {
      const at = Math.floor(((time + 0.5) / TIMES) * (receipts - 1_000));
      const one = await searched(port, members(at, BEGUN_MS + at * apartMs));
      times.push(one.ms);
      found += one.found;
    }
    results[name] = { median: median(times), longest: Math.max(...times), found: found / TIMES };
  }
  return results;
}

/** Pages that are made of what all receipts hold. SQLite answers where the tills wait, too. */
const PAGES = ['/console', '/console?date=yesterday', '/console/receipts', '/console/refunds'];

async function measurePages(port) {
  const rows = [];
  for (const page of PAGES) {
    const path = page.replace('yesterday', china(Date.now() - 86_400_000).slice(0, 10));
    const times = [];
    for (let time = 0; time < TIMES; time += 1) {
      const startedAt = performance.now();
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'error' });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
      times.push(performance.now() - startedAt);
    }
    rows.push([page, ...[median(times), Math.max(...times)].map((ms) => ms.toFixed(1))]);
  }
  return rows;
}

/** Takes the whole file; the most memory the service had meanwhile. */
function exported(service) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const before = service.rssMb();
    let [most, bytes, lines] = [before, 0, 0];
    const watch = setInterval(() => (most = Math.max(most, service.rssMb())), 100);
    const path = '/api/3Pay/Receipts/Export';
    request({ host: '127.0.0.1', port: service.port, path }, (answer) => {
      answer.on('data', (piece) => {
        bytes += piece.length;
        for (const byte of piece) if (byte === 10) lines += 1;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        clearInterval(watch);
        resolve({ seconds: (performance.now() - startedAt) / 1000, bytes, lines, before, most });
      });
    }).end();
  });
}

export async function consoleCase(world, { sizes }, print) {
  const receipts = Math.max(...sizes);
  // Spread over the year.
  const apartMs = (DAYS * 86_400_000) / receipts;
  const empty = await world.service();
  await empty.stop();
  fill(empty.file, receipts, varied(apartMs));
  const service = await world.service({}, empty.file);
  await searched(service.port, {});
  const searches = await measureSearches(service.port, receipts, apartMs);
  print(`\nSearches in ${receipts} receipts over HTTP, ${TIMES} of each, ms`);
  const rows = Object.entries(searches).map(([name, { median: middle, longest, found }]) => [
    name,
    ...[middle, longest].map((ms) => ms.toFixed(1)),
    found.toFixed(1),
  ]);
  print(table([['', 'median', 'longest', 'found'], ...rows]));
  const longest = Math.max(...Object.values(searches).map((one) => one.longest));
  print(`the longest: ${longest.toFixed(0)} ms, limit ${LIMITS.searchMs}`);
  const pages = await measurePages(service.port);
  print(`\n${table([['page of the console, ms', 'median', 'longest'], ...pages])}`);
  const file = await exported(service);
  const more = file.most - file.before;
  print(`\nExport: ${file.lines} lines, ${(file.bytes / 2 ** 20).toFixed(0)} MB`);
  print(
    `${file.seconds.toFixed(0)} s; RSS ${file.before.toFixed(0)} MB before, ` +
      `${file.most.toFixed(0)} MB at most: ${more.toFixed(0)} MB more, limit ${LIMITS.exportMb}`,
  );
  if (file.lines !== receipts + 1) throw new Error(`${file.lines} lines`);
  if (longest > LIMITS.searchMs || more > LIMITS.exportMb) throw new Error('above a limit');
  return { searches, pages, file };
}
