import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import type { BooksInspect } from '../database/books-inspect';
import { firstValueFrom, timeout } from 'rxjs';
import { ask, messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import type { MessageAnswer } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import { anAsk, getCode, payAtSimulator, receiptRow, until } from '../support/process/till';
import type { GivenCode } from '../support/process/till';

jest.setTimeout(30_000);

const ANY_CODE = { billnum: 'none', autoid: '98|0|1', billtype: '1', paytype: '98' };

const ANY_BATCH = { ...ANY_CODE, batchno: 'B1' };

/** Bodies of every kind of refusal, as text. */
const REFUSED: readonly (readonly [pattern: string, path: string, body: string])[] = [
  ['3pay.alipay.scancode', 'ScanCode', '{}'],
  ['3pay.alipay.scancode', 'ScanCode', 'null'],
  ['3pay.alipay.scancode', 'ScanCode', '[]'],
  ['3pay.alipay.scancode', 'ScanCode', '"text"'],
  ['3pay.alipay.scancode', 'ScanCode', JSON.stringify(anAsk('1', { paymentvalue: 0 }))],
  ['3pay.alipay.scancode', 'ScanCode', JSON.stringify(anAsk('1', { paymentvalue: 1.005 }))],
  ['3pay.alipay.scancode', 'ScanCode', JSON.stringify(anAsk('1', { paymentvalue: '1e2' }))],
  ['3pay.alipay.scancode', 'ScanCode', JSON.stringify(anAsk('1', { paymentvalue: 0.1 + 0.2 }))],
  [
    '3pay.alipay.scancode',
    'ScanCode',
    JSON.stringify(anAsk()).replace('88.88', '88.880000000000000000001'),
  ],
  ['3pay.alipay.scancode', 'ScanCode', JSON.stringify(anAsk()).replace('88.88', '1e400')],
  ['3pay.alipay.scancode', 'ScanCode', JSON.stringify({ ...anAsk(), cardno: 1.5 })],
  ['3pay.alipay.scancode', 'ScanCode', JSON.stringify({ ...anAsk('7'), cardno: null })],
  ['3pay.alipay.scancode', 'ScanCode', `{"billnum":"a","billnum":"b"}`],
  ['3pay.alipay.scancode', 'ScanCode', '{"__proto__":{"billnum":"x"},"billnum":{"a":1}}'],
  ['3pay.alipay.scancode', 'ScanCode', `{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ['3pay.alipay.query', 'Query', JSON.stringify(ANY_CODE)],
  ['3pay.alipay.query', 'Query', JSON.stringify({ ...ANY_CODE, billtype: '8' })],
  ['3pay.alipay.query', 'Query', JSON.stringify({ ...ANY_CODE, autoid: 'x'.repeat(37) })],
  ['3pay.alipay.query', 'Query', JSON.stringify({ ...ANY_CODE, billnum: '\u0000\u2028"' })],
  ['3pay.alipay.barcode', 'BarCode', '{}'],
  ['3pay.alipay.barcode', 'BarCode', JSON.stringify({ ...anAsk(), barcode: '1'.repeat(41) })],
  ['3pay.alipay.barcode', 'BarCode', JSON.stringify({ ...anAsk(), barcode: '2876\r\n543' })],
  ['3pay.xpos.querystatus', '../Xpos/QueryStatus', '{}'],
  ['3pay.xpos.querystatus', '../Xpos/QueryStatus', '{"checkout_id":"nobody"}'],
  ['3pay.events', '../Events', '{}'],
  ['3pay.receipts.search', '../Receipts/Search', '{"pagesize":0}'],
  ['3pay.receipts.search', '../Receipts/Search', '{"cursor":"x"}'],
  ['3pay.receipts.get', '../Receipts/Get', '{"id":"99"}'],
  ['3pay.receipts.refresh', '../Receipts/Refresh', '{}'],
  ['3pay.events', '../Events', '{"billtype":"1","afterseq":0}'],
  ['3pay.alipay.cancel', 'Cancel', JSON.stringify(ANY_CODE)],
  ['3pay.alipay.cancel', 'Cancel', '{"billnum":7}'],
  ['3pay.alipay.refund', 'Refund', '{}'],
  ['3pay.alipay.refund', 'Refund', JSON.stringify({ ...ANY_BATCH, refundvalue: 0 })],
  ['3pay.alipay.refund', 'Refund', JSON.stringify({ ...ANY_BATCH, refundvalue: '5.00' })],
  ['3pay.alipay.refundquery', 'RefundQuery', JSON.stringify(ANY_BATCH)],
  ['3pay.alipay.refundquery', 'RefundQuery', JSON.stringify({ ...ANY_BATCH, batchno: '' })],
];

describe('messages over TCP', () => {
  let service: TestService;
  let inspect: BooksInspect;
  let client: ClientProxy;
  let raw: RawCaller;

  beforeAll(async () => {
    service = await TestService.start(OVER_TCP);
    inspect = service.inspect();
    const port = messagePort(service);
    client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port } });
    raw = await RawCaller.to(port);
  });
  afterAll(async () => {
    raw?.end();
    await client?.close();
    inspect?.close();
    await service?.stop();
  });

  async function scan(members = anAsk()): Promise<GivenCode> {
    const { errcode, tag } = await ask(client, 'alipay.scancode', members);
    expect(errcode).toBe(0);
    return { ask: members, autoid: tag?.['autoid'] ?? '', codeurl: tag?.['codeurl'] ?? '' };
  }

  function nameOf({ ask: { billnum, billtype, paytype }, autoid }: GivenCode): object {
    return { billnum, autoid, billtype, paytype };
  }

  it.each(['1', '7'] as const)('take a payment of bill type %s to its end', async (type) => {
    const code = await scan(anAsk(type));
    const first = await ask(client, 'alipay.query', nameOf(code));
    expect(first).toMatchObject({ errcode: 0, errmsg: 'ok', tag: { paystatus: 'NOTPAY' } });
    await payAtSimulator(service, code);
    const paid = await ask(client, 'alipay.query', nameOf(code));
    expect(paid.tag).toMatchObject({ paystatus: 'SUCCESS', paystatusdesc: '支付成功' });
    const undone = await ask(client, 'alipay.cancel', nameOf(code));
    expect(undone.tag).toMatchObject({ paystatus: 'REFUND' });
  });

  it.each([' ', '\t', '\r', '\n'])("ignore %j around the guest's code", async (blank) => {
    const barcode = `${blank}287654321000000000${blank}`;
    const paid = await ask(client, 'alipay.barcode', { ...anAsk('2', { paytype: '97' }), barcode });
    expect(paid).toMatchObject({ errcode: 0, tag: { paystatus: 'SUCCESS' } });
  });

  it('and HTTP serve the same receipts in the same words', async () => {
    const code = await scan();
    const body = JSON.stringify(code.ask);
    const { text } = await service.send('/api/3Pay/AliPay/ScanCode', body);
    expect(await raw.send('3pay.alipay.scancode', body)).toBe(text);
    const named = JSON.stringify(nameOf(await getCode(service, code.ask)));
    const overHttp = await service.send('/api/3Pay/AliPay/Query', named);
    expect(overHttp.errcode).toBe(0);
    expect(await raw.send('3pay.alipay.query', named)).toBe(overHttp.text);
  });

  it.each(
    REFUSED.map(([pattern, path, body]) => ({ pattern, path, body, shown: body.slice(0, 60) })),
  )('$pattern refuse like HTTP: $shown', async ({ pattern, path, body }) => {
    const { errcode, text } = await service.send(`/api/3Pay/AliPay/${path}`, body);
    expect(errcode).toBeGreaterThanOrEqual(40_000);
    expect(await raw.send(pattern, body)).toBe(text);
  });

  it('without data are refused like an empty body', async () => {
    const { text } = await service.send('/api/3Pay/AliPay/Query', '');
    expect(await raw.send('3pay.alipay.query', null)).toBe(text);
    expect((await ask(client, 'alipay.query', '')).errcode).toBe(40_000);
  });

  it('of an unknown pattern, or too large, get an envelope', async () => {
    expect(await ask(client, 'alipay.nothing', {})).toMatchObject({ errcode: 40_400, tag: null });
    const large = { ...anAsk(), detail: 'x'.repeat(150_000) };
    expect(await ask(client, 'alipay.scancode', large)).toMatchObject({ errcode: 41_300 });
  });

  it.each([500_000, 3_000_000])(
    'of %d units are refused alone: those beside them on the connection are answered',
    async (units) => {
      const large = { ...anAsk(), detail: '景"'.repeat(units / 3) };
      const scan = ask(client, 'alipay.scancode', anAsk('2'));
      const answers = await Promise.all([
        ask(client, 'alipay.query', ANY_CODE),
        ask(client, 'alipay.scancode', large),
        ask(client, 'alipay.nothing', large),
        ask(client, 'alipay.query', ANY_CODE),
      ]);
      expect(answers.map(({ errcode }) => errcode)).toEqual([40_401, 41_300, 40_400, 40_401]);
      expect((await scan).errcode).toBe(0);
    },
  );

  it.each([
    ['an object', { cmd: '3pay.alipay.query' }],
    ['a nested object', { cmd: { of: ['query'] } }],
    ['a number', 7],
  ])('named by %s are answered 40400', async (_what, pattern) => {
    const answer = client.send<MessageAnswer>(pattern, ANY_CODE).pipe(timeout(5_000));
    expect(await firstValueFrom(answer)).toMatchObject({ errcode: 40_400, tag: null });
    const text = `{"pattern":${JSON.stringify(pattern)},"data":{},"id":"raw"}`;
    expect(await raw.reply(text, 'raw')).toMatchObject({ errcode: 40_400 });
  });

  it('with an id of any length are answered, with that id', async () => {
    for (const length of [200, 201, 5_000]) {
      const id = 'i'.repeat(length);
      const text = JSON.stringify({ pattern: '3pay.alipay.query', data: ANY_CODE, id });
      const errcode = length > 200 ? 40_400 : 40_401;
      expect(await raw.reply(text, id)).toMatchObject({ errcode });
    }
  });

  it('keep every digit of an amount and of a number', async () => {
    const billnum = '12345678901234567890'; // More than a float holds.
    const body = JSON.stringify(anAsk())
      .replace(/"T\d+"/, billnum)
      .replace('88.88', '100000000.00');
    const answer = JSON.parse(await raw.send('3pay.alipay.scancode', body)) as GivenCode['ask'];
    expect(answer).toMatchObject({ errcode: 0, tag: { billnum } });
    const [row] = inspect.rows<{ amount_fen: number }>(
      'select amount_fen from receipt where bill_no = ?',
      billnum,
    );
    expect(row?.amount_fen).toBe(10_000_000_000);
  });

  it('count as told once the reply has left, and not before', async () => {
    const code = await scan();
    await payAtSimulator(service, code);
    expect(receiptRow(inspect, code).told_at_ms).toBeNull();
    await ask(client, 'alipay.query', nameOf(code));
    await until(() => receiptRow(inspect, code).told_at_ms !== null);
  });

  it('do not count as told when nobody took the reply', async () => {
    const code = await scan();
    await payAtSimulator(service, code);
    await service.sim.spoil({ method: 'query', fault: 'delay', delayMs: 700, count: 1 });
    const gone = await RawCaller.to(messagePort(service));
    const reply = gone.send('3pay.alipay.query', JSON.stringify(nameOf(code)));
    await wait(200);
    gone.socket.resetAndDestroy();
    await expect(reply).rejects.toThrow('closed');
    await until(() => receiptRow(inspect, code).state === 'paid');
    await wait(200);
    expect(receiptRow(inspect, code).told_at_ms).toBeNull();
  });

  it('come in at the same time, 50 of them, and none is mixed up', async () => {
    const asks = Array.from({ length: 50 }, () => anAsk('2'));
    const answers = await Promise.all(asks.map((each) => ask(client, 'alipay.scancode', each)));
    expect(answers.map(({ tag }) => tag?.['billnum'])).toEqual(asks.map(({ billnum }) => billnum));
    expect(new Set(answers.map(({ tag }) => tag?.['autoid'])).size).toBe(50);
  });

  it.each([
    ['what is no frame', 'GET / HTTP/1.1\r\n\r\n'],
    ['a frame without end', '99999999#{'],
    ['bytes that are not UTF-8', Buffer.from([0x31, 0x23, 0xff])],
  ])('cut a caller off that sends %s', async (_what, bytes) => {
    const caller = await RawCaller.to(messagePort(service));
    caller.socket.write(bytes);
    await once(caller.socket, 'close');
    expect((await ask(client, 'alipay.query', ANY_CODE)).errcode).toBe(40_401);
  });

  it('that are no requests are dropped and not answered', async () => {
    const caller = await RawCaller.to(messagePort(service));
    for (const text of ['{}', 'null', '{"pattern":"3pay.alipay.query","data":{}}', '"', '[]']) {
      caller.socket.write(`${text.length}#${text}`);
    }
    const answer = await caller.send('3pay.alipay.query', JSON.stringify(ANY_CODE));
    expect(JSON.parse(answer)).toMatchObject({ errcode: 40_401 });
    caller.end();
  });

  it('never put their payload in the log', async () => {
    await ask(client, 'alipay.scancode', { ...anAsk(), cardno: 'planted-card', body: 'planted' });
    await ask(client, 'alipay.query', { ...ANY_CODE, autoid: 'planted\n'.repeat(9) });
    await ask(client, 'planted.pattern', {});
    expect(service.log).toContain('message 3pay.alipay.query: errcode 40001');
    expect(service.log).not.toContain('planted');
  });
});
