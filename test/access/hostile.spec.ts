import type { NestExpressApplication } from '@nestjs/platform-express';
import { Agent, request } from 'node:http';
import { AliPayQueryParm, AliScanCodeParm } from '../support/contracts';
import type { RequestContract } from '../../src/wire/operation/contract';
import { SqliteInspect } from '../database/sqlite-books';
import { rows } from '../support/long';
import { tempFolder } from '../support/temp-folder';
import { BASE, HOSTILE, WRITERS } from './hostile-texts';
import { opsApp, opsConfig } from './ops-app';

jest.setTimeout(60_000);

const BODY_LIMIT = 100 * 1024;

const OPERATIONS: readonly [string, RequestContract][] = [
  ['ScanCode', AliScanCodeParm],
  ['Query', AliPayQueryParm],
];

const folder = tempFolder();
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const sent = new Set<string>();
let app: NestExpressApplication;
let port: number;

beforeAll(async () => {
  app = await opsApp(
    opsConfig({
      DATABASE_URL: `sqlite:${folder.path}/books.sqlite`,
      RATE_LIMIT_PER_MINUTE: '1000000',
    }),
  );
  await app.listen(0, '127.0.0.1');
  port = Number(new URL(await app.getUrl()).port);
});
afterAll(async () => {
  agent.destroy();
  await app?.close();
  folder.remove();
});

interface Told {
  readonly status: number;
  readonly text: string;
}

function post(path: string, type: string, body: Buffer): Promise<Told> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': type, Accept: 'application/json' };
    const call = request(
      { agent, port, host: '127.0.0.1', method: 'POST', path, headers },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** Every member of every operation with every text, in one format. */
function cells(type: string): (() => Promise<string[]>)[] {
  const write = WRITERS[type] ?? (() => Buffer.alloc(0));
  return OPERATIONS.flatMap(([operation, contract]) =>
    contract.members.flatMap(({ name }) =>
      HOSTILE.map((text, index) => async () => {
        const billnum = name === 'billnum' ? text : `${type.slice(-3)}${name.slice(0, 8)}${index}`;
        const members = Object.fromEntries(
          contract.members.map((each) => [each.name, BASE[each.name] ?? billnum]),
        );
        members[name] = text;
        sent.add(Buffer.from(members['billnum'] ?? '').toString()); // Half a character is �.
        const body = write(contract, members);
        const { status, text: told } = await post(`/api/3Pay/AliPay/${operation}`, type, body);
        const { errcode } = JSON.parse(told) as { errcode: number };
        const fine = status === 200 && [0, 1, 40000, 40001, 40401].includes(errcode);
        return fine ? [] : [`${operation} ${name} ${JSON.stringify(text)}: ${status} ${told}`];
      }),
    ),
  );
}

async function all(works: (() => Promise<string[]>)[]): Promise<string[]> {
  const wrong: string[] = [];
  const worker = async (): Promise<void> => {
    for (let work = works.pop(); work; work = works.pop()) wrong.push(...(await work()));
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return wrong;
}

describe('hostile text in every member', () => {
  // In the others it is read by codecs that hostile-more.spec.ts and fuzz.spec.ts meet every day.
  const DAILY = ['application/json', 'application/xml'];
  const others = Object.keys(WRITERS).filter((type) => !DAILY.includes(type));

  it.each(rows(DAILY, others))('as %s: never a 5xx, never a doubt', async (type) => {
    const works = cells(type);
    expect(works.length).toBeGreaterThan(400);
    expect(await all(works)).toEqual([]);
  });

  it.each(Object.keys(WRITERS))(
    'a megabyte of it as %s is refused while it comes',
    async (type) => {
      for (const [operation, contract] of OPERATIONS) {
        const members = { ...BASE, billnum: '🎫'.repeat(250_000) };
        const body = WRITERS[type]?.(contract, members) ?? Buffer.alloc(0);
        expect(body.length).toBeGreaterThan(BODY_LIMIT);
        const { status } = await post(`/api/3Pay/AliPay/${operation}`, type, body);
        expect(status).toBe(413);
      }
    },
  );

  it('leaves in the books only what was asked for, to the letter and to the fen', () => {
    const inspect = new SqliteInspect(`${folder.path}/books.sqlite`);
    const rows = inspect.rows('select bill_no, bill_type, pay_type, amount_fen from receipt');
    const tables = inspect.rows("select 1 from sqlite_master where type = 'table'").length;
    inspect.close();
    expect(rows.length).toBeGreaterThan(100);
    expect(tables).toBeGreaterThan(10);
    expect(rows.map((row) => String(row['bill_no'])).filter((text) => !sent.has(text))).toEqual([]);
    for (const row of rows) {
      expect(String(row['bill_no']).length).toBeLessThanOrEqual(20);
      expect(row['amount_fen']).toBe(888);
      expect(row['bill_type']).toBe('2');
    }
  });
});
