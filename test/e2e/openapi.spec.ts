import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import * as swagger from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ERRORS } from '../../src/domain/errors';
import type { ErrorCode } from '../../src/domain/errors';
import { bsonSamplePath, bsonSamples } from '../../src/wire/openapi/openapi';
import { refusalsOf } from '../../src/wire/openapi/openapi-answers';
import { formRequest } from '../../src/wire/openapi/openapi-samples';
import type { MemberData } from '../../src/wire/operation/wire-type';
import { membersOfType } from '../../src/wire/operation/wire-type';
import type {
  Document,
  Operation,
  RequestBody,
  Schema,
} from '../../src/wire/openapi/openapi-types';
import { asksForKey, RIGHTS, rightOf } from '../../src/ops/rights';
import { openApiDocument } from '../../src/wire/openapi/swagger';
import { servedOperations, wireHandlers } from '../../src/wire/openapi/swagger-operations';
import { QueryDto } from '../../src/pay/operations/dto/query.dto';
import { ScanCodeDto } from '../../src/pay/operations/dto/scan-code.dto';
import { barCodeTexts } from '../../src/pay/operations/texts/bar-code.texts';
import { BarCodeDto } from '../../src/pay/operations/dto/bar-code.dto';
import { queryTexts } from '../../src/pay/operations/texts/query.texts';
import { RefundDto, RefundQueryDto } from '../../src/pay/refund/operations/refund.dto';
import { refundQueryTexts, refundTexts } from '../../src/pay/refund/operations/refund.texts';
import { scanCodeTexts } from '../../src/pay/operations/texts/scan-code.texts';
import { TOP_ERRORS } from '../../src/xpos/top/top-errors';
import { DocumentedApp } from '../support/process/documented-app';

const SCAN_CODE = '/api/3Pay/AliPay/ScanCode';
const QUERY = '/api/3Pay/AliPay/Query';

let documented: DocumentedApp;
let app: NestExpressApplication;
let url: string;
let legacy: Document;

beforeAll(async () => {
  documented = await DocumentedApp.start();
  ({ app, url, document: legacy } = documented);
}, 60_000);

afterAll(() => documented?.stop());

function operationAt(document: Document, path: string): Operation & { 'x-aliases'?: string[] } {
  const { get, post: operation = get } = document.paths[path] ?? {};
  if (!operation) throw new Error(`${path} is not documented`);
  return operation;
}

function bodyAt(path: string): RequestBody {
  return operationAt(legacy, path).requestBody as RequestBody;
}

/** The first sample of a request, as it is sent. */
function sampleAt(path: string, mediaType: string): string {
  const [sample] = Object.values(bodyAt(path).content[mediaType]?.examples ?? {});
  const value: unknown = (sample as { value: unknown }).value;
  if (typeof value === 'string') return value;
  if (!mediaType.endsWith('json')) {
    return new URLSearchParams(value as Record<string, string>).toString();
  }
  return JSON.stringify(value);
}

function post(
  path: string,
  mediaType: string,
  body: string | ArrayBuffer,
  accept = 'application/json',
) {
  const headers = { 'content-type': mediaType, accept };
  return fetch(url + path, { method: 'POST', headers, body });
}

function schemasOf(document: Document): Record<string, Schema> {
  return document.components?.schemas as Record<string, Schema>;
}

