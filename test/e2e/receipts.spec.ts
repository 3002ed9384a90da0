import { apiKeys, testKey } from '../access/keys';
import { messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import { anAsk, payAtSimulator } from '../support/process/till';
import type { GivenCode } from '../support/process/till';

jest.setTimeout(30_000);

const TILL = testKey('till-3', 'till', '2');

interface Told {
  readonly errcode: number;
  readonly tag: {
    readonly state: string;
    readonly events: readonly Record<string, unknown>[];
    readonly receipts: readonly { readonly id: number; readonly state: string }[];
  };
}

describe('a receipt that nobody asks about', () => {
  let service: TestService;
  let raw: RawCaller;
  let code: GivenCode;
  beforeAll(async () => {
    const keys = { API_KEYS: apiKeys([TILL]), SWEEP_PERIOD_MS: '0' };
    service = await TestService.start({ ...OVER_TCP, ...keys });
    raw = await RawCaller.to(messagePort(service));
    const ask = anAsk('2');
    const { tag } = (await post('AliPay/ScanCode', ask)) as unknown as {
      tag: { autoid: string; codeurl: string };
    };
    code = { ask, ...tag };
    await payAtSimulator(service, code);
  });
  afterAll(async () => {
    raw?.end();
    await service?.stop();
  });

  async function post(operation: string, body: object): Promise<Told> {
    const answer = await fetch(`${service.url}/api/3Pay/${operation}`, {
      method: 'POST',
      headers: {
        ...{ 'Content-Type': 'application/json', 'X-Api-Key': TILL.secret },
        'X-Request-Id': 'look-1',
      },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Told;
  }

  it('is found as the books have it, and as Alipay has it once it is asked', async () => {
    const search = { billnum: code.ask.billnum };
    const { tag } = await post('Receipts/Search', search);
    const [found] = tag.receipts;
    expect(found?.state).toBe('waiting');
    const refreshed = await post('Receipts/Refresh', { id: found?.id });
    expect([refreshed.errcode, refreshed.tag.state]).toEqual([0, 'paid']);
    expect(refreshed.tag.events.at(-1)).toMatchObject({
      ...{ event: 'pay', cause: 'refresh', actor: 'till-3', requestid: 'look-1' },
      ...{ channelstatus: 'TRADE_SUCCESS', eventvalue: 88.88 },
    });
    expect((await post('Receipts/Search', { ...search, state: 'paid' })).tag.receipts).toHaveLength(
      1,
    );
    const told = await post('Receipts/Get', { id: found?.id });
    expect(told.tag.events).toEqual(refreshed.tag.events);
  });
});
