import { MemoryDatabase, migratedSchema } from './memory-database';
import { product } from './product';
import { play } from './story';

async function main(): Promise<void> {
  const [from = 1, count = 1] = process.argv.slice(2).map(Number);
  const database = new MemoryDatabase(await migratedSchema());
  const options = { product: product(null), database, logged: count === 1 };
  if (count > 1) Error.stackTraceLimit = 0;
  let events = 0;
  let bad = 0;
  const kinds = new Map<string, string>();
  const start = process.hrtime.bigint();
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await play(seed, options);
    events += result.events;
    if (result.log.length > 0) process.stdout.write(`${result.log.join('\n')}\n`);
    if (result.unlisted.length > 0) process.stdout.write(`unlisted ${result.unlisted.join()}\n`);
    if (!result.violation) continue;
    bad += 1;
    const key = `${result.violation.invariant}: ${result.violation.what.replace(/\d+/g, 'N')}`;
    if (!kinds.has(key)) kinds.set(key, `${seed} ${result.violation.what}`);
    kinds.set(key, kinds.get(key) + '+');
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  for (const [key, seed] of kinds) process.stdout.write(`${key.slice(0, 300)} ... seed ${seed.slice(0, 700)}\n`);
  process.stdout.write(`${count} seeds, ${bad} bad, ${(events / count).toFixed(0)} events each, ${(count / seconds).toFixed(0)}/s\n`);
}

void main();
