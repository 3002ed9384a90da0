import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import {
  body,
  honest,
  ScriptedAlipay,
  silence,
} from '../../../test/support/far-side/scripted-alipay';
import { systemClock } from '../../config/system-clock';
import type { BillAnswer } from '../../domain/ports/bill-source';
import { AlipayClient } from '../call/alipay.client';
import { AlipayBillSource } from './alipay.bill-source';
import { downloadBill } from './bill-download';

const DATE = '2026-11-29';
const SECRET = 'bizType=trade&token=SECRET';

let far: ScriptedAlipay;
let host: Server;
let serve: RequestListener;
let asked: string[];
let logged: string[];
let source: AlipayBillSource;

beforeAll(async () => {
  far = await ScriptedAlipay.start();
  host = createServer((request, response) => {
    asked.push(request.url ?? '');
    serve(request, response);
  });
  await new Promise<void>((listening) => host.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await far.close();
  host.closeAllConnections();
  host.close();
});

const at = (): string => `127.0.0.1:${(host.address() as AddressInfo).port}`;

beforeEach(() => {
  [asked, logged] = [[], []];
  serve = (_request, response) => response.end('the bytes');
  const limits = { host: at(), mostBytes: 1_000, timeoutMs: 400, silenceMs: 200 };
  const settings = far.settings({ timeoutMs: 500 });
  const logger = { warn: (line: string) => logged.push(line) };
  source = new AlipayBillSource(new AlipayClient(settings, systemClock), limits, logger as never);
});
afterEach(() => source.onApplicationShutdown());

function fetchBy(link: unknown): Promise<BillAnswer> {
  far.answer(honest({ code: '10000', bill_download_url: link }));
  return source.fetch(DATE);
}

it('asks for the bill of a day, and keeps it where nobody else reads it', async () => {
  const answer = await fetchBy(`http://${at()}/bill.zip?${SECRET}`);
  expect(far.calls.at(-1)).toMatchObject({
    signed: true,
    method: 'alipay.data.dataservice.bill.downloadurl.query',
    bizContent: { bill_type: 'trade', bill_date: DATE },
  });
  if (answer.kind !== 'file') throw new Error(answer.cause);
  const { path } = answer.bill;
  expect(readFileSync(path, 'utf8')).toBe('the bytes');
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(statSync(dirname(path)).mode & 0o077).toBe(0);
  await answer.bill.remove();
  expect(existsSync(dirname(path))).toBe(false);
  expect([asked, logged]).toEqual([[`/bill.zip?${SECRET}`], []]);
});

it.each([
  ['40004', 'NO_BILL_DATA', 'empty'],
  ['40004', 'BILL_NOT_EXIST', 'late'],
  ['40004', 'isp.bill_not_exist', 'late'],
  ['40004', 'BILL_DATE_BEFORE_REGISTRATION', 'missing'],
  ['40004', 'INVAILID_ARGUMENTS', 'refused'],
  ['40004', 'invalid_arguments', 'refused'],
  ['40004', 'TYPE_NOT_SUPPORTED', 'refused'],
  ['40006', 'isv.insufficient-isv-permissions', 'refused'],
  ['40004', 'SYSTEM_RATE_LIMIT', 'unknown'],
  ['40004', 'SOMETHING_NEW', 'unknown'],
  ['40005', 'isv.app-call-limited', 'unknown'],
  ['20000', 'isp.unknow-error', 'unknown'],
])('%s %s is %s, and never a bill', async (code, subCode, kind) => {
  far.answer(honest({ code, sub_code: subCode }));
  expect(await source.fetch(DATE)).toEqual({ kind, cause: `${code} ${subCode}` });
  expect(logged).toEqual([`bill of ${DATE}: ${kind}, ${code} ${subCode}`]);
});

it('believes no answer whose signature does not hold, and waits for none for ever', async () => {
  const link = `http://${at()}/x`;
  const node = JSON.stringify({ code: '10000', bill_download_url: link });
  far.answer(
    body((name) => `{"${name}":${node},"sign":"AAAA"}`),
    silence,
  );
  expect(await source.fetch(DATE)).toMatchObject({ kind: 'unknown' });
  expect(await source.fetch(DATE)).toMatchObject({ kind: 'unknown' });
  expect(asked).toEqual([]);
});

describe('a link', () => {
  const port = (): string => at().split(':')[1] ?? '';

  it.each<[string, () => unknown]>([
    ['to another host', () => `http://localhost:${port()}/x`],
    ['to another port', () => 'http://127.0.0.1:1/x'],
    ['that hides its host', () => `http://${at()}@evil.example/x`],
    ['with a name in it', () => `http://user@${at()}/x`],
    ['to a file', () => `file://${at()}/etc/passwd`],
    ['that is none', () => 'no address'],
    ['that is no text', () => undefined],
    ['that is too long', () => `http://${at()}/${'x'.repeat(5_000)}`],
  ])('%s is not followed', async (_what, link) => {
    expect(await fetchBy(link())).toMatchObject({ kind: 'unknown' });
    expect(asked).toEqual([]);
  });

  it.each([
    'evilbill.example.com',
    'x.bill.example.com',
    'bill.example.com.evil.example',
    'bill.example.com:81',
  ])('to %s is not to bill.example.com', async (other) => {
    const limits = { host: 'bill.example.com', mostBytes: 1, timeoutMs: 1, silenceMs: 1 };
    await expect(downloadBill(`https://${other}/x`, limits)).rejects.toThrow('another host');
  });

  it.each<[string, RequestListener, string]>([
    ['redirects', (_, to) => to.writeHead(302, { Location: `http://${at()}/2` }).end(), 'HTTP 302'],
    ['has ended', (_, to) => to.writeHead(403).end(), 'HTTP 403'],
    [
      'is compressed',
      (_, to) => to.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x'),
      'comp',
    ],
    ['is silent', () => undefined, 'silent'],
    ['is too large', (_, to) => to.end('x'.repeat(1_001)), 'more than 1000 bytes'],
    ['breaks off', (_, to) => to.write('x', () => to.destroy()), ''],
    [
      'drips',
      (_, to) => {
        const timer = setInterval(() => to.write('x'), 50);
        to.on('close', () => clearInterval(timer));
      },
      '',
    ],
  ])('that %s brings no bill, and is told nobody', async (_what, listener, cause) => {
    serve = listener;
    const answer = await fetchBy(`http://${at()}/bill.zip?${SECRET}`);
    if (answer.kind !== 'unknown') throw new Error(answer.kind);
    expect(answer.cause).toContain(cause);
    expect(asked).toHaveLength(1);
    expect(logged.join()).not.toContain('SECRET');
  });
});
