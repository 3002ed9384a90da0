import type { BooksInspect } from '../database/books-inspect';
import { TestService, readAnswer } from '../support/process/service';
import {
  anAsk,
  getCode,
  paidAndTold,
  payAtSimulator,
  query,
  saying,
} from '../support/process/till';

jest.setTimeout(60_000);

const SCAN = '/api/3Pay/AliPay/ScanCode';

/** What a refusal is by style: HTTP status, and whether the body is the envelope. */
interface Refusal {
  readonly what: string;
  readonly ask: (service: TestService, inspect: BooksInspect) => Promise<[number, number]>;
  /** `status errcode`; NaN where the legacy error body stands instead of the envelope. */
  readonly legacy: string;
  readonly rest: string;
}

async function posted(service: TestService, body: string, path = SCAN): Promise<[number, number]> {
  const { status, errcode } = await service.send(path, body);
  return [status, errcode];
}

const REFUSALS: Refusal[] = [
  {
    what: 'a code',
    ask: (service) => posted(service, JSON.stringify(anAsk())),
    legacy: '200 0',
    rest: '200 0',
  },
  {
    what: 'an unreadable body',
    ask: (service) => posted(service, '{'),
    legacy: '200 40000',
    rest: '400 40000',
  },
  {
    what: 'an invalid member',
    ask: (service) => posted(service, '{}'),
    legacy: '200 40001',
    rest: '400 40001',
  },
  {
    what: 'a receipt nobody knows',
    ask: async (service) => {
      const name = { billnum: 'NONE', autoid: '1', billtype: '2', paytype: '98' };
      const { status, errcode } = await service.post('Query', name);
      return [status, errcode];
    },
    legacy: '200 40401',
    rest: '404 40401',
  },
  {
    what: 'a bill that is paid',
    ask: async (service, inspect) => {
      const { ask } = await paidAndTold(service, inspect);
      return posted(service, JSON.stringify(ask));
    },
    legacy: '200 40901',
    rest: '409 40901',
  },
  {
    what: 'a bill whose code is just being asked for on other terms',
    ask: async (service, inspect) => {
      const ask = anAsk();
      const slow = { method: 'precreate', fault: 'delay', delayMs: 1_500 } as const;
      await service.sim.spoil(slow);
      const first = posted(service, JSON.stringify(ask));
      const begun = () => inspect.rows('select 1 from receipt where bill_no = ?', ask.billnum);
      while (begun().length === 0) await new Promise((done) => setTimeout(done, 5));
      const second = await posted(service, JSON.stringify({ ...ask, paymentvalue: 1 }));
      await first;
      return second;
    },
    legacy: '200 40902',
    rest: '409 40902',
  },
  {
    what: 'an outcome not known',
    ask: async (service) => {
      await service.sim.spoil({ method: 'precreate', fault: 'http502' });
      return posted(service, JSON.stringify(anAsk()));
    },
    legacy: '200 1',
    rest: '200 1',
  },
  {
    what: 'a body too large',
    ask: (service) => posted(service, JSON.stringify({ ...anAsk(), body: 'x'.repeat(200_000) })),
    legacy: '413 41300',
    rest: '413 41300',
  },
  {
    what: 'a media type nobody reads',
    ask: async (service) => {
      const { status, errcode } = await service.send(SCAN, 'x', 'text/plain');
      return [status, errcode];
    },
    legacy: '415 NaN',
    rest: '415 41500',
  },
  {
    what: 'an address nobody serves',
    ask: (service) => posted(service, '{}', '/api/3Pay/AliPay/Nothing'),
    legacy: '404 NaN',
    rest: '404 40400',
  },
  {
    what: 'the wrong verb',
    ask: async (service) => {
      const { status, errcode } = await readAnswer(await fetch(service.url + SCAN));
      return [status, errcode];
    },
    legacy: '405 NaN',
    rest: '405 40500',
  },
];

