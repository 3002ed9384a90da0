import { deserialize } from 'bson';
import { parseYuan } from '../../src/domain/money';
import { LONG } from '../support/long';
import { Dice, mutate, Seed, SEEDS } from './mutate';
import { RawConnection, RawResponse } from './raw-http';
import { startWireApp, WireApp } from './wire-app';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? (LONG ? 10_000 : 1_500));
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_240_501);
const PARALLEL = 8;
const SLOWEST_MS = 1000;

const CHARSETS = ['', '', '', '; charset=utf-8', '; charset=utf-16', '; charset=gbk', ';', ';x="'];
const ACCEPTS = [
  undefined,
  undefined,
  '*/*',
  'application/xml',
  'text/json;q=0.5',
  'foo',
  'application/bson',
];
const LIMITS: Readonly<Record<string, number>> = {
  billnum: 20,
  autoid: 36,
  billtype: 1,
  paytype: 2,
  cardno: 20,
};

/** Throws when an answer is not in the format it says. */
function checkReadable({ headers, body }: RawResponse): void {
  const contentType = headers['content-type'] ?? '';
  if (contentType.startsWith('application/bson')) {
    deserialize(body);
    return;
  }
  const text = contentType.endsWith('utf-16') ? body.toString('utf16le').slice(1) : body.toString();
  if (contentType.includes('json')) JSON.parse(text);
  else if (!/^<(\w+)[ >][^]*<\/\1>$/.test(text)) throw new Error(`not XML: ${text}`);
}

/** What is wrong with a record that got through; null when it is as valid as it must be. */
function invalidity(record: Readonly<Record<string, string | null | undefined>>): string | null {
  for (const [name, value] of Object.entries(record)) {
    if (value === null || value === undefined) continue;
    if (typeof value !== 'string') return `${name} is no text`;
    if (/\p{Surrogate}/u.test(value)) return `${name} has half a character`;
    if (value.length > (LIMITS[name] ?? Infinity)) return `${name} is too long`;
  }
  for (const name of ['billnum', 'billtype', 'paytype']) {
    if ((record[name] ?? '').trim() === '') return `${name} is missing`;
  }
  const amount = record['paymentvalue'] ?? undefined;
  return amount === undefined || parseYuan(amount).ok ? null : 'paymentvalue is no amount';
}

describe(`${COUNT} mutated requests (FUZZ_SEED=${SEED})`, () => {
  let app: WireApp;

  beforeAll(async () => {
    app = await startWireApp('legacy');
  });

  afterAll(async () => {
    await app.close();
  });

  async function fuzzOne(dice: Dice, connection: RawConnection): Promise<string | null> {
    const seed: Seed = dice.pick(SEEDS);
    const body = mutate(dice, seed.body);
    const headers: Record<string, string> = {
      'Content-Type': seed.contentType + dice.pick(CHARSETS),
    };
    const accept = dice.roll(ACCEPTS.length);
    if (ACCEPTS[accept] !== undefined) headers['Accept'] = ACCEPTS[accept];
    const before = performance.now();
    const answer = await connection.post(`/api/3Pay/AliPay/${seed.operation}`, headers, body);
    const took = performance.now() - before;
    const where = `${JSON.stringify(headers)} ${body.toString('base64')}`;
    if (answer.status >= 500) return `${answer.status}: ${where}`;
    if (took > SLOWEST_MS) return `${took} ms: ${where}`;
    checkReadable(answer);
    return null;
  }

  it(
    'never fail on our side, never take long, never let anything invalid through',
    async () => {
      const dice = new Dice(SEED);
      const faults: string[] = [];
      let left = COUNT;
      const worker = async (): Promise<void> => {
        const connection = await RawConnection.open(app.port);
        while (left > 0) {
          left -= 1;
          const fault = await fuzzOne(dice, connection);
          if (fault !== null) faults.push(fault);
        }
        connection.close();
      };
      await Promise.all(Array.from({ length: PARALLEL }, worker));
      expect(faults).toEqual([]);
      const records = app.stage.reached as Readonly<Record<string, string | null>>[];
      expect(records.map(invalidity).filter((fault) => fault !== null)).toEqual([]);
      // Both must occur, or the mutations are too wild or too tame to prove anything.
      expect(records.length).toBeGreaterThan(COUNT / 50);
      expect(records.length).toBeLessThan(COUNT * 0.8);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
    30_000 + COUNT * 10,
  );
});
