import { RIGHTS } from '../../src/ops/rights';
import { UPLOAD_PATH } from '../../src/console/session/upload';
import { ConsoleClient } from '../access/console-client';
import { BOSS, ConsoleHouse } from '../access/console-house';
import type { Answer } from '../access/console-client';
import { apiKeys, testKey } from '../access/keys';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';
import type { Ask } from '../support/process/till';

jest.setTimeout(120_000);

const LI = testKey('li-wei', 'operator');
const PART = testKey('part', 'operator', '1');
const EYES = testKey('eyes', 'viewer');

/** Every act there is: a new one is in the table of rights, else the service does not start. */
const ACTS = RIGHTS.filter(
  ({ path, verb, right }) =>
    path.startsWith('/console/') &&
    verb === 'POST' &&
    right === 'session' &&
    path !== '/console/sign-out',
).map(({ path }) => path);

let house: ConsoleHouse;
let boss: ConsoleClient;
let li: ConsoleClient;

beforeAll(async () => {
  const env = { API_KEYS: apiKeys([BOSS, LI, PART, EYES]), ALIPAY_TIMEOUT_MS: '2000' };
  house = ConsoleHouse.of(await TestService.startOnSqlite(env));
  boss = await house.signedIn(BOSS);
  li = await house.signedIn(LI);
});
afterAll(() => house?.stop());
afterEach(() => house.service.sim.heal());

function count(table: string): number {
  return (
    house.inspect.rows<{ count: number }>(`select count(*) as count from ${table}`)[0]?.count ?? 0
  );
}

function actsOf(kind: string): string[] {
  type Act = { actor: string; subject: string; detail: string };
  const all = house.inspect.rows<Act>(
    'select actor, subject, detail from act where kind = ?',
    kind,
  );
  return all.map(({ actor, subject, detail }) => `${actor} ${subject} ${detail}`);
}

function eventsOf({ billnum }: Ask, event: string): string[] {
  const rows = house.inspect.rows<{ actor: string; cause: string; amount_fen: number }>(
    `select e.actor, e.cause, e.amount_fen from receipt_event e join receipt r
     on r.id = e.receipt_row_id where r.bill_no = ? and e.event = ?`,
    billnum,
    event,
  );
  return rows.map(({ actor, cause, amount_fen: fen }) => `${actor} ${cause} ${fen}`);
}

function placeOf({ headers }: Answer): string | null {
  return headers.get('location');
}

describe('every act there is', () => {
  let path: string;
  let ask: Ask;
  let before: readonly number[];
  const counts = () => ['act', 'refund', 'api_key', 'receipt_event'].map((name) => count(name));

  beforeAll(async () => {
    ({ path, ask } = await house.paid('2'));
    before = counts();
  });

  async function tryIt(who: ConsoleClient, act: string, mark: string, headers = {}) {
    const fields = {
      ...{ mark, act: 'f'.repeat(32), id: '1', seq: '1', amount: '1.00', note: 'x' },
      ...{ date: '2026-11-01', name: 'boss', role: 'till', types: '2' },
    };
    const address = act.replace('/console/receipts/:id', path);
    if (act !== UPLOAD_PATH) return who.post(address, fields, headers);
    const form = new FormData();
    for (const name of ['mark', 'act', 'date'] as const) form.append(name, fields[name]);
    form.append('file', new Blob(['x']), 'bill.zip');
    return who.postFile(address, form, headers);
  }

  async function markOf(who: ConsoleClient): Promise<string> {
    return (await who.fields('/console/receipts', '/console/sign-out'))['mark'] ?? '';
  }

  it('is among those that are tried here', () => {
    expect(ACTS.length).toBeGreaterThan(10);
  });

  it.each(ACTS)('%s is refused to a viewer', async (act) => {
    const eyes = await house.signedIn(EYES);
    expect((await tryIt(eyes, act, await markOf(eyes))).status).toBe(403);
    expect([counts(), await house.back(ask)]).toEqual([countsWithSignIn(), 0]);
  });

  it.each(ACTS)('%s is refused to an operator of another system', async (act) => {
    const part = await house.signedIn(PART);
    const { status } = await tryIt(part, act, await markOf(part));
    expect([403, 404, 409]).toContain(status);
    expect([counts(), await house.back(ask)]).toEqual([countsWithSignIn(), 0]);
  });

  it.each(ACTS)('%s is refused from another site, forged, and to strangers', async (act) => {
    const mark = await markOf(boss);
    for (const site of [{ 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'https://evil.example' }]) {
      expect((await tryIt(boss, act, mark, site)).status).toBe(403);
    }
    for (const forged of ['', 'x', await markOf(li)]) {
      expect((await tryIt(boss, act, forged)).status).toBe(403);
    }
    const stranger = new ConsoleClient(house.service.url);
    expect(placeOf(await tryIt(stranger, act, mark))).toMatch(/^\/console\/sign-in/);
    expect([counts(), await house.back(ask)]).toEqual([before, 0]);
  });

  /** Signing in is an act, too. */
  function countsWithSignIn(): readonly number[] {
    const [acts = 0, ...rest] = before;
    before = [acts + 1, ...rest];
    return before;
  }
});

