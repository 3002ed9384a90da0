import { Double, Long, serialize } from 'bson';
import type { BooksInspect } from '../database/books-inspect';
import { rows } from '../support/long';
import { messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import type { Answer } from '../support/process/service';
import {
  anAsk,
  cancel,
  getCode,
  payAtSimulator,
  query,
  receiptRow,
  saying,
} from '../support/process/till';
import { paidAndTold } from '../support/process/till';
import type { GivenCode } from '../support/process/till';

jest.setTimeout(30_000);

const BASE = '/api/3Pay/AliPay';
const SPACE =
  'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer.Tour.V5.Parm.Pay';
const HOUR_MS = 3_600_000;
const ROOTS = { BarCode: 'AliBarCodeParm', Cancel: 'AliPayCancelParm' } as const;

type Operation = keyof typeof ROOTS;
type Members = Readonly<Record<string, string | number>>;

let scanned = 0;

function aCharge(): Members {
  scanned += 1;
  const barcode = `2876543211${String(scanned).padStart(7, '0')}0`;
  return { ...anAsk('2', { paytype: '97' }), barcode };
}

function nameOf({ ask: { billnum, billtype, paytype }, autoid }: GivenCode): Members {
  return { billnum, autoid, billtype, paytype };
}

/** How a body says the time, by format. */
const BODIES: Readonly<
  Record<string, (operation: Operation, members: Members, until: number) => [string, Buffer]>
> = {
  'JSON, a number': (_o, members, validuntil) => json({ ...members, validuntil }),
  'JSON, text': (_o, members, until) => json({ ...members, validuntil: String(until) }),
  XML: (operation, members, until) => [
    'application/xml',
    Buffer.from(
      `<${ROOTS[operation]} xmlns="${SPACE}">` +
        Object.entries({ ...members, validuntil: until })
          .map(([name, value]) => `<${name}>${value}</${name}>`)
          .join('') +
        `</${ROOTS[operation]}>`,
    ),
  ],
  form: (_o, members, until) => [
    'application/x-www-form-urlencoded',
    Buffer.from(new URLSearchParams(texts({ ...members, validuntil: until })).toString()),
  ],
  'BSON, a double': (_o, members, until) => bson({ ...members, validuntil: new Double(until) }),
  'BSON, an int64': (_o, members, until) =>
    bson({ ...members, validuntil: Long.fromNumber(until) }),
  'BSON, text': (_o, members, until) => bson({ ...members, validuntil: String(until) }),
};

function json(members: object): [string, Buffer] {
  return ['application/json', Buffer.from(JSON.stringify(members))];
}

function bson(members: object): [string, Buffer] {
  return ['application/bson', Buffer.from(serialize(members))];
}

function texts(members: Members): Record<string, string> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(value)]));
}

/** What the styles say of each code is in http-style.spec.ts. */
const STYLES = rows<'legacy' | 'rest'>(['legacy'], ['rest']);

