import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallbackConfig, CallbackReceiver } from '../../config/callback-config';
import { Secret } from '../../config/reading/secret';
import { callbackCheck } from './callback-check';

const NONE = { '1': null, '2': null, '3': null, '4': null, '5': null, '6': null, '7': null };
const heard: { body: string; headers: NodeJS.Dict<string | string[]> }[] = [];
let status = 401;
let url: string;

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    heard.push({ body: Buffer.concat(parts).toString(), headers: request.headers });
    response.writeHead(status, { location: '/elsewhere' }).end('words of theirs');
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/paid?token=planted`;
});
beforeEach(() => {
  heard.length = 0;
  status = 401;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function receivers(format: CallbackReceiver['format'] = 'json', address = url): CallbackConfig {
  return { ...NONE, '2': { url: address, secrets: [new Secret('whsec_planted')], format } };
}

async function verdict(config: CallbackConfig, asked = true): Promise<string[]> {
  const findings = await callbackCheck(config, asked)();
  expect(JSON.stringify(findings)).not.toMatch(/planted|theirs/);
  return findings.map((each) => `${each.check} ${each.verdict} ${each.found}`);
}

it.each([
  [401, 'ok reached; refuses unsigned (401)'],
  [403, 'ok reached; refuses unsigned (403)'],
  [400, 'ok reached; refuses unsigned (400)'],
  [200, 'fail takes what is not signed'],
  [204, 'fail takes what is not signed'],
  [302, 'fail answers HTTP 302 to what is not signed'],
  [404, 'fail answers HTTP 404 to what is not signed'],
  [500, 'warn answers HTTP 500 to what is not signed'],
])('judges a receiver that answers %i', async (answered, said) => {
  status = answered;
  expect(await verdict(receivers())).toEqual([`CALLBACK_URL_2 ${said}`]);
  expect(heard).toHaveLength(1); // A redirect is not followed.
});

it.each([
  ['json', '{"type":"test.unsigned","timestamp":"1970-01-01T00:00:00.000Z","data":{}}'],
  [
    'xml',
    '<CallbackEvent xmlns="http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer.' +
      'Tour.V5.Result.Pay"><data /><timestamp>1970-01-01T00:00:00.000Z</timestamp>' +
      '<type>test.unsigned</type></CallbackEvent>',
  ],
] as const)('sends nothing that could be booked, in %s', async (format, body) => {
  await verdict(receivers(format));
  expect(heard.map((each) => each.body)).toEqual([body]);
  expect(heard[0]?.headers['content-type']).toBe(`application/${format}; charset=utf-8`);
  expect(Object.keys(heard[0]?.headers ?? {}).join()).not.toContain('webhook');
});

it('finds a receiver that is not there', async () => {
  const said = await verdict(receivers('json', 'http://127.0.0.1:1/planted'));
  expect(said).toEqual([expect.stringMatching(/^CALLBACK_URL_2 fail [A-Za-z]/)]);
});

it('asks nobody unless it is told to', async () => {
  expect(await verdict(receivers(), false)).toEqual([expect.stringMatching(/^callbacks skip /)]);
  expect(await verdict(NONE, false)).toEqual([]);
  expect(await verdict(NONE)).toEqual(['callbacks skip no CALLBACK_URL_n is set']);
  expect(heard).toEqual([]);
});