describe('two operators at one receipt', () => {
  it('who refund more than there is: one of them does', async () => {
    const { ask, path } = await house.paid('2');
    const forms = await Promise.all(
      [boss, li].map((who) => who.fields(`${path}/refund?amount=60`, `${path}/give-back`)),
    );
    const answers = await Promise.all(
      [boss, li].map((who, at) => who.post(`${path}/give-back`, forms[at] ?? {})),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await house.back(ask)).toBe(6_000);
    expect(house.rowOf(ask)).toMatchObject({ state: 'paid', refunded_fen: 6_000 });
  });

  it('who refund and cancel: all goes back once, or the part that was first', async () => {
    const { ask, path } = await house.paid('2');
    const refund = await boss.fields(`${path}/refund?amount=60`, `${path}/give-back`);
    const cancel = await li.fields(`${path}/cancel`, `${path}/undo`);
    await Promise.all([boss.post(`${path}/give-back`, refund), li.post(`${path}/undo`, cancel)]);
    expect([6_000, 10_000]).toContain(await house.back(ask));
    expect(house.rowOf(ask).refunded_fen).toBe(await house.back(ask));
  });

  it('who cancel: it is cancelled once', async () => {
    const { ask, path } = await house.paid('2');
    const answers = await Promise.all(
      [boss, li].map(async (who) => {
        return who.post(`${path}/undo`, await who.fields(`${path}/cancel`, `${path}/undo`));
      }),
    );
    expect(answers.map(placeOf)).toContain(`${path}?done=cancel`);
    expect([await house.back(ask), house.rowOf(ask).state]).toEqual([10_000, 'refunded']);
    expect(eventsOf(ask, 'beginRefund')).toHaveLength(1);
  });
});

describe('a refund that waits', () => {
  async function waiting() {
    const { ask, path } = await house.paid('2');
    await house.service.sim.emptyAccount();
    const form = await boss.fields(`${path}/refund?amount=33.33`, `${path}/give-back`);
    await boss.post(`${path}/give-back`, form);
    const [{ id } = { id: 0 }] = house.inspect.rows<{ id: number }>(
      'select id from refund where receipt_row_id = ?',
      house.rowOf(ask).id,
    );
    return { ask, id };
  }

  it('is withdrawn, asked once more in words, on the account of the key', async () => {
    const { ask, id } = await waiting();
    expect((await boss.get('/console/refunds')).text).toContain(`/refunds/withdraw?id=${id}"`);
    const { text } = await boss.get(`/console/refunds/withdraw?id=${id}`);
    expect(text).toContain('叁拾叁元叁角叁分');
    const form = await boss.fields(
      `/console/refunds/withdraw?id=${id}`,
      '/console/refunds/give-up',
    );
    const send = () => boss.post('/console/refunds/give-up', form);
    const places = (await Promise.all([send(), send()])).map(placeOf);
    expect(places).toEqual(Array(2).fill('/console/refunds?done=withdrawn'));
    expect(house.inspect.rows('select given_up from refund where id = ?', id)).toEqual([
      { given_up: 'withdrawn' },
    ]);
    expect(eventsOf(ask, 'withdrawRefund')).toEqual(['boss withdraw 3333']);
    expect(actsOf('withdraw').filter((each) => each.includes(ask.billnum))).toHaveLength(1);
    // Again, from a page that was open: nothing more happens.
    const other = { ...form, act: '1'.repeat(32) };
    expect(placeOf(await boss.post('/console/refunds/give-up', other))).toContain('withdrawn');
    expect(eventsOf(ask, 'withdrawRefund')).toHaveLength(1);
    expect((await boss.get(`/console/refunds/withdraw?id=${id}`)).status).toBe(409);
    await house.service.sim.heal();
    expect(await house.back(ask)).toBe(0);
  });

  it('of another system, or of none, is not found', async () => {
    const { ask, id } = await waiting();
    const part = await house.signedIn(PART);
    expect((await part.get('/console/refunds')).text).not.toContain(ask.billnum);
    for (const path of ['withdraw', 'leave']) {
      expect((await part.get(`/console/refunds/${path}?id=${id}`)).status).toBe(409);
      for (const none of ['0', '-1', 'x', '999999', "1' or '1'='1"]) {
        const address = `/console/refunds/${path}?id=${encodeURIComponent(none)}`;
        expect((await boss.get(address)).status).toBe(409);
      }
    }
    const mark = (await part.fields('/console/refunds', '/console/sign-out'))['mark'] ?? '';
    const form = { mark, act: '2'.repeat(32), id: String(id) };
    expect((await part.post('/console/refunds/give-up', form)).status).toBe(409);
    expect(eventsOf(ask, 'withdrawRefund')).toEqual([]);
  });
});

