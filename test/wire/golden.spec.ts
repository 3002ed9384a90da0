import { parseYuan } from '../../src/domain/money';
import { DELIBERATE_READS, DELIBERATE_WRITES } from './deliberate';
import { RawResponse, send } from './raw-http';
import { readVectors, requestOf, Vector, vectorFiles } from './vectors';
import { startWireApp, WireApp } from './wire-app';

const COMPARED = ['content-type', 'content-length', 'cache-control', 'pragma', 'expires', 'allow'];

type Outcome = 'passed' | 'deliberate' | 'failed';

/** What one assertion gave over one file. */
class Tally {
  readonly counts = { passed: 0, deliberate: 0, failed: 0 };
  readonly failures: string[] = [];
  private readonly deliberate: ReadonlySet<string>;

  constructor(
    readonly title: string,
    listed: Readonly<Record<string, readonly string[]>>,
  ) {
    this.deliberate = new Set(Object.values(listed).flat());
  }

  /** A listed vector that does not differ counts as failed, so the lists stay exact. */
  add(name: string, fault: string | null): void {
    const listed = this.deliberate.has(name);
    const outcome: Outcome =
      (fault !== null) === listed ? (listed ? 'deliberate' : 'passed') : 'failed';
    this.counts[outcome] += 1;
    if (outcome === 'failed') this.failures.push(`${name}: ${fault ?? 'listed, but equal'}`);
  }
}

const tallies: Tally[] = [];

function answerFault(vector: Vector, response: RawResponse): string | null {
  const { status, headers, bodyBase64 } = vector.response;
  if (response.status !== status) return `status ${response.status}, not ${status}`;
  const expected = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  for (const name of COMPARED) {
    if (response.headers[name] !== expected.get(name)) {
      return `${name} is ${response.headers[name]}, not ${expected.get(name)}`;
    }
  }
  if (response.body.toString('base64') === bodyBase64) return null;
  return `body is ${JSON.stringify(response.body.toString('utf8'))}`;
}

/** Amounts count by their value, which ends in fen here. */
function amount(value: string): string {
  const reading = parseYuan(value.replace(/^decimal:/, ''));
  return reading.ok ? String(reading.amount) : value;
}

function same(bound: Readonly<Record<string, string | null>>, ours: object): boolean {
  const record = ours as Readonly<Record<string, string | null | undefined>>;
  return Object.entries(bound).every(([name, value]) => {
    const read = record[name] ?? null;
    if (value === null || read === null) return value === read;
    return value.startsWith('decimal:') ? amount(value) === amount(read) : value === read;
  });
}

/** Null when a clean reading is equal or an unclean one refused. */
function readingFault(vector: Vector, reached: object | undefined): string | null {
  const observed = vector.observed;
  const clean = observed?.reached && observed.modelStateValid ? observed.bound : null;
  if (clean === null) return reached ? `accepted: ${JSON.stringify(reached)}` : null;
  if (!reached) return 'refused';
  return same(clean, reached) ? null : `read ${JSON.stringify(reached)}`;
}

describe('the golden vectors', () => {
  let writing: WireApp;
  let reading: WireApp;
  let httpLevel: WireApp;

  beforeAll(async () => {
    writing = await startWireApp('legacy', 'writing');
    reading = await startWireApp('rest', 'reading');
    httpLevel = await startWireApp('legacy', 'reading');
  });

  afterAll(async () => {
    await Promise.all([writing.close(), reading.close(), httpLevel.close()]);
    const lines = tallies.map(({ title, counts }) => {
      const { passed, deliberate, failed } = counts;
      return `${title.padEnd(32)} passed ${passed}  deliberate ${deliberate}  failed ${failed}`;
    });
    process.stdout.write(`${lines.join('\n')}\n`);
  });

  async function writes(vector: Vector): Promise<RawResponse> {
    const { actionReturns } = vector;
    if (actionReturns === undefined) return send(httpLevel.port, requestOf(vector));
    writing.stage.answer = () => {
      if (actionReturns === 'throw') throw new Error('as the vector says');
      return actionReturns;
    };
    return send(writing.port, requestOf(vector));
  }

  async function reads(vector: Vector): Promise<object | undefined> {
    reading.stage.reached.length = 0;
    const { status } = await send(reading.port, requestOf(vector));
    const [reached] = reading.stage.reached;
    if (!reached && (status < 400 || status > 499)) throw new Error(`${vector.name}: ${status}`);
    return reached;
  }

  it('are all here', () => {
    expect(vectorFiles().flatMap(readVectors)).toHaveLength(874);
  });

  it.each(vectorFiles())('%s: answers are equal byte for byte', async (file) => {
    const tally = new Tally(`${file} write`, DELIBERATE_WRITES);
    tallies.push(tally);
    for (const vector of readVectors(file)) {
      tally.add(vector.name, answerFault(vector, await writes(vector)));
    }
    expect(tally.failures).toEqual([]);
  });

  it.each(vectorFiles())('%s: clean readings are equal, others refused', async (file) => {
    const tally = new Tally(`${file} read`, DELIBERATE_READS);
    tallies.push(tally);
    for (const vector of readVectors(file)) {
      if (vector.observed) tally.add(vector.name, readingFault(vector, await reads(vector)));
    }
    expect(tally.failures).toEqual([]);
  });

  it('has no name on a list that is no vector', () => {
    const names = new Set(
      vectorFiles()
        .flatMap(readVectors)
        .map(({ name }) => name),
    );
    for (const list of [DELIBERATE_READS, DELIBERATE_WRITES]) {
      const listed = Object.values(list).flat();
      expect(listed.filter((name) => !names.has(name))).toEqual([]);
      expect(new Set(listed).size).toBe(listed.length);
    }
  });
});
