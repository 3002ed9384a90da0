import { BILL_TYPES } from '../../src/domain/bill';
import { parseChinaTime } from '../../src/domain/china-time';
import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import type { WireFormat } from '../support/process/service';
import { anAsk, getCode, query, receiptRow, saying } from '../support/process/till';

jest.setTimeout(30_000);

const TWO_HOURS_MS = 2 * 3_600_000;
const FORMATS: WireFormat[] = ['json', 'form'];

describe('a first payment', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    // A time zone far from China: the books and Alipay must not notice.
    service = await TestService.start({ TZ: 'America/St_Johns' });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  const CASES = FORMATS.flatMap((format) => BILL_TYPES.map((type) => [type, format] as const));

  it.each(CASES)('of bill type %s in %s, from code to receipt', async (type, format) => {
    const ask = anAsk(type);
    const code = await getCode(service, ask, format);
    expect(code.autoid).toMatch(type === '1' ? /^98\|0\|1$/ : /^[1-9]\d*$/);
    expect(code.codeurl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/qr\/[\w-]{20,}$/);

    const first = await query(service, code, format);
    expect(first).toMatchObject({
      status: 200,
      errcode: 0,
      errmsg: 'ok',
      tag: {
        billnum: ask.billnum,
        autoid: code.autoid,
        billstatus: '0',
        paystatus: 'NOTPAY',
        paystatusdesc: '等待扫码中',
      },
    });
    await service.sim.scan(code.codeurl);
    expect(saying(await query(service, code, format))).toBe('0 USERPAYING 0');
    const trade = await service.sim.pay(code.codeurl);
    expect(saying(await query(service, code, format))).toBe('0 SUCCESS 3');
    expect(saying(await query(service, code, format))).toBe('0 SUCCESS 3');

    const own = receiptRow(inspect, code);
    expect(own).toMatchObject({ state: 'paid', amount_fen: 8_888, paid_fen: 8_888 });
    expect(own.trade_no).toBe(trade.tradeNo);
    expect(await inspect.systemRow(type, own.out_trade_no)).toMatchObject({
      autoid: code.autoid,
      billnum: ask.billnum,
      paytype: '98',
      paymentvalue: '88.88',
      body: '景区门票',
      result: 'S',
      tradeno: trade.tradeNo,
      receiptvalue: '88.88',
    });
    if (ask.cardno) expect(await inspect.cardBalance(ask.cardno)).toBe('88.88');
    expect(await inspect.events(own.id)).toEqual([
      'begin begun',
      'giveCode waiting',
      'channelAnswer waiting',
      'pay paid',
    ]);
  });

  it('asks Alipay for exactly what the till asked for, in China time', async () => {
    const code = await getCode(service, anAsk('2', { clientip: '203.0.113.7', detail: '两张' }));
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    const [call] = await service.sim.calls({ method: 'precreate', outTradeNo });
    expect(call?.bizContent).toMatchObject({
      out_trade_no: outTradeNo,
      total_amount: '88.88',
      subject: '景区门票',
      body: '两张',
      product_code: 'FACE_TO_FACE_PAYMENT',
      business_params: { mc_create_trade_ip: '203.0.113.7' },
    });
    const expires = parseChinaTime(call?.bizContent['time_expire']) ?? 0;
    expect(Math.abs(expires - Date.now() - TWO_HOURS_MS)).toBeLessThan(60_000);
    const sentAt = parseChinaTime(call?.params['timestamp']) ?? 0;
    expect(Math.abs(sentAt - Date.now())).toBeLessThan(60_000);
    const row = await inspect.systemRow('2', outTradeNo);
    expect(Math.abs((parseChinaTime(row?.begunat) ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('is still known after the service was killed and started again', async () => {
    const code = await getCode(service, anAsk('7'));
    await service.kill('SIGKILL');
    await service.restart();
    expect(saying(await query(service, code))).toBe('0 NOTPAY 0');
    const again = await getCode(service, code.ask);
    expect([again.autoid, again.codeurl]).toEqual([code.autoid, code.codeurl]);
  });

  it('lets the service stop cleanly on SIGTERM', async () => {
    expect(await service.kill('SIGTERM')).toBe(0);
  });
});

it('a first payment works with certificates, notify included', async () => {
  const service = await TestService.start({ SIM_KEY_MODE: 'cert' });
  try {
    const code = await getCode(service, anAsk('1'));
    await service.sim.scan(code.codeurl);
    const trade = await service.sim.pay(code.codeurl);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    const url = `${service.url}/api/3Pay/AliPay/Notify`;
    const { reception } = await service.sim.notify(trade.outTradeNo, { url });
    expect(reception).toMatchObject({ status: 200, body: 'success' });
    const [call] = await service.sim.calls({ method: 'precreate' });
    expect(call?.params['app_cert_sn']).toMatch(/^[0-9a-f]{32}$/);
    expect(call?.params['alipay_root_cert_sn']).toMatch(/^[0-9a-f]{32}_[0-9a-f]{32}$/);
  } finally {
    await service.stop();
  }
});
