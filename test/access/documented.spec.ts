import { asksForKey } from '../../src/ops/rights';
import type { NestExpressApplication } from '@nestjs/platform-express';
import * as swagger from '@nestjs/swagger';
import type { Document, RequestBody } from '../../src/wire/openapi/openapi-types';
import { openApiDocument } from '../../src/wire/openapi/swagger';
import { ServiceLoad } from '../../src/ops/load/service-load';
import { tempFolder } from '../support/temp-folder';
import { apiKeys, testKey } from './keys';
import { opsApp, opsConfig } from './ops-app';

const QUERY = '/api/3Pay/AliPay/Query';
const TYPES = ['application/json', 'application/xml'] as const;
const WATCHER = testKey('watcher', 'monitor');
/** Every refusal is asked for once in each type, without a key but for 403. */
const LIMIT = TYPES.length;

const folder = tempFolder();
let app: NestExpressApplication;
let document: Document;

beforeAll(async () => {
  const config = opsConfig({
    DATABASE_URL: `sqlite:${folder.path}/books.sqlite`,
    API_KEYS: apiKeys([WATCHER]),
    RATE_LIMIT_PER_MINUTE: String(LIMIT),
  });
  app = await opsApp(config);
  await app.listen(0, '127.0.0.1');
  document = openApiDocument(app, swagger, { style: 'legacy', asksForKey });
});
afterAll(async () => {
  await app?.close();
  folder.remove();
});

function shown(status: number, type: string): unknown {
  const response = document.paths[QUERY]?.post?.responses[status] as RequestBody;
  const [example] = Object.values(response.content[type]?.examples ?? {});
  return (example as { value: unknown }).value;
}

/** That the sample of a status is what the service answers, and the headers are those told of. */
async function expectSample(status: number, headers: Record<string, string> = {}): Promise<void> {
  const told = document.paths[QUERY]?.post?.responses[status] as { headers?: object };
  for (const type of TYPES) {
    const answer = await fetch((await app.getUrl()) + QUERY, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: type, ...headers },
      body: '{}',
    });
    expect(answer.status).toBe(status);
    for (const name of Object.keys(told.headers ?? {})) expect(answer.headers.has(name)).toBe(true);
    const text = await answer.text();
    expect(type.endsWith('json') ? (JSON.parse(text) as unknown) : text).toEqual(
      shown(status, type),
    );
  }
}

it('the samples of what the door refuses are what the service answers', async () => {
  await expectSample(401);
  await expectSample(429);
  await expectSample(403, { 'X-Api-Key': WATCHER.secret });
  app.get(ServiceLoad).gate.stop();
  await expectSample(503);
});
