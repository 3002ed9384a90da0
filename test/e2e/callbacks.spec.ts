import type { BooksInspect } from '../database/books-inspect';
import { CallbackReceiver, webhookSecret } from '../support/far-side/callback-receiver';
import { LONG } from '../support/long';
import { TestService } from '../support/process/service';
import { anAsk, cancel, getCode, query, refund, saying } from '../support/process/till';
import type { GivenCode } from '../support/process/till';

jest.setTimeout(120_000);

const SECRET = webhookSecret('a');

interface Row {
  readonly event_id: string;
  readonly seq: number | string;
  readonly state: string;
}

let service: TestService;
let inspect: BooksInspect;
let receiver: CallbackReceiver;

beforeAll(async () => {
  receiver = await new CallbackReceiver(SECRET).start();
  service = await TestService.start({
    CALLBACK_URL_2: receiver.url,
    CALLBACK_SECRET: SECRET,
    LOG_LEVEL: 'info',
  });
  inspect = service.inspect();
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
  await receiver?.die();
});
beforeEach(() => {
  receiver.usually = { status: 204 };
  receiver.next.length = 0;
});

async function sale(): Promise<GivenCode> {
  const code = await getCode(service, anAsk('2'));
  await service.sim.scan(code.codeurl);
  await service.sim.pay(code.codeurl);
  expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  return code;
}

function outbox(): Row[] {
  return inspect.rows<Row>('select event_id, seq, state from callback order by id');
}

const toldOf = ({ autoid }: GivenCode) =>
  receiver.events.filter(({ data }) => data.autoid === autoid).map(({ type }) => type);

it('a system is told of a payment within a second, and of what becomes of it', async () => {
  const code = await sale();
  await receiver.until(() => toldOf(code).length === 1, 1_000);
  await cancel(service, code);
  await receiver.until(() => toldOf(code).length === 2);
  expect(toldOf(code)).toEqual(['payment.paid', 'payment.refunded']);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toContain('threepay_callback_tries_total{billtype="2",outcome="taken"} 2');
  expect(metrics).toContain('threepay_callbacks_waiting{billtype="2"} 0');
  expect(service.log).toContain('payment.refunded');
  expect(service.log).not.toContain(SECRET);
});

it('a system is told of each refund, with what went back in all', async () => {
  const code = await sale();
  await receiver.until(() => toldOf(code).length === 1);
  await service.sim.spoil({
    ...{ method: 'refund', fault: 'refuse', subCode: 'ACQ.TRADE_NOT_ALLOW_REFUND' },
  });
  const batches = [
    ['B1', '33.33', '9'],
    ['B2', '8.88', '2'],
    ['B3', '80.00', '2'],
  ].slice(0, LONG ? 3 : 2) as [string, string, string][]; // Alipay wants three seconds between two.
  for (const [batchno, refundvalue, status] of batches) {
    const before = toldOf(code).length;
    const { tag } = await refund(service, code, { batchno, refundvalue });
    expect(tag?.['refundstatus']).toBe(status);
    await receiver.until(() => toldOf(code).length > before, 10_000);
  }
  const told = receiver.events.filter(({ data }) => data.autoid === code.autoid);
  expect(told.map(({ type, data }) => `${type} ${data.paystatus} ${data.refundedtotal}`)).toEqual([
    'payment.paid SUCCESS 0',
    'refund.refused SUCCESS 0',
    'refund.done REFUND 8.88',
    ...(LONG ? ['payment.refunded REFUND 88.88'] : []),
  ]);
});

it('a system without an address is not told', async () => {
  const before = outbox().length;
  const code = await getCode(service, anAsk('3'));
  await service.sim.scan(code.codeurl);
  await service.sim.pay(code.codeurl);
  expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  expect(outbox()).toHaveLength(before);
});

it('nothing is lost or counted twice when the service is killed around a try', async () => {
  const codes: GivenCode[] = [];
  // What is tried again is waited for, longer each time.
  if (LONG) {
    // Dead: paid, and nobody could be told.
    await receiver.die();
    codes.push(await sale());
    await service.kill();
    // Hangs: killed while the try is under way.
    await receiver.start();
    receiver.usually = 'hang';
    const before = receiver.heard.length;
    await service.restart();
    codes.push(await sale());
    await receiver.until(() => receiver.heard.length > before);
    await service.kill();
    receiver.usually = { status: 204 };
    await service.restart();
  }
  // Taken, and killed at that moment.
  const heard = receiver.heard.length;
  codes.push(await sale());
  await receiver.until(() => receiver.heard.length > heard);
  await service.kill();
  await service.restart();
  await receiver.until(() => outbox().every(({ state }) => state === 'taken'), 60_000);
  const rows = outbox();
  expect([...receiver.ledger].sort()).toEqual(rows.map(({ event_id }) => event_id).sort());
  expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_row, index) => index + 1));
  for (const code of codes) expect(toldOf(code)).toEqual(['payment.paid']);
});

it('a stop lets go of a try that hangs, and the next start sends it at once', async () => {
  receiver.usually = 'hang';
  const before = receiver.heard.length;
  const code = await sale();
  await receiver.until(() => receiver.heard.length > before);
  const startedAt = performance.now();
  expect(await service.kill('SIGTERM')).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(9_000);
  receiver.usually = { status: 204 };
  await service.restart();
  await receiver.until(() => toldOf(code).length === 1, 5_000);
});
