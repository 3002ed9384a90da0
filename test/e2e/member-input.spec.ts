import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import type { WireFormat } from '../support/process/service';
import { anAsk, receiptRow } from '../support/process/till';

jest.setTimeout(30_000);

const FORMATS: WireFormat[] = ['json', 'form'];
const EMOJI = '\u{1f600}';

/** Values no required text member may have, and how they are called. */
const MISSING: [what: string, value: unknown][] = [
  ['absent', undefined],
  ['empty', ''],
  ['blank', '  '],
  ['a tab and a line end', '\t\r\n'],
  ['a full-width space', '\u3000'],
  ['a no-break space', '\u00a0'],
];

/** Members that are refused, in both formats: the change and the member that is to be named. */
const REFUSED: [what: string, changes: object, member: string][] = [
  ['a bill number of 21 characters', { billnum: 'B'.repeat(21) }, 'billnum'],
  ['11 astral characters: 22 units', { billnum: EMOJI.repeat(11) }, 'billnum'],
  ['20 astral characters: 40 units', { billnum: EMOJI.repeat(20) }, 'billnum'],
  ['21 combining marks', { billnum: 'e\u0301'.repeat(10) + 'x' }, 'billnum'],
  ['zero-width characters count', { billnum: 'B'.repeat(20) + '\u200b' }, 'billnum'],
  ['trailing blanks count', { billnum: `${'B'.repeat(20)} ` }, 'billnum'],
  ['a line end in the bill number', { billnum: 'B\r\n1' }, 'billnum'],
  ['NUL in the bill number', { billnum: 'B\u00001' }, 'billnum'],
  ['bill type 0', { billtype: '0' }, 'billtype'],
  ['bill type 8', { billtype: '8' }, 'billtype'],
  ['bill type 11', { billtype: '11' }, 'billtype'],
  ['a full-width bill type', { billtype: '\uff11' }, 'billtype'],
  ['a blank before the bill type', { billtype: ' 1' }, 'billtype'],
  ['a blank after the bill type', { billtype: '1 ' }, 'billtype'],
  ['bill type 01', { billtype: '01' }, 'billtype'],
  ['bill type 1.0', { billtype: '1.0' }, 'billtype'],
  ['a word for a bill type', { billtype: 'toString' }, 'billtype'],
  ['a paytype of 3 characters', { paytype: '098' }, 'paytype'],
  ['a paytype of 2 astral characters', { paytype: EMOJI.repeat(2) }, 'paytype'],
  ['a control character in the paytype', { paytype: '9\u0001' }, 'paytype'],
  ['no card for type 7', { billtype: '7' }, 'cardno'],
  ['an empty card for type 7', { billtype: '7', cardno: '' }, 'cardno'],
  ['a blank card for type 7', { billtype: '7', cardno: '\u3000 ' }, 'cardno'],
  ['a card of 21 characters', { billtype: '7', cardno: 'C'.repeat(21) }, 'cardno'],
];

/** JSON values of another kind, as written, for text members. */
const ODD_JSON = [
  'true',
  'false',
  '{}',
  '[]',
  '["a"]',
  '{"length":1}',
  '1.5',
  '1e3',
  '0x1F',
  '007',
  'NaN',
];

/** Whole bodies that cannot be read. */
const UNREADABLE: [what: string, body: string][] = [
  ['nothing', ''],
  ['null', 'null'],
  ['an array', '[]'],
  ['a text', '"x"'],
  ['a number', '5'],
  ['half an object', '{"billnum":"A1","billtype":"1"'],
  ['text behind the object', '{"billnum":"A1"} x'],
  ['two objects', '{}{}'],
  ['no JSON at all', 'billnum=A1'],
  ['nested 40 deep', `{"x":${'['.repeat(40)}${']'.repeat(40)}}`],
];

