import { setTimeout as wait } from 'node:timers/promises';
import type { BooksInspect } from '../database/books-inspect';
import { itLong, rows } from '../support/long';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import {
  anAsk,
  cancel,
  getCode,
  paidAndTold,
  payAtSimulator,
  query,
  receiptRow,
  refund,
  refundQuery,
  refundSaying,
  saying,
} from '../support/process/till';

jest.setTimeout(60_000);

const DAY_MS = 24 * 3_600_000;

let service: TestService;
let inspect: BooksInspect;

beforeAll(async () => {
  service = await TestService.start({ ALIPAY_TIMEOUT_MS: '1000' });
  inspect = service.inspect();
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
});
afterEach(() => service.sim.heal());

const aPaid = (type: '1' | '7' = '1', paymentvalue = '100.00') =>
  paidAndTold(service, inspect, anAsk(type, { paymentvalue }));

function outTradeNo(code: GivenCode): string {
  return receiptRow(inspect, code).out_trade_no;
}

/** What went back at Alipay. Fen. */
async function back(code: GivenCode): Promise<number> {
  return (await service.sim.trade(outTradeNo(code))).refundedFen;
}

/** The refunds that reached Alipay. */
async function sent(code: GivenCode): Promise<number> {
  return (await service.sim.calls({ method: 'refund', outTradeNo: outTradeNo(code) })).length;
}

function balance({ ask: { cardno = '' } }: GivenCode): Promise<string | null> {
  return inspect.cardBalance(cardno);
}

/** Asks after a refund until it is decided, as a desk does. */
async function decided(code: GivenCode, batchno = 'B1'): Promise<string> {
  for (let asked = 0; asked < 60; asked += 1) {
    const answer = await refundQuery(service, code, batchno);
    if (answer.errcode !== 1) return refundSaying(answer);
    await wait(500);
  }
  throw new Error('not decided');
}

