// npm run bench:profile [-- --only scancode,final,pending --format json --count 6000
//   --warm-up 6000 --frames 25 --save folder]
// Where the service's CPU goes, from a sampled profile: each sample counts for the innermost frame
// of its stack that has a name. `--frames` adds the dearest frames, `--save` keeps the profiles,
// which a browser's developer tools show as flame graphs.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { payInBooks, receipts, QUERY } from './cases/query.mjs';
import { checked, PATH as SCAN_CODE } from './cases/scan-code.mjs';
import { requests, scanCodeRecord } from './lib/bodies.mjs';
import { table } from './lib/figures.mjs';
import { load } from './lib/load.mjs';
import { shares } from './lib/shares.mjs';
import { World } from './lib/world.mjs';

const { AliScanCodeParm, AliPayQueryParm } = await import('./lib/contracts.mjs');
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'scancode,final,pending' },
    format: { type: 'string', default: 'json' },
    count: { type: 'string', default: '6000' },
    'warm-up': { type: 'string', default: '6000' },
    frames: { type: 'string', default: '0' },
    save: { type: 'string' },
  },
});
const { format, save } = values;
const [count, warmUp, mostFrames] = [values.count, values['warm-up'], values.frames].map(Number);
const CONNECTIONS = 16;
const PROFILER = join(import.meta.dirname, 'lib/profiler.mjs');
const print = (text) => process.stdout.write(`${text}\n`);

const scan = requests(SCAN_CODE, AliScanCodeParm, {})[format];
const ask = requests(QUERY, AliPayQueryParm, {})[format];
let bills = 0;

/** What each case sends, once its receipts are there. */
const CASES = {
  scancode: () => Promise.resolve(() => scan(scanCodeRecord(`S${(bills += 1)}`))),
  final: (service) => queries(service, 'F'),
  pending: (service) => queries(service, 'W'),
};

async function queries({ port, file }, prefix) {
  const list = await receipts(port, SCAN_CODE, prefix);
  if (prefix === 'F') payInBooks(file);
  let at = 0;
  return () => ask(list[(at += 1) % list.length]);
}

async function profiled(world, name) {
  const file = join(world.folder, `${name}.cpuprofile`);
  const service = await world.service({ PROFILE_FILE: file }, undefined, ['--import', PROFILER]);
  const next = await CASES[name](service);
  const target = { port: service.port, connections: CONNECTIONS, next, check: checked(format) };
  await load({ ...target, count: warmUp });
  await service.signal('SIGUSR2', /profile begun/);
  const { perSecond } = await load({ ...target, count });
  await service.signal('SIGUSR2', /profile written/);
  if (save) {
    mkdirSync(save, { recursive: true });
    copyFileSync(file, join(save, `${name}.cpuprofile`));
  }
  return { profile: JSON.parse(readFileSync(file, 'utf8')), perSecond };
}

function show(what, list, busyUs) {
  const rows = list.map(([name, us]) => [
    name,
    `${((us / busyUs) * 100).toFixed(1)} %`,
    (us / count).toFixed(0),
  ]);
  print(`\n${table([[what, 'share', 'us'], ...rows])}`);
}

for (const name of values.only.split(',')) {
  const world = new World();
  try {
    await world.gateway();
    const { profile, perSecond } = await profiled(world, name);
    const { named, frames, busyUs } = shares(profile);
    const us = (busyUs / count).toFixed(0);
    print(`\n${name}: ${perSecond.toFixed(0)} requests/s while sampled, ${us} us each at work`);
    show('what', named, busyUs);
    if (mostFrames > 0) show('frame', frames.slice(0, mostFrames), busyUs);
  } finally {
    await world.close();
  }
}
