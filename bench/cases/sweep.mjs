// Sweep: 10,000 receipts that were paid while nobody looked, Alipay at 100 ms: how long until the
// books are right? The gateway is the simulator itself, which gets the trades by its journal.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { openHandle } from '../../dist/src/legacy-db/sqlite/sqlite-driver.js';
import { requests, scanCodeRecord } from '../lib/bodies.mjs';
import { load } from '../lib/load.mjs';
import { start } from '../lib/processes.mjs';
import { checked, PATH } from './scan-code.mjs';

const RECEIPTS = 10_000;
const LATENCY_MS = 100;
const SIMULATOR = resolve(import.meta.dirname, '../../dist/src/simulator/main.js');

async function simulator(world, folder, env) {
  return world.keep(
    start('simulator', SIMULATOR, {
      env: { SIM_DATA: folder, SIM_PORT: '0', ...env },
      ready: /gateway +(http\S+)\/gateway/,
    }),
  );
}

/** Every open order of the journal becomes a paid one. */
function payAll(journal) {
  const latest = new Map();
  for (const line of readFileSync(journal, 'utf8').split('\n').filter(Boolean)) {
    const { order } = JSON.parse(line);
    if (order) latest.set(order.outTradeNo, order);
  }
  const nowMs = Date.now();
  const lines = [...latest.values()].map((order, at) => {
    const paid = {
      ...order,
      stage: 'TRADE_SUCCESS',
      tradeNo: `20261122${String(at).padStart(20, '0')}`,
      createdAtMs: nowMs,
      endsAtMs: nowMs + 10_800_000,
      buyerPresent: false,
      paidAtMs: nowMs,
    };
    return JSON.stringify({ atMs: nowMs, cause: 'pay', order: paid });
  });
  writeFileSync(journal, `${lines.join('\n')}\n`);
}

export async function sweep(world, _options, print) {
  const { AliScanCodeParm } = await import('../lib/contracts.mjs');
  const folder = join(world.folder, 'sweep-simulator');
  mkdirSync(folder);
  const first = await simulator(world, folder, {});
  world.clientEnv = join(folder, 'client.env');
  const service = await world.service();
  const write = requests(PATH, AliScanCodeParm, {}).json;
  const next = (i) => write(scanCodeRecord(`P${i}`));
  const { port } = service;
  await load({ port, connections: 16, count: RECEIPTS, next, check: checked('json') });
  await service.stop();
  await first.stop();
  payAll(join(folder, 'journal.jsonl'));
  await simulator(world, folder, { SIM_LATENCY_MS: String(LATENCY_MS) });
  const { ALIPAY_GATEWAY } = parseEnv(readFileSync(world.clientEnv, 'utf8'));

  const startedAt = performance.now();
  const sweeping = await world.service({ SWEEP_PERIOD_MS: '1000', ALIPAY_GATEWAY }, service.file);
  const db = openHandle(service.file, { readonly: true });
  const open = db.prepare(`select count(*) as left from receipt where state <> 'paid'`);
  let left = RECEIPTS;
  while (left > 0 && performance.now() - startedAt < 300_000) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    left = open.get().left;
  }
  db.close();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuUs = sweeping.cpuUs() / RECEIPTS;
  print(
    `\nSweep: ${RECEIPTS - left} of ${RECEIPTS} paid receipts booked in ${seconds.toFixed(1)} s ` +
      `(start included), Alipay at ${LATENCY_MS} ms, ${cpuUs.toFixed(0)} us CPU each`,
  );
  return { seconds, left, cpuUs };
}