describe('what a duplicate is owed', () => {
  function owed(ask: Ask): { id: number; due: number | null } {
    const [row] = house.inspect.rows<{ id: number; due: number | null }>(
      'select id, due_at_ms as due from refund where receipt_row_id = ?',
      house.rowOf(ask).id,
    );
    return row ?? { id: 0, due: 0 };
  }

  it('is left for now, and given back later from the same page', async () => {
    const { ask, path } = await house.paidTwice();
    const { id } = owed(ask);
    const { text: list } = await boss.get('/console/refunds');
    expect(list).toContain(`href="${path}/cancel"`);
    expect(list).not.toContain(`withdraw?id=${id}"`);
    expect((await boss.get(`/console/refunds/withdraw?id=${id}`)).status).toBe(409);
    const form = await boss.fields(`/console/refunds/leave?id=${id}`, '/console/refunds/left');
    expect(placeOf(await boss.post('/console/refunds/left', form))).toBe(
      '/console/refunds?done=left',
    );
    expect(owed(ask)).toEqual({ id, due: null });
    expect(eventsOf(ask, 'leaveOwed')).toEqual(['boss leaveOwed 8888']);
    const cancel = await boss.fields(`${path}/cancel`, `${path}/undo`);
    expect(placeOf(await boss.post(`${path}/undo`, cancel))).toBe(`${path}?done=cancel`);
    expect(await house.back(ask)).toBe(8_888);
    const late = { ...form, act: '3'.repeat(32) };
    expect((await boss.post('/console/refunds/left', late)).status).toBe(409);
    expect(eventsOf(ask, 'leaveOwed')).toHaveLength(1);
  });

  it('and is going back already is not left: it would be on its way for ever', async () => {
    const { ask, path } = await house.paidTwice();
    const { id } = owed(ask);
    const form = await boss.fields(`/console/refunds/leave?id=${id}`, '/console/refunds/left');
    // Begun by another process that died before it sent anything.
    house.write(`update receipt set state = 'refunding', giving_back = 'refund'
           where id = ${path.split('/').at(-1)}`);
    expect((await boss.post('/console/refunds/left', form)).status).toBe(409);
    expect(owed(ask).due).not.toBeNull();
  });
});

describe('an alarm', () => {
  it('offers what can be done about it, and is closed from the receipt, too', async () => {
    const { ask, path } = await house.paidTwice();
    const { text } = await boss.get('/console/alarms');
    expect(text).toContain(`href="${path}/cancel"`);
    expect(text).toContain(`href="${path}/look"`);
    const eyes = await house.signedIn(EYES);
    expect((await eyes.get('/console/alarms')).text).not.toContain(`href="${path}/cancel"`);
    const page = (await boss.get(path)).text;
    const close = /\/console\/alarms\/close\?id=\d+/.exec(page)?.[0] ?? '';
    const form = await boss.fields(close, '/console/alarms/end');
    const answers = await Promise.all(
      [boss, li].map(async (who) => {
        const own = await who.fields(close, '/console/alarms/end');
        return who.post('/console/alarms/end', { ...own, note: '<b>settled' });
      }),
    );
    expect(form['id']).toBe(close.split('=')[1]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
    expect((await boss.get(path)).text).toContain('&lt;b&gt;settled');
    expect(house.rowsOf(ask)).toHaveLength(2);
  });

  it('about a payment that is not booked is ended by asking Alipay again', async () => {
    const ask = anAsk('2', { paymentvalue: '100.00' });
    const { codeurl } = await house.code(ask);
    await house.pay(codeurl);
    const { id } = house.rowOf(ask);
    house.write(`insert into alarm (receipt_row_id, kind, subject, detail, raised_at_ms, open_mark)
           values (${id}, 'endRefused', 'receipt ${id}', 'x', 1, 0)`);
    expect((await boss.get('/console/alarms')).text).toContain(
      `href="/console/receipts/${id}/look"`,
    );
    const path = `/console/receipts/${id}`;
    const form = await boss.fields(`${path}/look`, `${path}/refresh`);
    expect(placeOf(await boss.post(`${path}/refresh`, form))).toBe(`${path}?done=refreshed`);
    expect(house.rowOf(ask).state).toBe('paid');
    expect(eventsOf(ask, 'pay')).toEqual(['boss refresh 10000']);
  });
});
