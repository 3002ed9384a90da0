// npm run bench [-- --only scancode,query,growth,sweep,start,mssql,console,reconcile --rounds 5
//   --count 1500 --warm-up 5000 --connections 1,16,64 --sizes 1000,100000,1000000
//   --rows 1000000 --json file]
// Compares the service with hand-written floors in one run, on one disk, with one gateway.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { consoleCase } from './cases/console.mjs';
import { growth } from './cases/growth.mjs';
import { mssql } from './cases/mssql.mjs';
import { query } from './cases/query.mjs';
import { reconcile } from './cases/reconcile.mjs';
import { scanCode } from './cases/scan-code.mjs';
import { start } from './cases/start.mjs';
import { sweep } from './cases/sweep.mjs';
import { machineBusy } from './lib/processes.mjs';
import { World } from './lib/world.mjs';

const CASES = {
  scancode: scanCode,
  query,
  growth,
  sweep,
  start,
  mssql,
  console: consoleCase,
  reconcile,
};
/** The other takes long, and says little of most changes. */
const USUAL = ['scancode', 'query', 'growth', 'sweep', 'start', 'mssql', 'console'];
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: USUAL.join(',') },
    rounds: { type: 'string', default: '5' },
    count: { type: 'string', default: '1500' },
    // Until V8 has compiled what requests run through, they cost twice as much.
    'warm-up': { type: 'string', default: '5000' },
    connections: { type: 'string', default: '1,16,64' },
    sizes: { type: 'string', default: '1000,100000,1000000' },
    // Of `reconcile`: payments of the day.
    rows: { type: 'string', default: '1000000' },
    json: { type: 'string' },
  },
});
const numbers = (text) => text.split(',').map(Number);
const options = {
  rounds: Number(values.rounds),
  count: Number(values.count),
  warmUp: Number(values['warm-up']),
  connections: numbers(values.connections),
  sizes: numbers(values.sizes),
  rows: Number(values.rows),
};
const print = (text) => process.stdout.write(`${text}\n`);

/** Cores in use by others, over a second in which nothing of ours runs. */
async function others() {
  const before = machineBusy();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const after = machineBusy();
  return (after.busy - before.busy) / ((after.atMs - before.atMs) / 10);
}

const busy = await others();
print(`Node ${process.version}, ${cpus().length} cores, ${busy.toFixed(1)} of them used by others`);
if (busy > 0.3) print('The machine is not quiet: believe the ratios only roughly.');
const results = { node: process.version, busy, options };
for (const name of values.only.split(',')) {
  const measure = CASES[name];
  if (!measure) throw new Error(`no case ${name}; there are ${Object.keys(CASES).join(', ')}`);
  const world = new World();
  try {
    await world.gateway();
    results[name] = await measure(world, options, print);
  } finally {
    await world.close();
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
