import Ajv from 'ajv';
import { FORM_TYPE } from '../../src/wire/openapi/openapi-samples';
import type { MediaType, Operation, RequestBody } from '../../src/wire/openapi/openapi-types';
import { servedOperations } from '../../src/wire/openapi/swagger-operations';
import { membersOfType } from '../../src/wire/operation/wire-type';
import { rows } from '../support/long';
import { DocumentedApp } from '../support/process/documented-app';

// Every sample of every media type, sent as it stands in the document to a service with fresh
// books, from the top of the page to its end.

const CODE = { autoid: '98|0|1', codeurl: expect.stringContaining('/qr/') as unknown };
const REFUNDED = { billnum: 'DEMO-2001', refundstatus: '2', refundvalue: 33.33 };
const NOTHING_SUCH = { receipts: [], next: null };

/** What a sample is answered with: errcode and members of the tag. */
type Told = readonly [errcode: number, tag: object | null];

/** The samples of each operation, in the order in which a tester tries them. */
const STORY: Readonly<Record<string, readonly Told[]>> = {
  scanCode: [
    [0, { billnum: 'DEMO-1001', ...CODE }],
    [0, { billnum: 'DEMO-7001', ...CODE, autoid: '1' }],
  ],
  query: [[0, { billnum: 'DEMO-1001', paystatus: 'NOTPAY', billstatus: '0' }]],
  barCode: [
    [0, { billnum: 'DEMO-2001', autoid: '97|0|1', paystatus: 'SUCCESS', billstatus: '3' }],
    [0, { billnum: 'DEMO-2002', autoid: '97|0|1', paystatus: 'USERPAYING' }],
  ],
  refund: [
    [0, { ...REFUNDED, refundedtotal: 33.33 }],
    [0, { ...REFUNDED, refundedtotal: 33.33 }], // The same batch: one refund.
  ],
  refundQuery: [[0, REFUNDED]],
  cancel: [
    [0, { billnum: 'DEMO-1001', paystatus: 'REVOKED' }],
    [0, { billnum: 'DEMO-1001', paystatus: 'REVOKED' }],
  ],
  searchReceipts: [
    [0, { receipts: [expect.objectContaining({ id: 1, state: 'cancelled' })], next: null }],
    [0, NOTHING_SUCH],
    [0, NOTHING_SUCH],
  ],
  getReceipt: [[0, { id: 1, billnum: 'DEMO-1001', state: 'cancelled' }]],
  refreshReceipt: [[0, { id: 1, billnum: 'DEMO-1001', state: 'cancelled' }]],
  listEvents: [[40902, null]], // A sandbox tells no system: no receiver is set.
  queryStatus: [
    [0, { checkout_status: 'CANCELED' }],
    [40401, null], // Nobody knows the number that the books will choose.
  ],
};

/** The others are other names of the first two, for whoever reads a body. */
const MEDIA_TYPES = rows(
  ['application/json', 'application/xml', FORM_TYPE, 'application/bson'],
  ['text/json', 'text/xml'],
);

/** A sample in the document: its value, or the address of a file. */
type Shown = { readonly value: unknown } | string;

/** What `fetch` sends. */
type Body = NonNullable<RequestInit['body']>;

interface DocumentedOperation {
  readonly path: string;
  readonly operation: Operation;
  readonly body: RequestBody;
}

/** The operations that take a body in the formats of the house. */
function operationsOf({ document }: DocumentedApp): DocumentedOperation[] {
  return Object.entries(document.paths).flatMap(([path, { post: operation }]) => {
    const body = operation?.requestBody as RequestBody | undefined;
    return operation && body?.content['application/json'] ? [{ path, operation, body }] : [];
  });
}

function samplesOf({ body }: DocumentedOperation, mediaType: string): Shown[] {
  const content = body.content[mediaType] as MediaType & { 'x-samples'?: string[] };
  return content['x-samples'] ?? (Object.values(content.examples ?? {}) as Shown[]);
}

/** The bytes of a sample: what a person copies out of the document, or downloads. */
async function bytesOf(url: string, mediaType: string, shown: Shown): Promise<Body> {
  if (typeof shown === 'string') {
    const file = await fetch(url + shown);
    expect(file.headers.get('content-type')).toBe('application/bson');
    return file.arrayBuffer();
  }
  if (typeof shown.value === 'string') return shown.value;
  if (mediaType !== FORM_TYPE) return JSON.stringify(shown.value);
  return new URLSearchParams(shown.value as Record<string, string>);
}

/** Sends a request and holds the answer against the document. */
async function send(
  { url, contract }: DocumentedApp,
  path: string,
  mediaType: string,
  body: Body,
): Promise<{ errcode: number; tag: object | null }> {
  const headers = { 'Content-Type': mediaType, Accept: 'application/json' };
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  const text = await answer.text();
  (await contract).check(path, answer.status, text);
  return JSON.parse(text) as { errcode: number; tag: object | null };
}