describe.each(STYLES)('a time until which a call is wanted, %s', (style) => {
  let service: TestService;
  let inspect: BooksInspect;
  let raw: RawCaller;
  const status = style === 'rest' ? 409 : 200;

  beforeAll(async () => {
    service = await TestService.start({ ...OVER_TCP, HTTP_STATUS_STYLE: style });
    inspect = service.inspect();
    raw = await RawCaller.to(messagePort(service));
  });
  afterAll(async () => {
    raw?.end();
    inspect?.close();
    await service?.stop();
  });

  function post(operation: Operation, [type, body]: [string, Buffer], until?: string) {
    const more = until === undefined ? {} : { 'X-Valid-Until': until };
    return service.send(`${BASE}/${operation}`, body, type, more);
  }

  function rowsOf(billnum: unknown): number {
    return inspect.rows('select id from receipt where bill_no = ?', String(billnum)).length;
  }

  it.each(Object.keys(BODIES))('BarCode in %s', async (format) => {
    const body = BODIES[format];
    if (!body) throw new Error('no such format');
    const late = aCharge();
    const refused = await post('BarCode', body('BarCode', late, Date.now() - HOUR_MS));
    expect([refused.errcode, refused.status]).toEqual([40904, status]);
    expect(refused.tag).toBeNull();
    expect(rowsOf(late['billnum'])).toBe(0);
    const inTime = await post('BarCode', body('BarCode', late, Date.now() + HOUR_MS));
    expect(saying(inTime)).toBe('0 SUCCESS 3');
  });

  it.each(Object.keys(BODIES))('Cancel in %s, of a code and of a payment', async (format) => {
    const body = BODIES[format];
    if (!body) throw new Error('no such format');
    for (const code of [await getCode(service, anAsk()), await paidAndTold(service, inspect)]) {
      const before = receiptRow(inspect, code);
      const refused = await post('Cancel', body('Cancel', nameOf(code), Date.now() - HOUR_MS));
      expect([refused.errcode, refused.status]).toEqual([40904, status]);
      expect(receiptRow(inspect, code)).toEqual(before);
      const inTime = await post('Cancel', body('Cancel', nameOf(code), Date.now() + HOUR_MS));
      expect(saying(inTime)).toMatch(/^0 (REVOKED|REFUND) /);
      // What it has done is told for ever.
      const again = await post('Cancel', body('Cancel', nameOf(code), Date.now() - HOUR_MS));
      expect(saying(again)).toBe(saying(inTime));
    }
  });

  it('may stand in the header, and of two the earlier counts', async () => {
    const charge = aCharge();
    const [past, future] = [Date.now() - HOUR_MS, Date.now() + HOUR_MS].map(String);
    const told = async (header: string | undefined, member: object): Promise<Answer> =>
      post('BarCode', json({ ...charge, ...member }), header);
    expect((await told(past, {})).errcode).toBe(40904);
    expect((await told(past, { validuntil: future })).errcode).toBe(40904);
    expect((await told(future, { validuntil: past })).errcode).toBe(40904);
    expect(rowsOf(charge['billnum'])).toBe(0);
    expect(saying(await told(future, { validuntil: null }))).toBe('0 SUCCESS 3');
  });

  it('five seconds are tolerated', async () => {
    const charge = aCharge();
    const sent = json({ ...charge, validuntil: Date.now() - 2_000 });
    expect(saying(await post('BarCode', sent))).toBe('0 SUCCESS 3');
  });

  it('Cancel and BarCode by message', async () => {
    const code = await getCode(service, anAsk());
    const late = { ...nameOf(code), validuntil: Date.now() - HOUR_MS };
    const refused = await raw.send('3pay.alipay.cancel', JSON.stringify(late));
    expect(JSON.parse(refused)).toMatchObject({ errcode: 40904, tag: null });
    const charge = { ...aCharge(), validuntil: String(Date.now() - HOUR_MS) };
    const other = await raw.send('3pay.alipay.barcode', JSON.stringify(charge));
    expect(JSON.parse(other)).toMatchObject({ errcode: 40904, tag: null });
    expect(saying(await query(service, code))).toBe('0 NOTPAY 0');
    const inTime = { ...nameOf(code), validuntil: Date.now() + HOUR_MS };
    const done = await raw.send('3pay.alipay.cancel', JSON.stringify(inTime));
    expect(JSON.parse(done)).toMatchObject({ errcode: 0, tag: { paystatus: 'REVOKED' } });
  });

  it.each<[string, unknown]>([
    ['seconds', 1_795_300_000],
    ['microseconds', 1_795_300_000_000_000],
    ['a fraction', 1_795_300_000_000.5],
    ['zero', 0],
    ['nothing', ''],
    ['a blank', ' '],
    ['a date', '2026-11-22T04:00:00Z'],
    ['a sign', '+1795300000000'],
    ['other digits', '１７９５３００００００００'],
    ['truth', true],
    ['a list', [1_795_300_000_000]],
  ])('%s is no such time: 40001, which names it', async (_what, validuntil) => {
    const charge = aCharge();
    const answers = [await post('BarCode', json({ ...charge, validuntil }))];
    const code = { billnum: charge['billnum'] ?? '', autoid: '1', billtype: '2', paytype: '97' };
    answers.push(await post('Cancel', json({ ...code, validuntil })));
    for (const { errcode, errmsg } of answers) {
      expect(errcode).toBe(40001);
      expect(errmsg).toContain('validuntil');
    }
    expect(rowsOf(charge['billnum'])).toBe(0);
  });

  it.each(['1795300000', 'soon', '', '1795300000000, 1795300000000'])(
    'the header %j is no such time',
    async (header) => {
      const charge = aCharge();
      const { errcode, errmsg } = await post('BarCode', json(charge), header);
      expect([errcode, errmsg.includes('X-Valid-Until')]).toEqual([40001, true]);
      expect(rowsOf(charge['billnum'])).toBe(0);
    },
  );

  it('ScanCode and Query do not look at it', async () => {
    for (const validuntil of [Date.now() - HOUR_MS, 'soon', {}]) {
      const ask = { ...anAsk(), validuntil };
      const code = await getCode(service, ask);
      const named = JSON.stringify({ ...nameOf(code), validuntil });
      const more = { 'X-Valid-Until': 'soon' };
      const answer = await service.send(`${BASE}/Query`, named, 'application/json', more);
      expect(saying(answer)).toBe('0 NOTPAY 0');
    }
  });

  it('a charge of the same bill that is not decided is told, however late', async () => {
    const charge = { ...aCharge(), barcode: '287654321200000005' }; // Asks for the password.
    expect(saying(await post('BarCode', json(charge)))).toBe('0 USERPAYING 0');
    const late = json({ ...charge, validuntil: Date.now() - HOUR_MS });
    expect((await post('BarCode', late)).errcode).toBe(1);
  });

  it('a payment that no till was told of is told, however late', async () => {
    const code = await getCode(service, anAsk());
    await payAtSimulator(service, code);
    await service.sim.heal();
    const charge = { ...code.ask, barcode: '287654321300000000', validuntil: Date.now() - HOUR_MS };
    // The books do not know yet; the code is not made to give way.
    expect((await post('BarCode', json(charge))).errcode).toBe(40904);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    expect(saying(await cancel(service, code))).toMatch(/^0 REFUND/);
  });
});
