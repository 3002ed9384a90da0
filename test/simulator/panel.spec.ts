import { ACT_NAMES, curlOf, orderOfAct } from '../../src/simulator/panel/acts';
import { CONDITION_KINDS, FAULT_KINDS } from '../../src/simulator/gateway/faults';
import { OBSTACLES } from '../../src/simulator/ledger/guest';
import { PORTAL_OBSTACLES } from '../../src/simulator/ledger/portal';
import { NO_BILL } from '../../src/simulator/control/control-bill';
import { REFUSED } from '../../src/simulator/panel/texts/act-texts';
import { codeOf, goodBiz, startTestSimulator, TestClient } from './support';

let client: TestClient;
let stop: () => Promise<void>;
beforeAll(async () => ({ client, stop } = await startTestSimulator()));
afterAll(() => stop());

/** A form as a browser without scripts sends it; redirects are not followed. */
function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(form);
  return fetch(`${client.url}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
}

async function asked(): Promise<string> {
  const biz = goodBiz();
  await client.call('alipay.trade.precreate', biz);
  return biz.out_trade_no;
}

async function text(path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await fetch(`${client.url}${path}`, { headers })).text();
}

describe('the panel', () => {
  it('does an act through the control API and tells of it on the next page', async () => {
    const outTradeNo = await asked();
    const answer = await post('/panel/acts/scan', { outTradeNo, back: `/?q=${outTradeNo}` });
    expect(answer.status).toBe(303);
    const next = answer.headers.get('location') ?? '';
    expect(next).toMatch(new RegExp(`^/\\?q=${outTradeNo}&note=\\d+$`));
    const page = await text(next, { 'Accept-Language': 'en' });
    expect(page).toContain('The guest has scanned');
    expect(page).toContain(`curl -X POST ${client.url}/sim/trades/${outTradeNo}/scan`);
    expect(await text(next)).toContain('顾客已扫码');
  });

  it('tells why an act could not be done', async () => {
    const outTradeNo = await asked();
    const answer = await post('/panel/acts/pay', { outTradeNo });
    const page = await text(answer.headers.get('location') ?? '', { 'Accept-Language': 'en' });
    expect(page).toContain('Nobody has scanned the code yet');
    expect((await client.control('GET', `/sim/trades/${outTradeNo}`)).body['paid']).toBe(false);
  });

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1'])(
    'does nothing for a form of %s',
    async (origin) => {
      const outTradeNo = await asked();
      const answer = await post('/panel/acts/scan', { outTradeNo }, { Origin: origin });
      expect(answer.status).toBe(403);
      const { body } = await client.control('GET', `/sim/trades/${outTradeNo}`);
      expect(body['status']).toBe('NOT_SCANNED');
      const own = await post('/panel/acts/scan', { outTradeNo }, { Origin: client.url });
      expect(own.status).toBe(303);
    },
  );

  it.each(['//evil.example', '/\\evil.example', '/panel/..//evil.example', 'http://evil.example/'])(
    'leads nowhere else: %s',
    async (back) => {
      const look = `/panel/look?lang=en&back=${encodeURIComponent(back)}`;
      const answers = [
        await fetch(`${client.url}${look}`, { redirect: 'manual' }),
        await post('/panel/acts/notifies-on', { events: 'paid', back }),
      ];
      for (const answer of answers) {
        const to = new URL(answer.headers.get('location') ?? '', client.url);
        expect(to.origin).toBe(client.url);
      }
    },
  );

  it('keeps the look in a cookie, and takes no look that there is none', async () => {
    const chosen = await fetch(`${client.url}/panel/look?lang=en&theme=dark&back=/panel/clock`, {
      redirect: 'manual',
    });
    expect(chosen.headers.get('location')).toBe('/panel/clock');
    const cookie = (chosen.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(await text('/', { Cookie: cookie })).toContain('lang="en" data-theme="dark"');
    const other = await fetch(`${client.url}/panel/look?lang=fr&theme="x`, { redirect: 'manual' });
    expect(other.headers.get('set-cookie')).toContain('3pay_sim_look=zh-auto;');
  });

  it('escapes what it is asked', async () => {
    const page = await text('/?q=%22%3E%3Cscript%3E');
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(page).not.toContain('"><script>');
  });

  it('turns pages, the newest first', async () => {
    const numbers: string[] = [];
    for (let n = 0; n < 51; n += 1) numbers.push(await asked());
    const [first, second] = [await text('/'), await text('/?page=2')];
    expect(first).toContain(`trades/${numbers[50]}"`);
    expect(first).not.toContain(`trades/${numbers[0]}"`);
    expect(second).toContain(`trades/${numbers[0]}"`);
    expect(await text('/?page=99')).toContain('class="pager"');
    const found = await text(`/?q=${numbers[0]}`);
    expect(found.match(/<li>\s*<p class="what">/g)).toHaveLength(1);
  });

  it('finds a trade by its code', async () => {
    const biz = goodBiz();
    const code = codeOf(await client.call('alipay.trade.precreate', biz));
    expect(await text(`/?q=${code}`)).toContain(`/panel/trades/${biz.out_trade_no}`);
  });

  it.each<[string, string, number]>([
    ['GET', '/panel/nothing', 404],
    ['GET', '/panel/trades/none', 404],
    ['GET', '/panel/trades/%ff', 404],
    ['GET', '/panel/../../etc/passwd', 404],
    ['GET', '/panel/acts/scan', 405],
    ['POST', '/panel/acts/dance', 404],
    ['POST', '/', 405],
    ['PUT', '/panel/clock', 405],
    ['HEAD', '/', 200],
    ['GET', '/panel/bills?date=nonsense', 200],
    ['GET', '/?page=-1&note=x', 200],
  ])('%s %s is answered %i', async (method, path, status) => {
    expect((await fetch(`${client.url}${path}`, { method })).status).toBe(status);
  });

  it('refuses more than a form can be', async () => {
    const answer = await post('/panel/acts/scan', { outTradeNo: 'x'.repeat(70_000) });
    expect(answer.status).toBe(413);
  });

  it('lets nothing run or load that is not its own', async () => {
    const policy = (await fetch(client.url)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const script = await fetch(`${client.url}/panel/panel.js`);
    const known = { 'If-None-Match': script.headers.get('etag') ?? '' };
    expect((await fetch(`${client.url}/panel/panel.js`, { headers: known })).status).toBe(304);
  });
});

