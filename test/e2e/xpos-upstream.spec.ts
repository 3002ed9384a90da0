import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import { anAsk, getCode, payAtSimulator, receiptRow } from '../support/process/till';
import { modelOf, postForm, refusalOf, signed } from '../support/far-side/top';

const SECRET = 'upstream-secret-planted';

// Two real services: one is the upstream of the other, under a key of its own.
let upstream: TestService;
let service: TestService;
let inspect: BooksInspect;

beforeAll(async () => {
  upstream = await TestService.start({ TOP_APP_KEYS: `77:${SECRET}` });
  service = await TestService.start({
    TOP_UPSTREAM_URL: `${upstream.url}/router/rest`,
    TOP_UPSTREAM_KEY: '77',
    TOP_UPSTREAM_SECRET: SECRET,
  });
  inspect = upstream.inspect();
}, 90_000);
afterAll(async () => {
  inspect.close();
  await service.stop();
  await upstream.stop();
});

describe('an id we do not know', () => {
  it('is asked for at the upstream, and its answer passed on', async () => {
    const code = await getCode(upstream, anAsk('2'));
    await payAtSimulator(upstream, code);
    const { id, out_trade_no: checkout_id } = receiptRow(inspect, code);
    const ids = { biz_order_id: String(id), checkout_id };
    const there = postForm(upstream.url, signed({ ...ids, app_key: '77' }, SECRET));
    const model = modelOf(await there);
    expect(model).toMatchObject({ checkout_status: 'SUCCEEDED', paid_fee: 8888, checkout_id });
    expect(modelOf(await postForm(service.url, signed(ids)))).toEqual(model);
    const xml = await postForm(service.url, signed({ ...ids, format: 'xml' }));
    expect(xml.text).toContain('<checkout_status>SUCCEEDED</checkout_status>');
    const house = await service.send('/api/3Pay/Xpos/QueryStatus', JSON.stringify(ids));
    expect([house.errcode, house.tag]).toEqual([0, model]);
  });

  it('that the upstream does not know either is refused in its words', async () => {
    const answer = await postForm(service.url, signed({ checkout_id: 'nobody' }));
    expect(refusalOf(answer)).toBe('50 isv.invalid-parameter');
    const body = '{"checkout_id":"nobody"}';
    expect((await service.send('/api/3Pay/Xpos/QueryStatus', body)).errcode).toBe(40401);
  });
});

it('an id of ours is answered from our books alone', async () => {
  const mine = service.inspect();
  const code = await getCode(service, anAsk('3'));
  const { out_trade_no: checkout_id } = receiptRow(mine, code);
  mine.close();
  const model = modelOf(await postForm(service.url, signed({ checkout_id })));
  expect(model).toMatchObject({ checkout_id, checkout_status: 'INIT' });
});

describe('an upstream that is gone', () => {
  beforeAll(() => upstream.kill());

  it('is not asked about what another gateway forwarded', async () => {
    const forwarded = signed({ checkout_id: 'nobody', partner_id: '3pay-gateway' });
    expect(refusalOf(await postForm(service.url, forwarded))).toBe('50 isv.invalid-parameter');
  });

  it('is an error that may be repeated, never a status, and no secret is told', async () => {
    const answer = await postForm(service.url, signed({ checkout_id: 'nobody' }));
    expect(refusalOf(answer)).toBe('15 isp.top-remote-connection-timeout');
    const body = '{"checkout_id":"nobody"}';
    expect((await service.send('/api/3Pay/Xpos/QueryStatus', body)).errcode).toBe(1);
    expect(service.log).toContain('isp.top-remote-connection-timeout');
    expect(service.log + upstream.log + answer.text).not.toContain(SECRET);
  });
});
