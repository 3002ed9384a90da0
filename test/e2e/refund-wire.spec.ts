import { deserialize, Double, Long } from 'bson';
import type { BooksInspect } from '../database/books-inspect';
import { HOSTILE, WRITERS } from '../access/hostile-texts';
import type { RequestContract } from '../../src/wire/operation/contract';
import { AliPayRefundParm, AliPayRefundQueryParm } from '../support/contracts';
import { messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import type { MessageAnswer } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import type { Answer } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import { anAsk, receiptRow, refund, refundMembers, refundSaying } from '../support/process/till';

jest.setTimeout(60_000);

const BASE = '/api/3Pay/AliPay';
const HOUR_MS = 3_600_000;
const ROOT = 'CommonOperationResultWithTagOfRefundResultKp9g8rEY';
const RESULTS = 'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer';
const FORMATS = Object.keys(WRITERS);

type Operation = 'Refund' | 'RefundQuery';
const CONTRACTS: Readonly<Record<Operation, RequestContract>> = {
  Refund: AliPayRefundParm,
  RefundQuery: AliPayRefundQueryParm,
};

let service: TestService;
let inspect: BooksInspect;
let raw: RawCaller;
let charged = 0;

beforeAll(async () => {
  service = await TestService.start(OVER_TCP);
  inspect = service.inspect();
  raw = await RawCaller.to(messagePort(service));
});
afterAll(async () => {
  raw?.end();
  inspect?.close();
  await service?.stop();
});

/** A receipt of 100.00 that is paid: the guest's code was charged at once. */
async function aCharge(): Promise<GivenCode> {
  charged += 1;
  const ask = anAsk('2', { paytype: '97', paymentvalue: '100.00' });
  const barcode = `2876543210${String(charged).padStart(7, '0')}0`;
  const { tag, text } = await service.post('BarCode', { ...ask, barcode });
  if (tag?.['paystatus'] !== 'SUCCESS') throw new Error(`not paid: ${text}`);
  return { ask, autoid: tag['autoid'] ?? '', codeurl: '' };
}

function bodyOf(operation: Operation, format: string, members: object): Buffer {
  return WRITERS[format]?.(CONTRACTS[operation], members) ?? Buffer.alloc(0);
}

function post(operation: Operation, format: string, members: object): Promise<Answer> {
  return service.send(`${BASE}/${operation}`, bodyOf(operation, format, members), format);
}

async function answered(operation: Operation, members: object, accept: string): Promise<Buffer> {
  const answer = await fetch(`${service.url}${BASE}/${operation}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: accept },
    body: JSON.stringify(members),
  });
  expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([200, accept]);
  return Buffer.from(await answer.arrayBuffer());
}

describe('Refund and RefundQuery', () => {
  it.each(FORMATS)('are read from %s', async (format) => {
    const code = await aCharge();
    const done = await post('Refund', format, refundMembers(code, { operatorno: 'desk-3' }));
    expect(refundSaying(done)).toBe('0 2 33.33');
    const members = { ...refundMembers(code), refundvalue: undefined };
    const { refundvalue, ...named } = members;
    expect(refundvalue).toBeUndefined();
    expect((await post('RefundQuery', format, named)).text).toBe(done.text);
  });

  it.each([
    ['a double', new Double(33.33)],
    ['an int64', Long.fromNumber(33)],
    ['a number', 33],
  ])('an amount in BSON is %s, too', async (_what, refundvalue) => {
    const code = await aCharge();
    const members = { ...refundMembers(code), refundvalue };
    expect((await post('Refund', 'application/bson', members)).errcode).toBe(0);
  });

  it('are answered in XML, and in BSON with doubles', async () => {
    const code = await aCharge();
    expect((await refund(service, code, { refundvalue: '33.30' })).errcode).toBe(0);
    const asked = refundMembers(code);
    const xml = (await answered('RefundQuery', asked, 'application/xml')).toString();
    expect(xml).toMatch(new RegExp(`^<${ROOT} [^>]*xmlns="${RESULTS}"`));
    expect(xml).toContain(
      `<d2p1:autoid>${code.autoid}</d2p1:autoid><d2p1:batchno>B1</d2p1:batchno>`,
    );
    expect(xml).toContain('<d2p1:refundedtotal>33.30</d2p1:refundedtotal>');
    expect(xml).toContain('<d2p1:refundstatus>2</d2p1:refundstatus>');
    expect(xml).toContain('<d2p1:refundvalue>33.30</d2p1:refundvalue>');
    const tag = {
      ...{ billnum: code.ask.billnum, autoid: code.autoid, batchno: 'B1' },
      ...{ refundstatus: '2', refundvalue: 33.3, refundedtotal: 33.3 },
    };
    const bson = deserialize(await answered('RefundQuery', asked, 'application/bson'));
    expect(bson).toEqual({ errcode: 0, errmsg: 'ok', tag });
    const none = { ...asked, batchno: 'B2' };
    expect((await answered('RefundQuery', none, 'text/xml')).toString()).toContain('40401');
  });

  it('that are undecided bring the refund in their tag, in XML and BSON, too', async () => {
    const code = await aCharge();
    await service.sim.emptyAccount();
    expect(refundSaying(await refund(service, code))).toBe('1 1 0.00');
    await service.sim.heal();
    const asked = refundMembers(code);
    const xml = (await answered('RefundQuery', asked, 'application/xml')).toString();
    expect(xml).toContain('<errcode>1</errcode>');
    expect(xml).toContain('<d2p1:refundstatus>1</d2p1:refundstatus>');
    const bson = deserialize(await answered('RefundQuery', asked, 'application/bson'));
    expect(bson).toMatchObject({ errcode: 1, tag: { refundstatus: '1', refundvalue: 33.33 } });
  });

  it('have another address each', async () => {
    const code = await aCharge();
    const body = JSON.stringify(refundMembers(code));
    const done = await service.send('/API/unpos/3pay/alipay/REFUND', body);
    expect(refundSaying(done)).toBe('0 2 33.33');
    const asked = await service.send('/api/UnPos/3Pay/AliPay/RefundQuery', body);
    expect(asked.text).toBe(done.text);
  });

  it('are messages, in the words of HTTP', async () => {
    const code = await aCharge();
    const body = JSON.stringify(refundMembers(code));
    const done = await raw.send('3pay.alipay.refund', body);
    expect(JSON.parse(done)).toMatchObject({ errcode: 0, tag: { refundstatus: '2' } });
    expect((await refund(service, code)).text).toBe(done);
    expect(await raw.send('3pay.alipay.refundquery', body)).toBe(done);
    const more = JSON.stringify(refundMembers(code, { batchno: 'B2', refundvalue: 66.68 }));
    const refused = JSON.parse(await raw.send('3pay.alipay.refund', more)) as MessageAnswer;
    expect([refused.errcode, refused.errmsg]).toEqual([40902, expect.stringContaining('66.67')]);
  });
});

describe('a Refund that is wanted until a time', () => {
  it.each(FORMATS)('that is over does nothing; the batch it began is told, %s', async (format) => {
    const code = await aCharge();
    const at = (ms: number) => ({ ...refundMembers(code), validuntil: String(Date.now() + ms) });
    const late = await post('Refund', format, at(-HOUR_MS));
    expect([late.errcode, late.tag]).toEqual([40904, null]);
    expect(await inspect.refunds(receiptRow(inspect, code).id)).toEqual([]);
    const done = await post('Refund', format, at(HOUR_MS));
    expect(refundSaying(done)).toBe('0 2 33.33');
    expect((await post('Refund', format, at(-HOUR_MS))).text).toBe(done.text);
  });

  it('may say so in the header; RefundQuery does not look at it', async () => {
    const code = await aCharge();
    const send = (operation: Operation, until: string) => {
      const body = JSON.stringify(refundMembers(code));
      const more = { 'X-Valid-Until': until };
      return service.send(`${BASE}/${operation}`, body, 'application/json', more);
    };
    expect((await send('Refund', String(Date.now() - HOUR_MS))).errcode).toBe(40904);
    expect((await send('Refund', 'soon')).errcode).toBe(40001);
    expect((await send('Refund', String(Date.now() + HOUR_MS))).errcode).toBe(0);
    expect((await send('RefundQuery', 'soon')).errcode).toBe(0);
  });
});

/** Members that are refused: the change, and the member that is named. */
const REFUSED: [what: string, changes: Readonly<Record<string, unknown>>, member: string][] = [
  ['no amount', { refundvalue: '' }, 'refundvalue'],
  ['nothing to give back', { refundvalue: '0' }, 'refundvalue'],
  ['less than nothing', { refundvalue: '-1' }, 'refundvalue'],
  ['half a fen', { refundvalue: '0.005' }, 'refundvalue'],
  ['a fen and a half', { refundvalue: '1.015' }, 'refundvalue'],
  ['an exponent', { refundvalue: '1e1' }, 'refundvalue'],
  ['commas', { refundvalue: '1,00' }, 'refundvalue'],
  ['more than there can be', { refundvalue: '100000000.01' }, 'refundvalue'],
  ['a word', { refundvalue: 'all' }, 'refundvalue'],
  ['no batch', { batchno: '' }, 'batchno'],
  ['a blank batch', { batchno: ' \u3000' }, 'batchno'],
  ['a batch of 51 characters', { batchno: 'B'.repeat(51) }, 'batchno'],
  ['a batch of 26 astral characters', { batchno: '\u{1f600}'.repeat(26) }, 'batchno'],
  ['a line end in the batch', { batchno: 'B1\n' }, 'batchno'],
  ['an operator of 33 characters', { operatorno: 'x'.repeat(33) }, 'operatorno'],
  ['a tab in the operator', { operatorno: 'desk\t3' }, 'operatorno'],
  ['a reason of 257 characters', { reason: '雨'.repeat(257) }, 'reason'],
  ['bill type 8', { billtype: '8' }, 'billtype'],
  ['no receipt', { autoid: '' }, 'autoid'],
];

describe.each(['application/json', 'application/x-www-form-urlencoded'])('in %s', (format) => {
  let code: GivenCode;
  beforeAll(async () => {
    code = await aCharge();
  });

  it.each(REFUSED)('%s is refused, and nothing is done', async (_what, changes, member) => {
    const rows = await inspect.countRows();
    const calls = (await service.sim.calls()).length;
    const operations: Operation[] = ['Refund'];
    if (AliPayRefundQueryParm.placeOf.has(member)) operations.push('RefundQuery');
    for (const operation of operations) {
      const answer = await post(operation, format, { ...refundMembers(code), ...changes });
      expect([answer.status, answer.errcode, answer.tag]).toEqual([200, 40001, null]);
      expect(answer.errmsg).toContain(`: ${member}: `);
    }
    expect([await inspect.countRows(), (await service.sim.calls()).length]).toEqual([rows, calls]);
  });
});

it('the internal batch of a duplicate is nobody to ask for', async () => {
  const code = await aCharge();
  for (const batchno of ['\u0001duplicate', '\u0001DUPLICATE', '\u0001channel 0']) {
    for (const operation of ['Refund', 'RefundQuery'] as const) {
      const answer = await post(operation, 'application/json', refundMembers(code, { batchno }));
      expect([answer.errcode, answer.errmsg]).toEqual([40001, expect.stringContaining('batchno')]);
    }
  }
  expect(refundSaying(await refund(service, code, { batchno: 'duplicate' }))).toBe('0 2 33.33');
});

describe('hostile text over receipts that are paid', () => {
  async function cell(member: 'batchno' | 'operatorno' | 'reason', nth: number): Promise<string[]> {
    const text = HOSTILE[nth] ?? '';
    const format = FORMATS[nth % FORMATS.length] ?? '';
    const code = await aCharge();
    const answer = await post('Refund', format, refundMembers(code, { [member]: text }));
    const where = `${member} ${format} ${JSON.stringify(text)}: ${answer.text}`;
    const { id } = receiptRow(inspect, code);
    type Row = Readonly<Record<string, unknown>>;
    const select = 'select batch_no, operator_no, reason from refund where receipt_row_id = ?';
    const [row] = inspect.rows<Row>(select, id);
    if ([40000, 40001].includes(answer.errcode)) return row ? [`saved: ${where}`] : [];
    if (refundSaying(answer) !== '0 2 33.33') return [where];
    const column = { batchno: 'batch_no', operatorno: 'operator_no', reason: 'reason' }[member];
    const kept = row?.[column] ?? '';
    // A form and XML carry half a character, and XML line ends, as something else.
    const carried = format.includes('json') ? text : Buffer.from(text).toString();
    const same = kept === carried || kept === '' || format.includes('xml');
    return same ? [] : [`changed to ${JSON.stringify(kept)}: ${where}`];
  }

  it.each(['batchno', 'operatorno', 'reason'] as const)('as %s is data or refused', async (one) => {
    const wrong: string[] = [];
    for (let nth = 0; nth < HOSTILE.length; nth += 4) {
      const some = [nth, nth + 1, nth + 2, nth + 3].filter((place) => place < HOSTILE.length);
      wrong.push(...(await Promise.all(some.map((place) => cell(one, place)))).flat());
    }
    expect(wrong).toEqual([]);
  });
});