describe.each(MEDIA_TYPES)('the samples in %s', (mediaType) => {
  let documented: DocumentedApp;

  beforeAll(async () => {
    documented = await DocumentedApp.start();
  }, 60_000);
  afterAll(() => documented?.stop());

  it('are answered, each with what it is a sample of', async () => {
    const operations = operationsOf(documented);
    const ids = operations.map(({ operation }) => operation.operationId ?? '');
    expect(ids.toSorted()).toEqual(Object.keys(STORY).toSorted());
    for (const [id, told] of Object.entries(STORY)) {
      const one = operations[ids.indexOf(id)] as DocumentedOperation;
      const samples = samplesOf(one, mediaType);
      expect([id, samples.length]).toEqual([id, told.length]);
      for (const [i, [errcode, tag]] of told.entries()) {
        const body = await bytesOf(documented.url, mediaType, samples[i] ?? '');
        const answer = await send(documented, one.path, mediaType, body);
        expect([id, i, answer]).toMatchObject([id, i, { errcode, tag }]);
      }
    }
  });

  it('charge no bill of another operation', async () => {
    const body = JSON.stringify({ pagesize: 200 });
    const search = '/api/3Pay/Receipts/Search';
    const { tag } = await send(documented, search, 'application/json', body);
    const { receipts } = tag as { receipts: Record<string, unknown>[] };
    const kept = receipts.map((one) => [one['billnum'], one['paytype'], one['state']]);
    expect(kept.toSorted()).toEqual([
      ['DEMO-1001', '98', 'cancelled'],
      ['DEMO-2001', '97', 'paid'],
      ['DEMO-2002', '97', 'waiting'],
      ['DEMO-7001', '98', 'waiting'],
    ]);
    const trades = await documented.sim.trades();
    const paid = trades.filter((trade) => trade.paid);
    expect(paid.map(({ totalFen, refundedFen }) => [totalFen, refundedFen])).toEqual([
      [8888, 3333],
    ]);
  });
});

describe('a request', () => {
  let documented: DocumentedApp;
  let accepts: (operation: DocumentedOperation, mediaType: string, body: unknown) => boolean;

  beforeAll(async () => {
    documented = await DocumentedApp.start();
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema(documented.document, 'document');
    accepts = ({ path }, mediaType, body) => {
      const steps = ['paths', path, 'post', 'requestBody', 'content', mediaType, 'schema'];
      const pointer = steps.map((step) => step.replaceAll('/', '~1')).join('/');
      return ajv.compile({ $ref: `document#/${pointer}` })(body);
    };
  }, 60_000);
  afterAll(() => documented?.stop());

  it('in JSON or a form of every sample is as its schema says', () => {
    for (const one of operationsOf(documented)) {
      for (const mediaType of ['application/json', 'text/json', FORM_TYPE]) {
        for (const sample of samplesOf(one, mediaType)) {
          const { value } = sample as { value: unknown };
          expect([value, accepts(one, mediaType, value)]).toEqual([value, true]);
        }
      }
    }
  });

  /** Is a member of a first sample taken with this value? Not, when it is named as invalid. */
  async function isTaken(one: DocumentedOperation, name: string, value: unknown) {
    const [sample] = samplesOf(one, 'application/json') as { value: object }[];
    const body = { ...sample?.value, [name]: value };
    const text = JSON.stringify(body);
    const { errcode } = await send(documented, one.path, 'application/json', text);
    return { taken: errcode !== 40001, documented: accepts(one, 'application/json', body) };
  }

  it('may have a member that is null exactly where the document says so', async () => {
    for (const { name, declared } of servedOperations(documented.app)) {
      const one = operationsOf(documented).find((each) => each.operation.operationId === name);
      for (const member of Object.keys(membersOfType(declared.takes))) {
        // One of its two is needed, which no schema of OpenAPI 3.0 says.
        if (name === 'queryStatus' && member === 'biz_order_id') continue;
        const { taken, ...said } = await isTaken(one as DocumentedOperation, member, null);
        expect([name, member, said.documented]).toEqual([name, member, taken]);
      }
    }
  });

  it.each<[value: unknown, taken: boolean]>([
    [88.88, true],
    ['88.88', true],
    [' +.5 ', true],
    ['007', true],
    ['5.', true],
    ['5-', false],
    ['5,00', false],
    ['1e2', false],
    [1e2, true],
    ['', false],
    ['.', false],
    [0, false],
    [100_000_000.01, false],
    [true, false],
    [[5], false],
  ])('may have an amount as number or text: %j', async (value, taken) => {
    for (const [id, member] of [
      ['scanCode', 'paymentvalue'],
      ['refund', 'refundvalue'],
    ] as const) {
      const one = operationsOf(documented).find((each) => each.operation.operationId === id);
      const found = await isTaken(one as DocumentedOperation, member, value);
      expect(found).toEqual({ taken, documented: taken });
    }
  });
});
