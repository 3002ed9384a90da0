import { Agent, request } from 'node:http';
import {
  AliBarCodeParm,
  AliPayCancelParm,
  AliPayRefundParm,
  AliPayRefundQueryParm,
  XposQueryStatusParm,
} from '../support/contracts';
import type { RequestContract } from '../../src/wire/operation/contract';
import { SqliteInspect } from '../database/sqlite-books';
import { TestService } from '../support/process/service';
import { aRealAccount } from './account';
import { BASE, HOSTILE, WRITERS } from './hostile-texts';

jest.setTimeout(60_000);

const MEGABYTE = 1_048_576;
const ROUNDS = 5;
/** All of them are there but for their last byte, which comes so late. ms. */
const LATE_MS = 400;
/** What a hundred megabytes, refused, may take at any moment. Bytes. */
const GROWTH = 64 * MEGABYTE;

const OPERATIONS: readonly [path: string, RequestContract][] = [
  ['/api/3Pay/AliPay/BarCode', AliBarCodeParm],
  ['/api/3Pay/AliPay/Cancel', AliPayCancelParm],
  ['/api/3Pay/AliPay/Refund', AliPayRefundParm],
  ['/api/3Pay/AliPay/RefundQuery', AliPayRefundQueryParm],
  ['/api/3Pay/Xpos/QueryStatus', XposQueryStatusParm],
];
const MEMBERS: Readonly<Record<string, string>> = {
  ...BASE,
  barcode: '280000000000000001',
  biz_order_id: '1',
  checkout_id: '788',
  refundvalue: '0.01',
  // Wanted for ever.
  validuntil: '9999999999999',
};
const TYPES = Object.keys(WRITERS);

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const sent = new Set<string>();
let service: TestService;

beforeAll(async () => {
  // Its Alipay is not there, so that it has all the time for its callers.
  service = await TestService.startOnSqlite(aRealAccount());
});
afterAll(async () => {
  agent.destroy();
  await service?.stop();
});

interface Told {
  readonly status: number;
  readonly text: string;
}

function post(path: string, type: string, body: Buffer, sized = true, lateMs = 0): Promise<Told> {
  return new Promise((resolve, reject) => {
    const length = sized ? { 'Content-Length': body.length } : {};
    const headers = { 'Content-Type': type, Accept: 'application/json', ...length };
    const call = request(service.url + path, { agent, method: 'POST', headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() });
      });
    });
    call.on('error', reject);
    call.write(body.subarray(0, -1));
    const end = (): unknown => call.end(body.subarray(-1));
    if (lateMs === 0) end();
    else setTimeout(end, lateMs);
  });
}

function bodyOf(contract: RequestContract, type: string, changes: object): Buffer {
  const names = contract.members.map(({ name }) => name);
  const members = Object.fromEntries(names.map((name) => [name, MEMBERS[name] ?? 'b']));
  return WRITERS[type]?.(contract, { ...members, ...changes }) ?? Buffer.alloc(0);
}

/** One text in one member; what is wrong with its answer. */
async function cell(path: string, contract: RequestContract, name: string, index: number) {
  const text = HOSTILE[index] ?? '';
  const turn = contract.members.findIndex((member) => member.name === name) + index;
  const type = TYPES[turn % TYPES.length] ?? '';
  const changes = { billnum: `${name.slice(0, 8)}${index}`, [name]: text };
  sent.add(Buffer.from(changes.billnum).toString()); // Half a character is �.
  const { status, text: told } = await post(path, type, bodyOf(contract, type, changes));
  const { errcode } = JSON.parse(told) as { errcode: number };
  const fine = status === 200 && [0, 1, 40000, 40001, 40401].includes(errcode);
  return fine ? [] : [`${path} ${name} ${type} ${JSON.stringify(text)}: ${status} ${told}`];
}

/** Memory the service's process holds. Bytes. */
async function resident(): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]);
}

describe.each(OPERATIONS)('hostile text for %s', (path, contract) => {
  // In every member every text, in every format some: all of each is ScanCode's and Query's.
  it.each(contract.members.map(({ name }) => name))('as %s is data or refused', async (name) => {
    const wrong = await Promise.all(HOSTILE.map((_text, i) => cell(path, contract, name, i)));
    expect(wrong.flat()).toEqual([]);
  });
});

it('the books hold only what was asked for, to the letter and to the fen', () => {
  const inspect = new SqliteInspect(service.database);
  const rows = inspect.rows('select bill_no, bill_type, amount_fen, begun_by from receipt');
  inspect.close();
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.map((row) => String(row['bill_no'])).filter((text) => !sent.has(text))).toEqual([]);
  for (const { bill_type, amount_fen, begun_by } of rows) {
    expect([bill_type, amount_fen, begun_by]).toEqual(['2', 888, 'barCode']);
  }
});

/** A body of each operation in each format that is much too large. */
function tooLarge(): (readonly [path: string, type: string, body: Buffer])[] {
  const text = 'x'.repeat(MEGABYTE);
  return OPERATIONS.flatMap(([path, contract]) => {
    const name = contract.members.at(-1)?.name ?? '';
    return TYPES.map((type) => [path, type, bodyOf(contract, type, { [name]: text })] as const);
  });
}

it('a megabyte, a hundred times at once, is refused and not kept', async () => {
  const bodies = tooLarge();
  const before = await resident();
  expect(before).toBeGreaterThan(20 * MEGABYTE);
  const seen: Promise<number>[] = [];
  const watch = setInterval(() => seen.push(resident()), 100);
  const calls = Array.from({ length: ROUNDS }, (_one, round) =>
    bodies.map(([path, type, body]) => post(path, type, body, round % 2 === 0, LATE_MS)),
  );
  const answers = await Promise.all(calls.flat());
  clearInterval(watch);
  seen.push(resident());
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 413));
  const most = Math.max(...(await Promise.all(seen)));
  expect(most - before).toBeLessThan(GROWTH);
});