const STYLES = ['legacy', 'rest'] as const;
const services = new Map<string, { service: TestService; inspect: BooksInspect }>();

function served(style: (typeof STYLES)[number]): { service: TestService; inspect: BooksInspect } {
  const found = services.get(style);
  if (!found) throw new Error(`no service of style ${style}`);
  return found;
}

for (const style of STYLES) {
  beforeAll(async () => {
    const service = await TestService.start({ HTTP_STATUS_STYLE: style });
    services.set(style, { service, inspect: service.inspect() });
  });
}
afterAll(async () => {
  for (const { service, inspect } of services.values()) {
    inspect.close();
    await service.stop();
  }
});

describe.each(STYLES)('HTTP status in style %s', (style) => {
  it.each(REFUSALS)('of $what', async ({ ask, [style]: expected }) => {
    const { service, inspect } = served(style);
    expect((await ask(service, inspect)).join(' ')).toBe(expected);
  });
});

describe('addresses and names', () => {
  let service: TestService;
  let inspect: BooksInspect;
  beforeAll(() => {
    ({ service, inspect } = served('legacy'));
  });

  it.each([
    '/api/3Pay/AliPay/',
    '/api/UnPos/3Pay/AliPay/',
    '/API/unpos/3pay/ALIPAY/',
    '/api/3pay/alipay/',
  ])('%s serves both operations on the same books', async (base) => {
    const code = await getCode(service, anAsk('6'));
    const body = JSON.stringify(code.ask);
    const replay = await service.send(`${base}ScanCode`, body);
    expect([replay.errcode, replay.tag?.codeurl]).toEqual([0, code.codeurl]);
    const { billnum, billtype, paytype } = code.ask;
    const name = JSON.stringify({ billnum, autoid: code.autoid, billtype, paytype });
    expect(saying(await service.send(`${base}Query`, name))).toBe('0 NOTPAY 0');
    await payAtSimulator(service, code);
    expect(saying(await service.send(`${base}query/`, name))).toBe('0 SUCCESS 3');
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  });

  it.each([
    ['billnum', 'OTHER'],
    ['autoid', '98|0|2'],
    ['autoid', '98_0_1'],
    ['autoid', ' 98|0|1'],
    ['billtype', '2'],
    ['paytype', '97'],
  ])('Query with %s %j is told nothing: 40401', async (member, value) => {
    const code = await paidAndTold(service, inspect);
    const { billnum, billtype, paytype } = code.ask;
    const name = { billnum, autoid: code.autoid, billtype, paytype };
    const calls = (await service.sim.calls()).length;
    const answer = await service.post('Query', { ...name, [member]: value });
    expect([answer.status, answer.errcode, answer.tag]).toEqual([200, 40401, null]);
    expect((await service.sim.calls()).length).toBe(calls);
    expect(saying(await service.post('Query', name))).toBe('0 SUCCESS 3');
  });

  it('Query of one bill with the receipt of another is told nothing', async () => {
    const mine = await getCode(service, anAsk('2'));
    const other = await getCode(service, anAsk('2'));
    const crossed = { ...mine, autoid: other.autoid };
    expect(saying(await query(service, crossed))).toBe('40401');
  });

  it.each([
    ['billnum', ''],
    ['billnum', 'B'.repeat(21)],
    ['autoid', ''],
    ['autoid', '9'.repeat(37)],
    ['autoid', '\u3000'],
    ['billtype', '8'],
    ['paytype', 'abc'],
  ])('Query refuses %s %j and names it', async (member, value) => {
    const name = { billnum: 'B1', autoid: '1', billtype: '2', paytype: '98', [member]: value };
    for (const format of ['json', 'form'] as const) {
      const answer = await service.post('Query', name, format);
      expect([answer.errcode, answer.tag]).toEqual([40001, null]);
      expect(answer.errmsg).toContain(member);
    }
  });
});
