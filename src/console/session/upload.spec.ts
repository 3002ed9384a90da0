import type { Request } from 'express';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PayError } from '../../domain/errors';
import { isUpload, receiveUpload } from './upload';
import type { Upload } from './upload';

const LIMIT = 1_000;

let server: Server;
let outcome: Promise<Upload>;
let check: (form: URLSearchParams) => void;

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    outcome = receiveUpload(request as Request, check, LIMIT);
    outcome.then(
      () => response.end('taken'),
      (error: unknown) => response.end(error instanceof PayError ? error.code : String(error)),
    );
    outcome.catch(() => request.resume());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => (check = () => undefined));

/** Sends a form whose length nobody announces; what is said to it. */
async function send(fields: Record<string, string>, file: string): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([file]), '../../etc/passwd');
  const whole = new Response(form);
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'Content-Type': whole.headers.get('content-type') ?? '' },
    body: whole.body,
    duplex: 'half',
  });
  return answer.text();
}

describe('a form with a file', () => {
  it('gives its fields and the file, which is gone when it is taken away', async () => {
    expect(await send({ date: '2026-11-29' }, 'x'.repeat(LIMIT))).toBe('taken');
    const { form, file } = await outcome;
    expect(form.get('date')).toBe('2026-11-29');
    expect(readFileSync(file.path, 'utf8')).toHaveLength(LIMIT);
    expect(file.path).toMatch(/3pay-upload-\w+\/bill\.zip$/);
    await file.remove();
    expect(existsSync(file.path)).toBe(false);
  });

  it('of a byte too many is refused, however it is sent', async () => {
    expect(await send({}, 'x'.repeat(LIMIT + 1))).toBe('BODY_TOO_LARGE');
  });

  it('is not written at all when its fields are refused', async () => {
    check = (form) => {
      throw new PayError('FORBIDDEN', form.get('mark') ?? '');
    };
    expect(await send({ mark: 'forged' }, 'x')).toBe('FORBIDDEN');
  });

  it('with more fields than a form of ours has is refused', async () => {
    const many = Array.from({ length: 20 }, (_each, at): [string, string] => [`n${at}`, 'x']);
    expect(await send(Object.fromEntries(many), 'x')).toBe('UNREADABLE');
  });
});

it.each([
  ['POST', '/console/reconciliation/take', true],
  ['POST', '/Console/Reconciliation/Take/', true],
  ['GET', '/console/reconciliation/take', false],
  ['POST', '/console/reconciliation/compare', false],
  ['POST', '/api/3Pay/AliPay/Query', false],
])('%s %s is an upload: %s', (method, path, is) => {
  expect(isUpload({ method, path } as Request)).toBe(is);
});
