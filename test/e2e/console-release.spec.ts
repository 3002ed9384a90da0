import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { ConsoleClient } from '../access/console-client';
import { apiKeys, testKey } from '../access/keys';
import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';
import type { Ask } from '../support/process/till';

jest.setTimeout(120_000);

const BOSS = testKey('boss', 'operator');
const LI = testKey('li-wei', 'operator');
/** Answers to queries tell of a yuan more than was asked for, until it is healed. */
const OTHER_AMOUNT = { method: 'query', fault: 'wrong_amount', count: 0 } as const;

let service: TestService;
let inspect: BooksInspect;
let boss: ConsoleClient;

beforeAll(async () => {
  const env = { API_KEYS: apiKeys([BOSS, LI]), ALIPAY_TIMEOUT_MS: '1000' };
  service = await TestService.startOnSqlite(env);
  inspect = service.inspect();
  boss = await signedIn(BOSS.secret);
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
});
afterEach(() => service.sim.heal());

async function signedIn(secret: string): Promise<ConsoleClient> {
  const client = new ConsoleClient(service.url);
  expect((await client.signIn(secret, '/console/receipts')).status).toBe(303);
  return client;
}

function post(operation: string, body: object) {
  const key = { 'X-Api-Key': BOSS.secret };
  const path = `/api/3Pay/AliPay/${operation}`;
  return service.send(path, JSON.stringify(body), 'application/json', key);
}

interface Row {
  readonly id: number;
  readonly out_trade_no: string;
  readonly state: string;
  readonly refunded_fen: number;
  readonly paid_fen: number | null;
}

function rowOf({ billnum }: Ask): Row {
  const [row] = inspect.rows<Row>(
    'select id, out_trade_no, state, refunded_fen, paid_fen from receipt where bill_no = ?',
    billnum,
  );
  if (!row) throw new Error(`no receipt of ${billnum}`);
  return row;
}

/** The kinds of the open alarms of a receipt. */
function open({ id }: Row): string[] {
  const found = 'select kind from alarm where receipt_row_id = ? and open_mark = 0';
  return inspect.rows<{ kind: string }>(found, id).map(({ kind }) => kind);
}

function eventsOf({ id }: Row): string[] {
  type Event = { event: string; state: string; actor: string; cause: string };
  const select = 'select event, state, actor, cause from receipt_event where receipt_row_id = ?';
  return inspect
    .rows<Event>(`${select} order by id`, id)
    .map(({ event, state, actor, cause }) => `${event} ${state} ${actor} ${cause}`);
}

interface Sold {
  readonly ask: Ask;
  readonly path: string;
  readonly autoid: string;
}

/** A code of 100 yuan that its guest has paid, and no till knows it yet. */
async function paidAtAlipay(): Promise<Sold> {
  const ask = anAsk('2', { paymentvalue: '100.00' });
  const { tag } = await post('ScanCode', ask);
  await service.sim.scan(String(tag?.['codeurl']));
  await service.sim.pay(String(tag?.['codeurl']));
  return { ask, path: `/console/receipts/${rowOf(ask).id}`, autoid: String(tag?.['autoid']) };
}

/** One of which Alipay tells another amount. */
async function mismatch(): Promise<Sold> {
  const sold = await paidAtAlipay();
  await service.sim.spoil(OTHER_AMOUNT);
  expect((await post('Query', { ...sold.ask, autoid: sold.autoid })).errcode).toBe(1);
  expect(open(rowOf(sold.ask))).toEqual(['amountMismatch']);
  return sold;
}

describe('the release of a receipt whose payment has another amount', () => {
  it('is refused while the money is there, and done once all of it went back', async () => {
    const { ask, path } = await mismatch();
    const row = rowOf(ask);
    expect((await boss.get('/console/alarms')).text).toContain(`href="${path}/release"`);
    expect((await boss.get(path)).text).toContain(`href="${path}/release"`);
    const release = async (who: ConsoleClient, note: string) =>
      who.post(`${path}/let-go`, {
        ...(await who.fields(`${path}/release`, `${path}/let-go`)),
        note,
      });
    const before = eventsOf(row);
    expect((await release(boss, ' ')).status).toBe(400);
    const early = await release(boss, 'looked at');
    expect([early.status, early.text.includes('先在商家后台全额退款')]).toEqual([409, true]);
    await service.sim.heal();
    await service.sim.spoil({ method: 'query', fault: 'system_error', count: 0 });
    const unanswered = await release(boss, 'looked at');
    expect([unanswered.status, unanswered.text.includes('请稍后再试')]).toEqual([409, true]);
    expect([rowOf(ask), open(row), eventsOf(row)]).toEqual([row, ['amountMismatch'], before]);

    await service.sim.heal();
    await service.sim.refundInPortal(row.out_trade_no, '100.00');
    await service.sim.spoil(OTHER_AMOUNT);
    const li = await signedIn(LI.secret);
    const both = await Promise.all([release(boss, 'all went <b>back'), release(li, 'the same')]);
    const places = both.map(({ headers }) => headers.get('location'));
    expect(places).toEqual([`${path}?done=released`, `${path}?done=released`]);
    expect(rowOf(ask)).toMatchObject({ state: 'closed', paid_fen: null, refunded_fen: 0 });
    expect(open(row)).toEqual([]);
    const after = eventsOf(row).slice(before.length);
    expect(after).toEqual([expect.stringMatching(/^close closed (?:boss|li-wei) release$/)]);
    const page = (await boss.get(path)).text;
    expect(page).toMatch(/all went &lt;b&gt;back|the same/);
    expect(page).not.toContain(`href="${path}/release"`);
    expect((await service.sim.trade(row.out_trade_no)).refundedFen).toBe(10_000);
  });

  it('frees its bill, and what Query tells of it stays quiet', async () => {
    const { ask, path, autoid } = await mismatch();
    const { out_trade_no: number } = rowOf(ask);
    await service.sim.refundInPortal(number, '100.00');
    const form = await boss.fields(`${path}/release`, `${path}/let-go`);
    await boss.post(`${path}/let-go`, { ...form, note: 'gone' });
    const told = await post('Query', { ...ask, autoid });
    expect([told.errcode, told.tag?.['paystatus']]).toEqual([0, 'CLOSED']);
    expect(open(rowOf(ask))).toEqual([]);
    await service.sim.heal();
    const { tag, errcode } = await post('ScanCode', ask);
    expect([errcode, tag?.['autoid'] === autoid]).toEqual([0, false]);
  });

  it('is offered for nothing else', async () => {
    const { ask, path, autoid } = await paidAtAlipay();
    expect((await boss.get(`${path}/release`)).status).toBe(409);
    await post('Query', { ...ask, autoid });
    const { id } = rowOf(ask);
    const books = openHandle(service.database);
    books.exec(`insert into alarm (receipt_row_id, kind, subject, detail, raised_at_ms, open_mark)
      values (${id}, 'amountMismatch', 'receipt ${id}', 'of a refund', 1, 0)`);
    books.close();
    expect((await boss.get('/console/alarms')).text).not.toContain(`href="${path}/release"`);
    expect((await boss.get(path)).text).not.toContain(`href="${path}/release"`);
    expect((await boss.get(`${path}/release`)).status).toBe(409);
    const mark = (await boss.fields(path, '/console/sign-out'))['mark'] ?? '';
    const forced = { mark, act: 'a'.repeat(32), note: 'x' };
    expect((await boss.post(`${path}/let-go`, forced)).status).toBe(409);
    expect(rowOf(ask)).toMatchObject({ state: 'paid', paid_fen: 10_000 });
  });
});
