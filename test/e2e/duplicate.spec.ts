import type { BooksInspect } from '../database/books-inspect';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
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
  until,
} from '../support/process/till';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;
const REFUSE = { fault: 'refuse', count: 1_000 } as const;

let service: TestService;
let inspect: BooksInspect;

beforeAll(async () => {
  service = await TestService.start({ ALIPAY_TIMEOUT_MS: '1000', SWEEP_PERIOD_MS: '200' });
  inspect = service.inspect();
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
});

/** Two payments of one bill: Alipay knew nothing of the first one, until it was too late. */
async function paidTwice(): Promise<GivenCode> {
  const { sim } = service;
  const first = await getCode(service, anAsk('2'));
  await payAtSimulator(service, first);
  await sim.spoil({ ...REFUSE, method: 'query', subCode: 'ACQ.TRADE_NOT_EXIST' });
  await sim.spoil({ ...REFUSE, method: 'cancel', subCode: 'ACQ.TRADE_CANCEL_TIME_OUT' });
  await sim.setAhead(5 * HOUR_MS);
  expect(saying(await cancel(service, first))).toBe('0 REVOKED 0');
  await sim.heal();
  await sim.setAhead(0);
  // As if it were a minute later: the cancel cannot take effect any more.
  write('update receipt set cancel_tries = 0, cancel_answers = 0 where id = ?', first);
  const again = { billnum: first.ask.billnum, paymentvalue: 99.99 };
  await paidAndTold(service, inspect, anAsk('2', again));
  expect(saying(await query(service, first))).toBe('0 REFUND 3');
  return first;
}

/** Changes the row that a statement is about, beside the service. */
function write(statement: string, code: GivenCode): void {
  const books = openHandle(service.database);
  const { changes } = books.prepare(statement).run(receiptRow(inspect, code).id);
  books.close();
  expect(changes).toBe(1);
}

async function calls(code: GivenCode, method: string): Promise<number> {
  const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
  return (await service.sim.calls({ method, outTradeNo })).length;
}

async function back(code: GivenCode): Promise<number> {
  return (await service.sim.trade(receiptRow(inspect, code).out_trade_no)).refundedFen;
}

function openAlarms(code: GivenCode): unknown[] {
  const { id } = receiptRow(inspect, code);
  const open = 'select kind from alarm where receipt_row_id = ? and open_mark = 0 order by kind';
  return inspect.rows<{ kind: string }>(open, id).map(({ kind }) => kind);
}

describe('a bill that was paid twice', () => {
  it('gives the second payment back by a Cancel of it, which is a refund', async () => {
    const duplicate = await paidTwice();
    expect(openAlarms(duplicate)).toEqual(['duplicatePayment', 'lateMoney']);
    const cancels = await calls(duplicate, 'cancel');
    expect(saying(await cancel(service, duplicate))).toBe('0 REFUND 3');
    expect(await back(duplicate)).toBe(8_888);
    expect([await calls(duplicate, 'refund'), await calls(duplicate, 'cancel')]).toEqual([
      1,
      cancels,
    ]);
    expect(openAlarms(duplicate)).toEqual(['lateMoney']);
    expect(saying(await cancel(service, duplicate))).toBe('0 REFUND 3');
    expect(await calls(duplicate, 'refund')).toBe(1);
  });

  it('gives it back by itself, also after a crash, and tells it under any batch', async () => {
    const duplicate = await paidTwice();
    await service.kill('SIGKILL');
    expect(await back(duplicate)).toBe(0);
    const aMinuteAgo = `update refund set queued_at_ms = queued_at_ms - 60000,
        due_at_ms = due_at_ms - 60000 where state = 'queued' and receipt_row_id = ?`;
    write(aMinuteAgo, duplicate);
    await service.restart();
    await until(() => receiptRow(inspect, duplicate).state === 'refunded', 20_000);
    expect([await back(duplicate), await calls(duplicate, 'refund')]).toEqual([8_888, 1]);
    expect(openAlarms(duplicate)).toEqual(['lateMoney']);
    const wish = { batchno: 'B7', refundvalue: '88.88' };
    expect(refundSaying(await refund(service, duplicate, wish))).toBe('0 2 88.88');
    expect(refundSaying(await refundQuery(service, duplicate, 'b7'))).toBe('0 2 88.88');
    expect(await calls(duplicate, 'refund')).toBe(1);
  });
});