describe('Refund', () => {
  it.each(['1', '7'] as const)('of a part of type %s, and again', async (type) => {
    const code = await aPaid(type);
    const answer = await refund(service, code, { operatorno: 'desk-3', reason: '下雨\r\n退票' });
    expect(answer).toMatchObject({
      ...{ status: 200, errcode: 0, errmsg: 'ok' },
      tag: {
        ...{ billnum: code.ask.billnum, autoid: code.autoid, batchno: 'B1' },
        ...{ refundstatus: '2', refundvalue: 33.33, refundedtotal: 33.33 },
      },
    });
    expect(answer.text).toContain('"refundvalue":33.33,"refundedtotal":33.33');
    expect((await refund(service, code)).text).toBe(answer.text);
    expect((await refundQuery(service, code)).text).toBe(answer.text);
    const told = await query(service, code);
    expect([saying(told), told.tag?.paystatusdesc]).toEqual(['0 REFUND 2', '部分退款']);
    expect([await back(code), await sent(code)]).toEqual([3_333, 1]);
    const [call] = await service.sim.calls({ method: 'refund', outTradeNo: outTradeNo(code) });
    expect(call?.bizContent).toMatchObject({ refund_amount: '33.33', refund_reason: '下雨 退票' });
    expect(await inspect.systemRow(type, outTradeNo(code))).toMatchObject({
      ...{ result: 'R', refundvalue: '33.33' },
    });
    if (type === '7') expect(await balance(code)).toBe('66.67');
    const [row] = inspect.rows(
      'select operator_no, reason from refund where receipt_row_id = ?',
      receiptRow(inspect, code).id,
    );
    expect(row).toEqual({ operator_no: 'desk-3', reason: '下雨\r\n退票' });
  });

  // Alipay wants three seconds between two parts.
  it.each(rows([['99.99']], [['33.33', '33.33', '33.33']]))(
    'part after part to the last fen, and not one fen more: %s',
    async (...parts) => {
      const code = await aPaid('7');
      for (const [i, refundvalue] of parts.entries()) {
        const { errcode } = await refund(service, code, { batchno: `B${i}`, refundvalue });
        expect(errcode).toBe(0);
      }
      const much = await refund(service, code, { batchno: 'M', refundvalue: '0.02' });
      expect([much.errcode, much.tag]).toEqual([40902, null]);
      expect(much.errmsg).toMatch(/超过可退金额.*0\.01 is left/);
      const rest = await refund(service, code, { batchno: 'R', refundvalue: 0.01 });
      expect(refundSaying(rest)).toBe('0 2 100.00');
      const more = await refund(service, code, { batchno: 'M', refundvalue: '0.01' });
      expect(more.errmsg).toContain('0.00 is left');
      expect(more.errcode).toBe(40902);
      expect(saying(await query(service, code))).toBe('0 REFUND 4');
      const calls = parts.length + 1;
      expect([await back(code), await sent(code)]).toEqual([10_000, calls]);
      expect(await balance(code)).toBe('0.00');
      // What was told of a batch is told for ever.
      const again = await refund(service, code, { batchno: 'B0', refundvalue: parts[0] ?? '' });
      expect(refundSaying(again)).toBe('0 2 100.00');
    },
  );

  it('of fifty tills with one batch is one refund', async () => {
    const code = await aPaid('7');
    const spelt = ['B1', 'b1', 'B1  '];
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, till) =>
        refund(service, code, { batchno: spelt[till % 3] ?? '' }),
      ),
    );
    expect(new Set(all.map(refundSaying))).toEqual(new Set(['0 2 33.33']));
    expect(new Set(all.map(({ tag }) => tag?.['batchno']))).toEqual(new Set(spelt));
    expect([await back(code), await sent(code), await balance(code)]).toEqual([3_333, 1, '66.67']);
    const other = await refund(service, code, { refundvalue: '33.34' });
    expect([other.errcode, other.errmsg]).toEqual([40903, expect.stringContaining('33.33')]);
  });

  it('of fifty tills with a batch each never gives back more than was paid', async () => {
    const code = await aPaid('7', '1.00');
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, till) =>
        refund(service, code, { batchno: `T${till}`, refundvalue: '0.60' }),
      ),
    );
    const codes = all.map(({ errcode }) => errcode).filter((errcode) => errcode !== 40902);
    expect(codes).toEqual([0]);
    expect([await back(code), await balance(code)]).toEqual([60, '0.40']);
  });

  it('whose answer was lost is asked after, and never doubled', async () => {
    const after = await aPaid('7');
    await service.sim.spoil({ method: 'refund', fault: 'reset', afterEffect: true });
    const lost = await refund(service, after);
    expect(refundSaying(lost)).toBe('1 1 0.00');
    expect(lost.errmsg).toContain('give no cash');
    expect(saying(await query(service, after))).toBe('0 REFUND 3');
    await service.sim.heal();
    // It keeps its amount, and no Cancel gives all of it back beside it.
    expect((await refund(service, after, { batchno: 'B2', refundvalue: '66.68' })).errcode).toBe(
      40902,
    );
    const undo = await cancel(service, after);
    expect([undo.errcode, undo.errmsg]).toEqual([40902, expect.stringContaining('use Refund')]);
    expect(await decided(after)).toBe('0 2 33.33');
    expect([await back(after), await sent(after), await balance(after)]).toEqual([
      ...[3_333, 1, '66.67'],
    ]);
  });

  // In refund-work.spec.ts each way in which a refund may end is seen, without a wait.
  itLong('that Alipay did not take is sent again by a repeat, under the same number', async () => {
    const [before, short] = [await aPaid('7'), await aPaid('7')];
    await service.sim.spoil({ method: 'refund', fault: 'system_error' });
    expect(refundSaying(await refund(service, before))).toBe('1 1 0.00');
    await service.sim.emptyAccount();
    const waits = await refund(service, short);
    expect([refundSaying(waits), waits.errmsg]).toEqual([
      ...['1 1 0.00', expect.stringContaining('商户账户余额不足')],
    ]);
    expect(await inspect.alarms(receiptRow(inspect, short).id)).toEqual(['refundWaits']);
    await service.sim.heal();
    // A question sends nothing; a repeat does, under the same number.
    expect(refundSaying(await refundQuery(service, before))).toBe('1 1 0.00');
    expect(await sent(before)).toBe(1);
    for (const code of [before, short]) {
      let answer = await refund(service, code);
      while (answer.errcode === 1) {
        await wait(500);
        answer = await refund(service, code);
      }
      expect(refundSaying(answer)).toBe('0 2 33.33');
      expect([await back(code), await balance(code)]).toEqual([3_333, '66.67']);
      const calls = await service.sim.calls({ method: 'refund', outTradeNo: outTradeNo(code) });
      expect(new Set(calls.map(({ bizContent }) => bizContent['out_request_no'])).size).toBe(1);
    }
  });

  it('that Alipay finally refuses is told with its reason; a new batch may be taken', async () => {
    const code = await aPaid('7');
    const frozen = { fault: 'refuse', subCode: 'ACQ.REASON_TRADE_BEEN_FREEZEN' } as const;
    await service.sim.spoil({ method: 'refund', ...frozen });
    const refused = await refund(service, code);
    expect(refundSaying(refused)).toBe('0 9 0.00');
    expect(refused.errmsg).toContain('交易被冻结');
    expect((await refund(service, code)).text).toBe(refused.text);
    expect((await refundQuery(service, code)).text).toBe(refused.text);
    expect([saying(await query(service, code)), await balance(code)]).toEqual([
      ...['0 SUCCESS 3', '100.00'],
    ]);
    expect(await sent(code)).toBe(1);
    expect((await refund(service, code, { batchno: 'B2' })).tag?.['refundstatus']).toBe('2');
  });

  it('of a card whose balance was spent is refused, and nothing is asked for', async () => {
    const code = await aPaid('7');
    await inspect.setCard(code.ask.cardno ?? '', '33.32');
    const refused = await refund(service, code);
    expect([refused.status, refused.errcode, refused.tag]).toEqual([200, 40902, null]);
    expect(refused.errmsg).toMatch(/余额不足|holds less/);
    expect([await sent(code), await balance(code)]).toEqual([0, '33.32']);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    expect((await refundQuery(service, code)).errcode).toBe(40401);
    expect(refundSaying(await refund(service, code, { refundvalue: '33.32' }))).toBe('0 2 33.32');
    expect(await balance(code)).toBe('0.00');
  });
});

