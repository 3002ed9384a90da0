import type { BillType } from '../../src/domain/bill';
import type { BooksInspect } from '../database/books-inspect';
import { LONG } from '../support/long';
import { TestService } from '../support/process/service';
import type { Answer } from '../support/process/service';
import { anAsk, getCode, payAtSimulator, query, receiptRow, saying } from '../support/process/till';

jest.setTimeout(30_000);

/** Rounds of a hundred questions after a final receipt. */
const ROUNDS = LONG ? 10 : 2;

function times<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, make));
}

function distinct(answers: readonly Answer[]): string[] {
  return [...new Set(answers.map(({ text }) => text))];
}

describe('at the same time', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start();
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  it.each([
    ['1', 0],
    ['7', 300],
  ] as [BillType, number][])(
    '100 ScanCode of one bill of type %s: one Begin, one precreate, one code (Alipay takes %i ms)',
    async (type, delayMs) => {
      if (delayMs > 0) await service.sim.spoil({ method: 'precreate', fault: 'delay', delayMs });
      const before = inspect.counts();
      const ask = anAsk(type);
      const answers = await times(100, () => service.post('ScanCode', ask));
      expect(distinct(answers)).toHaveLength(1);
      expect(answers[0]).toMatchObject({ status: 200, errcode: 0 });
      const after = inspect.counts();
      const grown = (table: string) => (after[table] ?? 0) - (before[table] ?? 0);
      expect(['bill', 'receipt', 'receipt_event'].map(grown)).toEqual([1, 1, 2]);
      expect(['receipt_scenic', 'receipt_stored_value'].map(grown)).toEqual(
        type === '1' ? [1, 0] : [0, 1],
      );
      const autoid = answers[0]?.tag?.autoid ?? '';
      const { out_trade_no: outTradeNo } = receiptRow(inspect, { ask, autoid, codeurl: '' });
      expect(await service.sim.calls({ method: 'precreate', outTradeNo })).toHaveLength(1);
    },
  );

  it('ScanCode of one bill on different terms: one wins, the others are told so', async () => {
    const ask = anAsk();
    // All of them come before the first has its code: one that comes later takes its place.
    await service.sim.spoil({ method: 'precreate', fault: 'delay', delayMs: 1_500 });
    const values = Array.from({ length: 20 }, (_one, index) => index + 1);
    const answers = await Promise.all(
      values.map((paymentvalue) => service.post('ScanCode', { ...ask, paymentvalue })),
    );
    const codes = answers.map(({ errcode }) => errcode).sort((a, b) => a - b);
    expect(codes).toEqual([0, ...Array.from({ length: 19 }, () => 40902)]);
    const live = inspect.rows<{ n: number }>(
      'select count(*) as n from receipt where bill_no = ? and state in (?, ?)',
      ...[ask.billnum, 'begun', 'waiting'],
    );
    expect(live).toEqual([{ n: 1 }]);
  });

  it('100 ScanCode of 100 bills: 100 codes', async () => {
    const codes = await times(100, () => getCode(service, anAsk('3')));
    expect(new Set(codes.map(({ codeurl }) => codeurl)).size).toBe(100);
    expect(new Set(codes.map(({ autoid }) => autoid)).size).toBe(100);
  });

  it('50 Query of a paid receipt share one call and agree', async () => {
    const code = await getCode(service, anAsk('7'));
    await payAtSimulator(service, code);
    await service.sim.spoil({ method: 'query', fault: 'delay', delayMs: 300 });
    const answers = await times(50, () => query(service, code));
    expect(distinct(answers)).toHaveLength(1);
    expect(saying(answers[0] as Answer)).toBe('0 SUCCESS 3');
    const { id, out_trade_no: outTradeNo } = receiptRow(inspect, code);
    expect(await service.sim.calls({ method: 'query', outTradeNo })).toHaveLength(1);
    const events = await inspect.events(id);
    expect(events.filter((event) => event === 'pay paid')).toHaveLength(1);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
  });

  it('50 Query while the guest pays: never SUCCESS before, never anything else after', async () => {
    const code = await getCode(service, anAsk('7'));
    await service.sim.scan(code.codeurl);
    let paying = false;
    let told = false;
    const ask = async (): Promise<void> => {
      const mayBePaid = () => paying;
      const mustBePaid = told;
      const said = saying(await query(service, code));
      expect(['0 USERPAYING 0', '0 SUCCESS 3']).toContain(said);
      const success = said.startsWith('0 SUCCESS');
      if (success) expect(mayBePaid()).toBe(true);
      if (mustBePaid) expect(success).toBe(true);
      told ||= success;
    };
    const early = times(25, ask);
    paying = true;
    const paid = service.sim.pay(code.codeurl);
    await Promise.all([early, paid, times(25, ask)]);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    const events = await inspect.events(receiptRow(inspect, code).id);
    expect(events.filter((event) => event === 'pay paid')).toHaveLength(1);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
  });

  it(`${ROUNDS * 100} Query of a final receipt: one answer, no call, no write`, async () => {
    const code = await getCode(service);
    await payAtSimulator(service, code);
    const first = await query(service, code);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const rows = inspect.rows('select * from receipt');
    const calls = (await service.sim.calls({ method: 'query' })).length;
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await times(100, () => query(service, code));
      expect(distinct(answers)).toEqual([first.text]);
    }
    expect((await service.sim.calls({ method: 'query' })).length).toBe(calls);
    expect(inspect.rows('select * from receipt')).toEqual(rows);
  });
});
