// Start: wall time, CPU and memory until the address is printed; memory after 100,000 requests.
import { requests, scanCodeRecord } from '../lib/bodies.mjs';
import { median, table } from '../lib/figures.mjs';
import { load } from '../lib/load.mjs';
import { checked, PATH } from './scan-code.mjs';

const STARTS = 7;
const REQUESTS = 100_000;
/** So many of them are new payments; the others repeat them. */
const NEW_PAYMENTS = 10_000;

export async function start(world, _options, print) {
  const { AliScanCodeParm } = await import('../lib/contracts.mjs');
  const samples = [];
  let file;
  for (let at = 0; at < STARTS; at += 1) {
    const startedAt = performance.now();
    const service = await world.service({}, file);
    samples.push({
      wallMs: performance.now() - startedAt,
      cpuMs: service.cpuUs() / 1000,
      rssMb: service.rssMb(),
    });
    file = service.file;
    await service.stop();
  }
  const of = (name) => median(samples.map((sample) => sample[name]));
  const result = { wallMs: of('wallMs'), cpuMs: of('cpuMs'), rssMb: of('rssMb') };
  print(`\nStart, median of ${STARTS}`);
  print(
    table([
      ['', 'wall ms', 'CPU ms', 'RSS MB'],
      ['service', ...Object.values(result).map((value) => value.toFixed(0))],
    ]),
  );

  const service = await world.service();
  const write = requests(PATH, AliScanCodeParm, {}).json;
  const next = (i) => write(scanCodeRecord(`M${i % NEW_PAYMENTS}`));
  const memory = [['requests', 'RSS MB']];
  for (const share of [0.1, 0.5, 1]) {
    const count = Math.round(REQUESTS * share) - Number(memory.at(-1)[0].replace(/\D/g, '') || 0);
    await load({ port: service.port, connections: 16, count, next, check: checked('json') });
    memory.push([String(Math.round(REQUESTS * share)), service.rssMb().toFixed(0)]);
  }
  print(`\nMemory (${NEW_PAYMENTS} payments, the rest repeats)`);
  print(table(memory));
  return { ...result, memory };
}
