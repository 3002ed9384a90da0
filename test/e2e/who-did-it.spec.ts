import { apiKeys, testKey } from '../access/keys';
import { messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';

jest.setTimeout(30_000);

const TILL = testKey('till-3', 'till');

describe('the history of a receipt', () => {
  let service: TestService;
  let raw: RawCaller;
  beforeAll(async () => {
    service = await TestService.start({ ...OVER_TCP, API_KEYS: apiKeys([TILL]) });
    raw = await RawCaller.to(messagePort(service));
  });
  afterAll(async () => {
    raw?.end();
    await service?.stop();
  });

  /** Who began and ended the receipts of a bill, as `event actor request`. */
  function doers(billNo: string): string[] {
    const inspect = service.inspect();
    type Row = { event: string; actor: string | null; request_id: string | null };
    const rows = inspect.rows<Row>(
      `select e.event, e.actor, e.request_id from receipt_event e
       join receipt r on r.id = e.receipt_row_id where r.bill_no = ? order by e.id`,
      billNo,
    );
    inspect.close();
    return rows.map(({ event, actor, request_id: id }) => `${event} ${actor} ${id}`);
  }

  async function post(operation: string, body: object, requestId: string): Promise<Answer> {
    const response = await fetch(`${service.url}/api/3Pay/AliPay/${operation}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Api-Key': TILL.secret,
        'X-Request-Id': requestId,
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Answer;
  }

  it('names key and request id of calls over HTTP', async () => {
    const ask = anAsk('2');
    const { tag } = await post('ScanCode', ask, 'scan-1');
    const { billnum, billtype, paytype } = ask;
    const name = { billnum, billtype, paytype, autoid: tag?.autoid };
    expect((await post('Cancel', name, 'cancel-1')).errcode).toBe(0);
    expect(doers(billnum)).toEqual([
      'begin till-3 scan-1',
      'giveCode till-3 scan-1',
      'intendUndo till-3 cancel-1',
      'cancel:none till-3 cancel-1',
      'undo till-3 cancel-1',
    ]);
  });

  it('names key and id of messages', async () => {
    const data = anAsk('2');
    const packet = { pattern: '3pay.alipay.scancode', data, apikey: TILL.secret, id: 'm-1' };
    expect(await raw.reply(JSON.stringify(packet), 'm-1')).toMatchObject({ errcode: 0 });
    expect(doers(data.billnum)).toEqual(['begin till-3 m-1', 'giveCode till-3 m-1']);
  });
});

interface Answer {
  readonly errcode: number;
  readonly tag: { readonly autoid: string } | null;
}
