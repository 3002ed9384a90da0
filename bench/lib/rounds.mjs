// Alternating rounds: every subject is measured once a round, the order turns, medians count.
import { load } from './load.mjs';
import { median } from './figures.mjs';

/** The operations each process is warm for: V8 has compiled what they run through. */
const warm = new WeakMap();

/**
 * Measures an operation of `subjects` (name, process, port, next, check) in alternating rounds.
 * Gives for each the medians: requests a second, p50 and p99 in ms, CPU in us a request.
 */
export async function rounds(operation, subjects, { rounds, count, connections, warmUp }) {
  const samples = new Map(subjects.map(({ name }) => [name, []]));
  for (const subject of subjects) {
    await makeWarm(operation, subject, { warmUp, count, connections });
  }
  for (let round = 0; round < rounds; round += 1) {
    const turn = round % subjects.length;
    const order = [...subjects.slice(turn), ...subjects.slice(0, turn)];
    for (const subject of order) {
      samples.get(subject.name).push(await once(subject, { count, connections }));
    }
  }
  return new Map([...samples].map(([name, list]) => [name, medians(list)]));
}

/** `warmUp` requests for a process that V8 has yet to compile, a few for one that is warm. */
async function makeWarm(operation, subject, { warmUp, count, connections }) {
  const known = warm.get(subject.process) ?? new Set();
  warm.set(subject.process, known);
  const least = known.has(operation) ? Math.ceil(count / 4) : warmUp;
  known.add(operation);
  await once(subject, { count: least, connections });
}

async function once(subject, { count, connections }) {
  const { port, next, check } = subject;
  const before = subject.process.cpuUs();
  const result = await load({ port, connections, count, next, check });
  return { ...result, cpuUs: (subject.process.cpuUs() - before) / count };
}

function medians(samples) {
  const of = (name) => median(samples.map((sample) => sample[name]));
  return {
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuUs: of('cpuUs'),
  };
}

/** A row of figures beside the floor it is compared with. */
export function row(name, figures, floor) {
  const ratio = floor ? figures.perSecond / floor.perSecond : null;
  return [
    name,
    figures.perSecond.toFixed(0),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(1),
    figures.cpuUs.toFixed(0),
    ratio === null ? '' : ratio.toFixed(2),
  ];
}

/** The head of such rows. */
export const HEAD = ['', 'req/s', 'p50 ms', 'p99 ms', 'CPU us', 'of floor'];