describe('a link to the bill', () => {
  it('is given when there is one, else says why not', async () => {
    const date = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const ask = () => client.control('POST', `/sim/bills/${date}/link`);
    expect(await ask()).toMatchObject({ status: 409, body: { error: 'DAY_NOT_OVER' } });
    await client.control('POST', '/sim/clock', { offsetMs: 2 * 86_400_000 });
    const { body } = await ask();
    const file = await fetch(String(body['url']));
    expect(file.status).toBe(200);
    expect(file.headers.get('content-disposition')).toContain('.csv.zip');
    await client.control('POST', `/sim/bills/${date}`, { plant: 'late' });
    expect(await ask()).toMatchObject({ status: 409, body: { error: 'NOT_READY' } });
    await client.control('POST', '/sim/clock', { offsetMs: 0 });
  });
});

describe('an act', () => {
  it.each(ACT_NAMES)('%s of an empty form is refused or done, and never fails', async (act) => {
    const answer = await post(`/panel/acts/${act}`, {});
    expect(answer.status).toBe(303);
    expect((await fetch(`${client.url}${answer.headers.get('location')}`)).status).not.toBe(500);
  });

  it('leaves out what does not go with the fault', () => {
    const form = {
      fault: 'delay',
      method: '*',
      count: '2',
      delayMs: '',
      subCode: 'ACQ.X',
      visibleMs: '9',
      when: 'after',
    };
    const body = (more: object) =>
      orderOfAct('order-fault', new URLSearchParams({ ...form, ...more }), 0).body;
    expect(body({})).toEqual({ fault: 'delay', method: '*', count: 2, afterEffect: true });
    expect(body({ fault: 'refund_unseen' })).toEqual({ fault: 'refund_unseen', visibleMs: 9 });
    expect(body({ fault: 'seller_balance' })).toEqual({ fault: 'seller_balance' });
    expect(body({ fault: 'refuse', inBody: 'on', when: 'before' })).toEqual({
      fault: 'refuse',
      method: '*',
      count: 2,
      subCode: 'ACQ.X',
      inBody: true,
    });
  });

  it.each([...FAULT_KINDS, ...CONDITION_KINDS])('orders %s as curl does', async (fault) => {
    const body = { fault, ...(fault === 'refuse' ? { subCode: 'ACQ.X' } : {}) };
    const visible = fault === 'refund_unseen' ? { visibleMs: 9 } : {};
    const waiting = async () => {
      const list = (await client.control('GET', '/sim/faults')).body['faults'] as object[];
      await client.control('DELETE', '/sim/faults');
      return list.map((one) => ({ ...one, id: 0 }));
    };
    await client.control('POST', '/sim/faults', { ...body, ...visible });
    const byCurl = await waiting();
    const form = { fault, method: '*', when: 'before', count: '1', delayMs: '' };
    await post('/panel/acts/order-fault', { ...form, subCode: 'ACQ.X', visibleMs: '9' });
    expect(await waiting()).toEqual(byCurl);
    expect(byCurl).toHaveLength(1);
  });

  it('is written so that a shell takes it as it is', () => {
    const order = { verb: 'POST', path: '/sim/faults', body: { subCode: "a'b" } } as const;
    expect(curlOf(order, 'http://s')).toBe(`curl http://s/sim/faults -d '{"subCode":"a'\\''b"}'`);
  });

  it('has words for every reason why it may be refused', () => {
    const codes = [OBSTACLES, PORTAL_OBSTACLES].flatMap((table) => Object.keys(table));
    const known = Object.keys(REFUSED);
    expect([...codes, ...Object.values(NO_BILL)].filter((code) => !known.includes(code))).toEqual(
      [],
    );
  });
});