describe('the document', () => {
  it.each(['legacy', 'rest'] as const)('is valid OpenAPI 3 in style %s', async (style) => {
    const document = JSON.parse(JSON.stringify(openApiDocument(app, swagger, { style }))) as Record<
      string,
      unknown
    >;
    await expect(new Validator().validate(document)).resolves.toEqual({ valid: true });
  });

  it('knows every route of the wire', () => {
    expect(wireHandlers(app).filter(({ declared }) => !declared)).toEqual([]);
    const router = app.getHttpAdapter().getInstance().router as {
      stack: { route?: { path: string } }[];
    };
    const served = router.stack.flatMap(({ route }) =>
      route && /^\/api\//i.test(route.path) ? [route.path] : [],
    );
    const wire = Object.keys(legacy.paths).filter((path) => path !== '/router/rest');
    const documented = wire.flatMap((path) => [
      path,
      ...(operationAt(legacy, path)['x-aliases'] ?? []),
    ]);
    expect(documented.toSorted()).toEqual(served.toSorted());
  });

  it('knows the route of TOP, by GET and POST, with both formats and every error', () => {
    const { get, post: form, ...others } = legacy.paths['/router/rest'] ?? {};
    expect(Object.keys(others)).toEqual([]);
    for (const operation of [get, form]) {
      const { content } = operation?.responses['200'] as RequestBody;
      expect(Object.keys(content)).toEqual(['text/xml', 'text/javascript']);
      for (const { code, msg } of Object.values(TOP_ERRORS)) {
        expect(operation?.description).toContain(`| ${code} | ${msg} |`);
      }
    }
  });

  it('gives every member a meaning in both languages, a length and an example', () => {
    for (const { wire } of servedOperations(app)) {
      for (const type of [wire.request, wire.result.tag]) {
        if (!type) continue;
        const { properties = {} } = schemasOf(legacy)[type.name] ?? {};
        expect(Object.keys(properties)).toEqual(type.members.map(({ name }) => name));
        for (const member of Object.values(properties) as Schema[]) {
          expect(member.description).toMatch(/\p{Script=Han}.* · .*[a-z]{3}.*\(.+\)$/u);
          expect(member.example).toBeDefined();
          expect(member.xml?.namespace).toBe(type.namespace);
        }
      }
    }
  });

  it('names the XML roots', () => {
    const { xml } = schemasOf(legacy)['CommonOperationResultWithTagOfPayStatusResult'] ?? {};
    expect(xml).toEqual({
      name: 'CommonOperationResultWithTagOfPayStatusResultKp9g8rEY',
      namespace: 'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer',
    });
  });

  it.each(['legacy', 'rest'] as const)('shows every refusal under its status, %s', (style) => {
    const document = openApiDocument(app, swagger, { style });
    for (const operation of servedOperations(app)) {
      const { responses, description } = operationAt(document, operation.paths[0]);
      for (const { code } of refusalsOf(operation)) {
        const row = ERRORS[code];
        expect(description).toContain(`| ${row.errcode} | ${row[style]} | ${row.text} |`);
        const response = responses[row[style]] as RequestBody;
        expect(response.content['application/xml']?.examples).toHaveProperty(code);
      }
    }
  });

  it.each(['legacy', 'rest'] as const)('shows what the door refuses, %s', (style) => {
    const { paths } = openApiDocument(app, swagger, { style });
    const guarded = RIGHTS.filter(({ right }) => typeof right !== 'string');
    const shown = guarded.flatMap(({ path }) => paths[path]?.post ?? []);
    // Aliases and /metrics are not in the document.
    expect(shown.map(({ operationId }) => operationId).toSorted()).toEqual([
      'barCode',
      'cancel',
      'getReceipt',
      'listEvents',
      'query',
      'queryStatus',
      'refreshReceipt',
      'refund',
      'refundQuery',
      'scanCode',
      'searchReceipts',
    ]);
    for (const { responses, description } of shown) {
      for (const code of ['NO_KEY', 'FORBIDDEN', 'RATE_LIMITED', 'OVERLOADED'] as const) {
        const { errcode, text, [style]: status } = ERRORS[code];
        expect(description).toContain(`| ${errcode} | ${status} | ${text} |`);
        const { content } = responses[status] as RequestBody;
        for (const type of ['application/json', 'application/xml']) {
          const example = content[type]?.examples?.[code] as { value: unknown } | undefined;
          expect(JSON.stringify(example?.value)).toContain(String(errcode));
        }
      }
    }
  });

  it('has every operation in one group, and no group without one', () => {
    const groups = (legacy.tags ?? []).map(({ name }) => name);
    const operations = Object.values(legacy.paths).flatMap(({ get, post: posted }) =>
      [get, posted].flatMap((one) => (one ? [one] : [])),
    );
    expect(operations.length).toBeGreaterThan(7);
    const names = operations.map(({ operationId = '', tags = [] }) => [operationId, ...tags]);
    expect(Object.fromEntries(names)).toEqual({
      ...{ scanCode: 'AliPay', query: 'AliPay', barCode: 'AliPay', cancel: 'AliPay' },
      ...{ refund: 'AliPay', refundQuery: 'AliPay' },
      ...{ searchReceipts: 'Receipts', getReceipt: 'Receipts', refreshReceipt: 'Receipts' },
      ...{ exportReceipts: 'Receipts', listEvents: 'Events', queryStatus: 'Xpos' },
      ...{ topGet: 'TOP', topPost: 'TOP', alipayNotify: 'Notify' },
    });
    expect(names.filter((each) => each.length !== 2)).toEqual([]);
    expect(new Set(names.map(([, group]) => group))).toEqual(new Set(groups));
  });

  it('has names of which generators make classes, methods and constants', () => {
    for (const { name } of legacy.tags ?? []) expect(name).toMatch(/^[A-Z]\w*$/);
    const taken = ['export', 'get', 'notify', 'delete', 'default', 'events']; // By some language.
    for (const { post: one, get = one } of Object.values(legacy.paths)) {
      expect(get?.operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(taken).not.toContain(get?.operationId);
    }
    for (const schema of Object.values(schemasOf(legacy))) {
      for (const { enum: allowed = [] } of Object.values(schema.properties ?? {}) as Schema[]) {
        for (const one of allowed) expect(String(one)).toMatch(/^[\w.]+$/);
      }
    }
  });

  it('asks for a key only where one is asked for', () => {
    const { paths, security } = openApiDocument(app, swagger, { style: 'legacy', asksForKey });
    expect(security).toEqual([{ key: [] }]);
    for (const [path, { get, post: posted }] of Object.entries(paths)) {
      const own = typeof rightOf(path)?.right === 'string' ? [] : undefined;
      for (const one of [get, posted]) if (one) expect([path, one.security]).toEqual([path, own]);
    }
  });

  it('lists every error the code of the operations can throw', () => {
    const listed = new Set(
      servedOperations(app).flatMap((one) => refusalsOf(one).map(({ code }) => code)),
    );
    const root = join(__dirname, '../../src');
    const thrown = new Set<string>();
    for (const folder of ['pay', 'callbacks', 'xpos', 'wire', 'legacy-db', 'ops']) {
      for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
        const text = readFileSync(join(root, folder, file), 'utf8');
        for (const [, code = ''] of text.matchAll(/new (?:PayError|Postponed)\(\s*'(\w+)'/g))
          thrown.add(code);
      }
    }
    expect(thrown.size).toBeGreaterThan(5);
    expect([...thrown].filter((code) => !listed.has(code as ErrorCode))).toEqual([]);
  });
});

describe.each([
  ['ScanCode', ScanCodeDto, scanCodeTexts],
  ['Query', QueryDto, queryTexts],
  ['BarCode', BarCodeDto, barCodeTexts],
  ['Refund', RefundDto, refundTexts],
  ['RefundQuery', RefundQueryDto, refundQueryTexts],
])('the limits told of %s are the limits checked', (_name, dto, texts) => {
  const { values } = texts.requestSamples[0] ?? { values: {} };
  const good = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(value)]),
  );
  const faults = (changes: object): string[] =>
    validateSync(plainToInstance<object, object>(dto, { ...good, ...changes })).map(
      ({ property }) => property,
    );

  it.each(Object.entries(membersOfType(dto)))('%s', (name, member: MemberData) => {
    const { required, maxLength, allowed } = member;
    expect(faults({})).toEqual([]);
    expect(faults({ [name]: undefined })).toEqual(required ? [name] : []);
    for (const one of allowed ?? []) {
      expect(faults({ [name]: one, cardno: '80010001' })).toEqual([]);
    }
    if (allowed) expect(faults({ [name]: '8' })).toEqual([name]);
    else if (maxLength !== null) {
      expect(faults({ [name]: 'x'.repeat(maxLength) })).toEqual([]);
      expect(faults({ [name]: 'x'.repeat(maxLength + 1) })).toEqual([name]);
    }
  });
});