describe('the members of ScanCode', () => {
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

  const PATH = '/api/3Pay/AliPay/ScanCode';

  /** The members without those whose value is undefined. */
  function asked(changes: object): object {
    const members = Object.entries({ ...anAsk(), ...changes });
    return Object.fromEntries(members.filter(([, value]) => value !== undefined));
  }

  async function expectRefused(
    post: () => ReturnType<TestService['post']>,
    errcode: number,
    member: string,
  ): Promise<string> {
    const rows = await inspect.countRows();
    const calls = (await service.sim.calls()).length;
    const answer = await post();
    expect([answer.status, answer.errcode, answer.tag]).toEqual([200, errcode, null]);
    expect(answer.errmsg).toContain(member);
    expect(await inspect.countRows()).toBe(rows);
    expect((await service.sim.calls()).length).toBe(calls);
    return answer.errmsg;
  }

  describe.each(FORMATS)('in %s', (format) => {
    const CASES = ['billnum', 'billtype', 'body', 'paytype'].flatMap((member) =>
      MISSING.map(([what, value]) => [member, what, value] as const),
    );

    it.each(CASES)('%s is refused when it is %s', async (member, _what, value) => {
      const members = asked({ [member]: value });
      await expectRefused(() => service.post('ScanCode', members, format), 40001, member);
    });

    it.each(REFUSED)('%s is refused', async (_what, changes, member) => {
      const post = () => service.post('ScanCode', asked(changes), format);
      const errmsg = await expectRefused(post, 40001, member);
      if (member === 'billtype') expect(errmsg).toContain('1, 2, 3, 4, 5, 6, 7');
    });

    it('names the first invalid member in the order of the contract', async () => {
      const members = { billtype: '9', paytype: 'abc', paymentvalue: 0 };
      await expectRefused(() => service.post('ScanCode', members, format), 40001, 'billnum');
    });
  });

  it.each(['billnum', 'billtype', 'body', 'paytype', 'detail', 'clientip', 'cardno'])(
    '%s in JSON is text or a plain integer, nothing else',
    async (member) => {
      for (const token of ODD_JSON) {
        const body = JSON.stringify(asked({ [member]: 'HERE' })).replace('"HERE"', token);
        await expectRefused(() => service.send(PATH, body), 40001, member);
      }
    },
  );

  it.each(['billnum', 'billtype', 'body', 'paytype'])(
    '%s as JSON null is refused',
    async (member) => {
      await expectRefused(() => service.post('ScanCode', asked({ [member]: null })), 40001, member);
    },
  );

  it('takes plain integers for text members, as hand-written JSON has them', async () => {
    const ask = { ...anAsk(), billnum: 20261122, billtype: 7, paytype: 98, cardno: 1001 };
    const answer = await service.post('ScanCode', ask);
    expect([answer.errcode, answer.tag?.billnum]).toEqual([0, '20261122']);
  });

  it('refuses a member given twice, in whatever case', async () => {
    const json = JSON.stringify(anAsk()).replace(/}$/, ',"BillNum":"B2"}');
    await expectRefused(() => service.send(PATH, json), 40001, 'billnum');
    const members = new URLSearchParams(Object.entries({ ...anAsk(), paymentvalue: '1' }));
    const form = `${members.toString()}&PAYTYPE=97`;
    const type = 'application/x-www-form-urlencoded';
    await expectRefused(() => service.send(PATH, form, type), 40001, 'paytype');
  });

  it('refuses half a character', async () => {
    const body = JSON.stringify(anAsk()).replace('景区门票', '\\ud800');
    await expectRefused(() => service.send(PATH, body), 40001, 'body');
  });

  it('refuses text that is no UTF-8', async () => {
    const bytes = Buffer.from(JSON.stringify(anAsk()).replace('景区门票', '\u00ff'), 'latin1');
    await expectRefused(() => service.send(PATH, bytes), 40000, '');
  });

  it.each(UNREADABLE)('%s is no body', async (_what, body) => {
    await expectRefused(() => service.send(PATH, body), 40000, '');
  });

  it('ignores members it does not know, prototypes among them', async () => {
    const extra = [
      '"autoid":"9","state":"paid","errcode":0,"amount":1,"outTradeNo":"x"',
      '"__proto__":{"cardno":"P"},"constructor":{"prototype":{}}',
    ].join();
    const ask = anAsk();
    const answer = await service.send(PATH, JSON.stringify(ask).replace(/}$/, `,${extra}}`));
    expect([answer.errcode, answer.tag?.autoid]).toEqual([0, '98|0|1']);
    const row = receiptRow(inspect, { ask, autoid: '98|0|1', codeurl: '' });
    expect([row.state, row.amount_fen]).toEqual(['waiting', 8_888]);
    expect(row.out_trade_no).not.toBe('x');
  });
});