describe('Refund of a receipt', () => {
  it('that was paid a moment ago asks Alipay first', async () => {
    const code = await getCode(service, anAsk('1', { paymentvalue: '100.00' }));
    const early = await refund(service, code);
    expect([early.errcode, early.errmsg]).toEqual([40902, expect.stringContaining('not paid')]);
    await payAtSimulator(service, code);
    expect(refundSaying(await refund(service, code))).toBe('0 2 33.33');
    const unsure = await getCode(service, anAsk('1', { paymentvalue: '100.00' }));
    await service.sim.spoil({ method: 'query', fault: 'system_error', count: 0 });
    expect((await refund(service, unsure)).errcode).toBe(1);
  });

  it('that was cancelled, or is not there, is refused', async () => {
    const code = await aPaid();
    await cancel(service, code);
    const refused = await refund(service, code);
    expect([refused.errcode, await back(code)]).toEqual([40902, 10_000]);
    expect((await refund(service, { ...code, autoid: '98|0|9' })).errcode).toBe(40401);
    const other = await refundQuery(service, { ...code, ask: { ...code.ask, paytype: '97' } });
    expect(other.errcode).toBe(40401);
  });

  it('of which a part went back: Cancel names Refund before Alipay is asked', async () => {
    const code = await aPaid();
    await refund(service, code);
    const undo = await cancel(service, code);
    expect([undo.errcode, undo.errmsg]).toEqual([40902, expect.stringContaining('use Refund')]);
    expect(await service.sim.calls({ method: 'cancel', outTradeNo: outTradeNo(code) })).toEqual([]);
  });
});

describe('Refund where Cancel is too late', () => {
  afterEach(() => service.sim.setAhead(0));

  it.each([
    ['25 hours', 25 / 24],
    ['364 days', 364],
  ])('after %s gives all of it back', async (_what, days) => {
    const code = await aPaid('7');
    await service.sim.setAhead(days * DAY_MS);
    const undo = await cancel(service, code);
    expect([undo.errcode, undo.errmsg]).toEqual([40902, expect.stringContaining('请使用退款')]);
    const all = await refund(service, code, { refundvalue: '100.00' });
    expect(refundSaying(all)).toBe('0 2 100.00');
    expect([await back(code), await balance(code)]).toEqual([10_000, '0.00']);
    expect(saying(await query(service, code))).toBe('0 REFUND 4');
  });

  it('after more than a year is finally refused by Alipay', async () => {
    const code = await aPaid('7');
    await service.sim.setAhead(366 * DAY_MS);
    const refused = await refund(service, code);
    expect(refundSaying(refused)).toBe('0 9 0.00');
    expect(refused.errmsg).toContain('交易已完结');
    expect(await balance(code)).toBe('100.00');
  });
});