describe('the samples', () => {
  it('of JSON give errcode 0, ScanCode first, then Query', async () => {
    const scanned = await (
      await post(SCAN_CODE, 'application/json', sampleAt(SCAN_CODE, 'application/json'))
    ).json();
    expect(scanned).toMatchObject({ errcode: 0, errmsg: 'ok', tag: { autoid: '98|0|1' } });
    const queried = await (
      await post(QUERY, 'application/json', sampleAt(QUERY, 'application/json'))
    ).json();
    expect(queried).toMatchObject({ errcode: 0, tag: { paystatus: 'NOTPAY', billstatus: '0' } });
  });

  it('fill a form in with one of them, whose values go together', () => {
    for (const { paths, declared } of servedOperations(app)) {
      const [sample] = declared.requestSamples;
      const { schema } = bodyAt(paths[0]).content['application/x-www-form-urlencoded'] ?? {};
      const members = Object.entries((schema as Schema).properties ?? {}) as [string, Schema][];
      const filled = members.filter(([, { example }]) => example !== undefined);
      const values = filled.map(([name, { example }]) => [name, example as unknown]);
      expect(Object.fromEntries(values)).toEqual(formRequest(sample?.values ?? {}));
      for (const [, one] of members) expect(one.type).toBe('string');
      expect(members.map(([name]) => name)).toEqual(Object.keys(membersOfType(declared.takes)));
    }
  });

  it('of XML answers are what the service writes', async () => {
    const response = await post(
      QUERY,
      'application/json',
      sampleAt(QUERY, 'application/json'),
      'text/xml',
    );
    const shown = operationAt(legacy, QUERY).responses['200'] as RequestBody;
    const values = Object.values(shown.content['text/xml']?.examples ?? {}).map(
      (one) => (one as { value: unknown }).value,
    );
    expect(values).toContain(await response.text());
  });

  it.each([
    ['405', 'GET', SCAN_CODE, 'application/json'],
    ['415', 'POST', QUERY, 'text/plain'],
  ])('of HTTP errors are what the service answers: %s', async (status, method, path, type) => {
    const headers = { 'content-type': type, accept: 'application/json' };
    const body = method === 'POST' ? { body: 'billnum' } : {};
    const response = await fetch(url + path, { method, headers, ...body });
    expect(response.status).toBe(Number(status));
    const shown = operationAt(legacy, path).responses[status] as RequestBody;
    const [example] = Object.values(shown.content['application/json']?.examples ?? {});
    expect((example as { value: unknown }).value).toEqual(await response.json());
  });

  it('of requests in BSON are at the address the document names', () => {
    for (const operation of servedOperations(app)) {
      const { description } = operationAt(legacy, operation.paths[0]);
      for (const one of bsonSamples(operation)) {
        expect(description).toContain(bsonSamplePath(one));
      }
    }
  });
});

describe('the page', () => {
  it.each(['/docs', '/docs/'])('%s needs nothing from elsewhere', async (path) => {
    const response = await fetch(url + path);
    const html = await response.text();
    expect(html).toContain('width=device-width');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const links = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) {
      const asset = new URL(link, url + path);
      expect(asset.origin).toBe(url);
      expect((await fetch(asset)).status).toBe(200);
    }
  });
});
