// Growth: the same operations on books of different sizes, in alternating rounds; and one batch of
// the sweep's claim among so many receipts.
import { openHandle } from '../../dist/src/legacy-db/sqlite/sqlite-driver.js';
import { requests, scanCodeRecord } from '../lib/bodies.mjs';
import { table } from '../lib/figures.mjs';
import { fill } from '../lib/fill.mjs';
import { HEAD, rounds, row } from '../lib/rounds.mjs';
import { QUERY } from './query.mjs';
import { checked, PATH as SCAN_CODE } from './scan-code.mjs';

let bills = 0;

async function grown(world, size) {
  const empty = await world.service();
  await empty.stop();
  fill(empty.file, size);
  return world.service({}, empty.file);
}

/** So many receipts are asked for in turn. */
const ASKED = 2_000;

/** Which receipt of the books is asked for. */
const CHOICES = {
  // As tills do: what they have just begun.
  newest: (size, at) => size - (at % size),
  // In an order that no cache knows.
  'any age': (size) => 1 + Math.floor(Math.random() * size),
};

/** Asks for receipts of the books by one of the choices. */
function receiptsOf(file, size, choice) {
  const db = openHandle(file, { readonly: true });
  const find = db.prepare('select bill_no, receipt_id from receipt where id = ?');
  const list = Array.from({ length: ASKED }, (_, at) => {
    const found = find.get(CHOICES[choice](size, at));
    return { autoid: found.receipt_id, billnum: found.bill_no, billtype: '2', paytype: '98' };
  });
  db.close();
  let at = 0;
  return () => list[(at += 1) % list.length];
}

export async function growth(world, options, print) {
  const { AliScanCodeParm, AliPayQueryParm } = await import('../lib/contracts.mjs');
  const services = [];
  for (const size of options.sizes) services.push([size, await grown(world, size)]);
  const scan = requests(SCAN_CODE, AliScanCodeParm, {}).json;
  const ask = requests(QUERY, AliPayQueryParm, {}).json;
  const result = {};
  for (const choice of [null, ...Object.keys(CHOICES)]) {
    const operation = choice === null ? 'ScanCode' : 'Query';
    const subjects = services.map(([size, process]) => {
      const receipt = choice === null ? null : receiptsOf(process.file, size, choice);
      const next = () => (receipt ? ask(receipt()) : scan(scanCodeRecord(`N${(bills += 1)}`)));
      const name = `${size} receipts`;
      return { name, process, port: process.port, next, check: checked('json') };
    });
    const count = options.count * (choice === null ? 1 : 4);
    const figures = await rounds(operation, subjects, { ...options, count, connections: 16 });
    const smallest = figures.get(`${options.sizes[0]} receipts`);
    const kind = choice === null ? operation : `${operation} of final receipts, ${choice}`;
    print(`\nGrowth: ${kind}, 16 connections (ratio: of the smallest books)`);
    print(table([HEAD, ...[...figures].map(([name, each]) => row(name, each, smallest))]));
    result[kind] = Object.fromEntries(figures);
  }
  await Promise.all(services.map(([, process]) => process.stop()));
  result.claim = services.map(([size, { file }]) => [size, claimUs(file)]);
  print('\nGrowth: the sweep finds what is due');
  print(
    table([['', 'us'], ...result.claim.map(([size, us]) => [`${size} receipts`, us.toFixed(0)])]),
  );
  return result;
}

/** The sweep's own question, asked of the file itself. */
function claimUs(file) {
  const db = openHandle(file);
  const due = db.prepare(`select id from receipt where due_at_ms <= ? and claim_until_ms <= ?
    order by due_at_ms limit 200`);
  const times = Array.from({ length: 200 }, () => {
    const startedAt = performance.now();
    due.all(Date.now() + 60_000, Date.now());
    return (performance.now() - startedAt) * 1000;
  });
  db.close();
  return times.sort((a, b) => a - b)[times.length >> 1];
}
