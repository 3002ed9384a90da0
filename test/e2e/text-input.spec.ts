import type { BillType } from '../../src/domain/bill';
import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import type { WireFormat } from '../support/process/service';
import type { Ask } from '../support/process/till';
import { anAsk, getCode, query, receiptRow, saying } from '../support/process/till';

jest.setTimeout(30_000);

const EMOJI = '\u{1f600}';
const FORMATS: WireFormat[] = ['json', 'form'];

/** Bill numbers that pass and are kept to the letter. */
const BILLS: [what: string, billnum: string][] = [
  ['20 characters', 'B'.repeat(20)],
  ['10 astral characters: 20 units', EMOJI.repeat(10)],
  ['10 letters with combining marks', 'e\u0301'.repeat(10)],
  ['NFC', `NF-\u00e9`],
  ['NFD', `NF-e\u0301`],
  ['zero-width characters', 'Z\u200b\u200dZ'],
  ['only a zero-width space', '\u200b'],
  ['SQL', `'; drop table bill--`],
  ['wildcards', '%_[a-z]'],
  ['markup', '<b>&amp;"</b>'],
  ['a full-width number', '\uff11\uff12'],
  ['a trailing full-width space', 'W\u3000'],
];

/** What the till gives as its address, and what Alipay is told. */
const ADDRESSES: [what: string, clientip: string | undefined, told: string][] = [
  ['none', undefined, '202.96.128.68'],
  ['an empty one', '', '202.96.128.68'],
  ['blanks', '  ', '202.96.128.68'],
  ['a word', 'localhost', '202.96.128.68'],
  ['a number too large', '300.1.1.1', '202.96.128.68'],
  ['with a port', '203.0.113.7:80', '202.96.128.68'],
  ['with a line end', '203.0.113.7\r\nX: y', '202.96.128.68'],
  ['with a blank', ' 203.0.113.7', '202.96.128.68'],
  ['1 KB', '1'.repeat(1_024), '202.96.128.68'],
  ['an IPv4 address', '203.0.113.7', '203.0.113.7'],
  ['an IPv6 address', '2001:db8::1', '2001:db8::1'],
];

const TEXTS: [what: string, text: string][] = [
  ['what Alipay forbids in a subject', 'a/b=c&d'],
  ['only what Alipay forbids', '/=&'],
  ['emoji', `${EMOJI} 票`],
  ['control characters', 'a\u0001b\tc\r\nd\u0000e'],
  ['quotes, escapes and percents', `'"\\ %41 + %zz`],
  ['half of an emoji at the cut', `${'x'.repeat(255)}${EMOJI}`],
  ['15,000 characters', '票'.repeat(15_000)],
];

describe('text', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start();
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  async function saved(ask: Ask, autoid: string) {
    const { out_trade_no: outTradeNo } = receiptRow(inspect, { ask, autoid, codeurl: '' });
    const [call] = await service.sim.calls({ method: 'precreate', outTradeNo });
    return { call, row: await inspect.systemRow(ask.billtype as BillType, outTradeNo) };
  }

  describe.each(FORMATS)('in %s', (format) => {
    it.each(BILLS)('bill number of %s is kept and found', async (_what, billnum) => {
      const ask = anAsk(format === 'json' ? '2' : '3', { billnum });
      const first = await service.post('ScanCode', ask, format);
      expect([first.errcode, first.tag?.billnum]).toEqual([0, billnum]);
      const code = { ask, autoid: first.tag?.autoid ?? '', codeurl: '' };
      const { row } = await saved(ask, code.autoid);
      expect(row?.billnum).toBe(billnum);
      const answer = await query(service, code, format);
      expect([saying(answer), answer.tag?.billnum]).toEqual(['0 NOTPAY 0', billnum]);
    });

    it.each(ADDRESSES)('clientip: %s', async (_what, clientip, told) => {
      const ask = anAsk('2', clientip === undefined ? {} : { clientip });
      const { autoid } = await getCode(service, ask, format);
      const { call, row } = await saved(ask, autoid);
      expect(call?.bizContent['business_params']).toEqual({ mc_create_trade_ip: told });
      expect(row?.clientip).toBe(told);
    });

    it.each(TEXTS)(
      'body and detail: %s are stored whole, the call is valid',
      async (_what, text) => {
        // The largest body in a form: 15,000 times three bytes, each percent-encoded.
        const size = format === 'form' && text.length > 1_000 ? 3_000 : text.length;
        const ask = anAsk('2', { body: text.slice(0, size), detail: text.slice(0, size) });
        const { autoid } = await getCode(service, ask, format);
        const { call, row } = await saved(ask, autoid);
        expect([row?.body, row?.detail]).toEqual([ask.body, ask.detail]);
        const { subject } = call?.bizContent ?? {};
        expect(subject).not.toMatch(/[/=&\p{Cc}\p{Cs}]/u);
        expect(String(subject).length).toBeGreaterThan(0);
        expect(String(subject).length).toBeLessThanOrEqual(256);
      },
    );

    it.each(['zz', '1', '9x', '票', EMOJI])('paytype %j passes', async (paytype) => {
      const code = await getCode(service, anAsk('1', { paytype }), format);
      expect(code.autoid).toBe(`${paytype}|0|1`);
      expect(saying(await query(service, code, format))).toBe('0 NOTPAY 0');
    });
  });

  it('never takes the address from a forwarded header', async () => {
    const ask = anAsk('2');
    const forged = { 'X-Forwarded-For': '198.51.100.1', 'X-Real-IP': '198.51.100.1' };
    const path = '/api/3Pay/AliPay/ScanCode';
    const { tag } = await service.send(path, JSON.stringify(ask), 'application/json', forged);
    const { call } = await saved(ask, tag?.autoid ?? '');
    expect(call?.bizContent['business_params']).toEqual({ mc_create_trade_ip: '202.96.128.68' });
  });

  it.each(['body', 'detail'])(
    'a %s of 1 MB is too large, and nothing is written',
    async (member) => {
      const rows = await inspect.countRows();
      const answer = await service.post('ScanCode', {
        ...anAsk(),
        [member]: 'x'.repeat(1_048_576),
      });
      expect([answer.status, answer.errcode]).toEqual([413, 41300]);
      expect(await inspect.countRows()).toBe(rows);
    },
  );
});
