import { setTimeout as wait } from 'node:timers/promises';
import { MESSAGE_ROUTES, RIGHTS } from '../../src/ops/rights';
import { ConsoleClient } from '../access/console-client';
import { apiKeys, testKey } from '../access/keys';
import type { BooksInspect } from '../database/books-inspect';
import { CallbackReceiver } from '../support/far-side/callback-receiver';
import { PAID_NOTIFY } from '../support/far-side/scripted-alipay';
import { postForm, QUERY_STATUS, signed } from '../support/far-side/top';
import { TraceReceiver } from '../support/far-side/trace-receiver';
import { messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import { notifiedAt } from '../support/process/ports';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';

jest.setTimeout(120_000);

const OPERATOR = testKey('operator', 'operator');
const PAY = 'alibaba.alisports.lianbei.xpos.pay';
const PLANTED = {
  key: OPERATOR.secret,
  wrongKey: 'planted-wrong-key-5f3a',
  queryKey: 'planted-query-key-77b1',
  top: 'planted-top-secret-19c4',
  callback: 'whsec_cGxhbnRlZC1jYWxsYmFjay1zZWNyZXQtMDAwMDA=',
  callbackPath: 'planted-callback-path-08aa',
  card: 'PLANTEDCARD0042',
  charged: '287700112233445501', // Its last digit tells the simulated Alipay that it pays.
  refused: '287700112233445506',
  buyer: PAID_NOTIFY.buyer_id,
  buyerLogon: 'planted-buyer@example.test',
  sign: 'plantedSIGN',
  state: 'planted-trace-state',
  pattern: 'planted.pattern',
  path: 'plantedpath',
  bill: 'PLANTEDBILL01',
};
/** What a caller sends, wherever it may stand. */
const HEADERS = {
  'X-Api-Key': OPERATOR.secret,
  'X-Request-Id': PLANTED.path,
  tracestate: `x=${PLANTED.state}`,
  baggage: `x=${PLANTED.state}`,
};

let traces: TraceReceiver;
let receiver: CallbackReceiver;
let service: TestService;
let inspect: BooksInspect;

beforeAll(async () => {
  traces = await TraceReceiver.start();
  receiver = await new CallbackReceiver(PLANTED.callback).start();
  service = await TestService.start({
    ...OVER_TCP,
    ...traces.env,
    ...(await notifiedAt()),
    API_KEYS: apiKeys([OPERATOR]),
    TOP_APP_KEYS: `planted:${PLANTED.top}`,
    CALLBACK_URL_7: `${receiver.url}/${PLANTED.callbackPath}?key=${PLANTED.queryKey}`,
    CALLBACK_SECRET: PLANTED.callback,
    SWEEP_PERIOD_MS: '200',
  });
  inspect = service.inspect();
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
  await receiver?.die();
  await traces?.stop();
});

interface Told {
  readonly errcode: number;
  readonly tag: Readonly<Record<string, string>> | null;
}

async function call(path: string, body: object | null, headers: object = {}): Promise<string> {
  const answer = await fetch(service.url + path, {
    method: body === null ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', ...HEADERS, ...headers },
    body: body === null ? null : JSON.stringify(body),
    redirect: 'manual',
  });
  return answer.text();
}

async function told(operation: string, body: object): Promise<Told> {
  return JSON.parse(await call(`/api/3Pay/${operation}`, body)) as Told;
}

/** A whole life of a payment: sold, paid, given back in part and in all, and looked at. */
async function payment(): Promise<void> {
  const ask = anAsk('7', { cardno: PLANTED.card, billnum: PLANTED.bill });
  const { tag } = await told('AliPay/ScanCode', ask);
  const { autoid = '', codeurl = '' } = tag ?? {};
  const name = { billnum: ask.billnum, billtype: '7', paytype: '98', autoid };
  await service.sim.scan(codeurl);
  await service.sim.pay(codeurl);
  expect((await told('AliPay/Query', name)).tag?.['paystatus']).toBe('SUCCESS');
  expect((await told('AliPay/Cancel', name)).tag?.['paystatus']).toBe('REFUND');
  const batch = { ...name, batchno: 'B1', refundvalue: '1.00', reason: PLANTED.buyerLogon };
  await told('AliPay/Refund', batch);
  await told('AliPay/RefundQuery', batch);
  for (const barcode of [PLANTED.charged, PLANTED.refused]) {
    const sale = anAsk('7', { cardno: PLANTED.card, paytype: '97' });
    await told('AliPay/BarCode', { ...sale, barcode });
  }
  // The sweep has something to look at.
  await told('AliPay/ScanCode', anAsk('7', { cardno: PLANTED.card }));
  await told('Receipts/Search', { cardno: PLANTED.card });
  await told('Receipts/Get', { id: 1 });
  await told('Receipts/Refresh', { id: 1 });
  await told('Xpos/QueryStatus', { biz_order_id: 1 });
  await told('Events', { billtype: '7', afterseq: 0 });
  await call(`/api/3Pay/Receipts/Export?cardno=${PLANTED.card}`, null);
}

/** By the TOP protocol, at the console, and as Alipay pushes. */
async function elsewhere(): Promise<void> {
  const param0 = JSON.stringify({
    ...{ nego_price: '8888', qr_code: PLANTED.charged, request_id: PLANTED.path },
    ...{ out_biz_id: PLANTED.bill, cashier_name: 'Wang', cashier_id: '7', store_id: '1' },
  });
  const app = { app_key: 'planted' };
  await postForm(service.url, signed({ ...app, method: PAY, param0 }, PLANTED.top));
  await postForm(service.url, signed({ ...app, method: QUERY_STATUS, biz_order_id: '1' }));
  const browser = new ConsoleClient(service.url);
  await browser.signIn(OPERATOR.secret);
  await browser.signIn(PLANTED.wrongKey);
  for (const page of ['', '/receipts/1', `/receipts?q=${PLANTED.card}`, '/keys', '/alarms']) {
    await browser.get(`/console${page}`);
  }
  const form = { ...PAID_NOTIFY, buyer_logon_id: PLANTED.buyerLogon, sign: PLANTED.sign };
  await fetch(`${service.url}/api/3Pay/AliPay/Notify`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
}

/** Every route and every message once, with all secrets in its body, address and headers. */
async function everywhere(): Promise<void> {
  const body = { ...PLANTED, ...anAsk('7', { cardno: PLANTED.card }), barcode: PLANTED.charged };
  for (const { path, verb } of RIGHTS) {
    const at = path.replace(/:\w+/g, PLANTED.path);
    const sent = verb === 'GET' ? null : { ...body, paymentvalue: PLANTED.charged };
    await call(`${at}?${PLANTED.queryKey}=${PLANTED.card}`, sent);
    if (at.startsWith('/api/')) await call(`${at}/${PLANTED.path}`, sent);
  }
  await call('/api/3Pay/AliPay/ScanCode', body, { 'X-Api-Key': PLANTED.wrongKey });
  const raw = await RawCaller.to(messagePort(service));
  let id = 0;
  for (const pattern of [...Object.keys(MESSAGE_ROUTES), PLANTED.pattern]) {
    id += 1;
    const packet = { pattern, data: body, apikey: PLANTED.key, id: `${PLANTED.path}${id}` };
    await raw.reply(JSON.stringify({ ...packet, traceparent: PLANTED.state }), packet.id);
  }
  raw.end();
}

/** What the books have of codes, payers, cards and numbers. */
function inTheBooks(): [string, string][] {
  const columns = ['qr_code', 'buyer', 'card_no', 'out_trade_no', 'trade_no', 'bill_no'] as const;
  const rows = inspect.rows<Record<string, string | null>>('select * from receipt');
  return columns.flatMap((name) =>
    rows.flatMap((row) => (row[name] ? [[name, row[name]] as [string, string]] : [])),
  );
}

it('no secret, code, card, account, payer or number is in any span of any operation', async () => {
  await payment();
  await elsewhere();
  await everywhere();
  await traces.span('callback payment.paid');
  await traces.span('sweep receipt');
  await wait(500); // The last batches.
  const routes = new Set(traces.spans.map(({ attributes }) => attributes['http.route']));
  const operations = RIGHTS.filter(({ path }) => path.startsWith('/api/'));
  expect(operations.map(({ path }) => path).filter((path) => !routes.has(path))).toEqual([]);
  for (const pattern of Object.keys(MESSAGE_ROUTES)) {
    expect(traces.named(`process ${pattern}`).length).toBeGreaterThan(0);
  }
  for (const method of ['precreate', 'pay', 'query', 'cancel', 'refund']) {
    const calls = traces.spans.filter(({ name }) => name === `alipay.trade.${method}`);
    if (method !== 'refund') expect(calls.length).toBeGreaterThan(0);
  }
  const secrets = [...Object.entries(PLANTED), ...inTheBooks()];
  expect(secrets.filter(([name]) => name === 'qr_code').length).toBeGreaterThan(0);
  expect(secrets.filter(([name]) => name === 'buyer').length).toBeGreaterThan(0);
  const text = traces.texts.join('\n');
  expect(text.length).toBeGreaterThan(100_000);
  expect(secrets.filter(([, secret]) => text.includes(secret))).toEqual([]);
});
