import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import type { BooksInspect } from '../database/books-inspect';
import type { Answer, TestService } from '../support/process/service';
import { anAsk, until } from '../support/process/till';
import type { Ask } from '../support/process/till';
import { ConsoleClient } from './console-client';
import { testKey } from './keys';
import type { TestKey } from './keys';

/** Whose key the calls of the house bring. */
export const BOSS = testKey('boss', 'operator');

const HOUR_MS = 3_600_000;
const REFUSE = { fault: 'refuse', count: 1_000 } as const;

/** A receipt of the books, as far as the console moves it. */
export interface HouseReceipt {
  readonly id: number;
  readonly out_trade_no: string;
  readonly state: string;
  readonly refunded_fen: number;
}

/** A service whose console is used: its receipts, and who is signed in. */
export class ConsoleHouse {
  private constructor(
    readonly service: TestService,
    readonly inspect: BooksInspect,
  ) {}

  static of(service: TestService): ConsoleHouse {
    return new ConsoleHouse(service, service.inspect());
  }

  async signedIn({ secret }: Pick<TestKey, 'secret'>): Promise<ConsoleClient> {
    const client = new ConsoleClient(this.service.url);
    expect((await client.signIn(secret, '/console/receipts')).status).toBe(303);
    return client;
  }

  post(operation: string, body: object): Promise<Answer> {
    const key = { 'X-Api-Key': BOSS.secret };
    const path = `/api/3Pay/AliPay/${operation}`;
    return this.service.send(path, JSON.stringify(body), 'application/json', key);
  }

  rowsOf({ billnum }: Ask): HouseReceipt[] {
    return this.inspect.rows<HouseReceipt>(
      'select id, out_trade_no, state, refunded_fen from receipt where bill_no = ? order by id',
      billnum,
    );
  }

  /** The first receipt of a bill. */
  rowOf(ask: Ask): HouseReceipt {
    const [row] = this.rowsOf(ask);
    if (!row) throw new Error(`no receipt of ${ask.billnum}`);
    return row;
  }

  async code(ask: Ask): Promise<{ autoid: string; codeurl: string }> {
    const { tag } = await this.post('ScanCode', ask);
    return { autoid: String(tag?.['autoid']), codeurl: String(tag?.['codeurl']) };
  }

  /** A guest pays a code. */
  async pay(codeurl: string): Promise<void> {
    await this.service.sim.scan(codeurl);
    await this.service.sim.pay(codeurl);
  }

  /** A paid receipt of 100 yuan, and its page. */
  async paid(type: '1' | '2' = '1'): Promise<{ ask: Ask; path: string }> {
    const ask = anAsk(type, { paymentvalue: '100.00' });
    const { autoid, codeurl } = await this.code(ask);
    await this.pay(codeurl);
    const { billnum, billtype, paytype } = ask;
    await this.post('Query', { billnum, billtype, paytype, autoid });
    await until(() => this.rowOf(ask).state === 'paid');
    return { ask, path: `/console/receipts/${this.rowOf(ask).id}` };
  }

  /**
   * Two payments of one bill, the first of them the duplicate; not given back by itself. Of books
   * in SQLite alone.
   */
  async paidTwice(): Promise<{ ask: Ask; path: string }> {
    const { sim } = this.service;
    const ask = anAsk('2');
    const first = await this.code(ask);
    await this.pay(first.codeurl);
    await sim.spoil({ ...REFUSE, method: 'query', subCode: 'ACQ.TRADE_NOT_EXIST' });
    await sim.spoil({ ...REFUSE, method: 'cancel', subCode: 'ACQ.TRADE_CANCEL_TIME_OUT' });
    await sim.setAhead(5 * HOUR_MS);
    await this.post('Cancel', { ...ask, autoid: first.autoid });
    await sim.heal();
    await sim.setAhead(0);
    const { id } = this.rowOf(ask);
    this.write(`update receipt set cancel_tries = 0, cancel_answers = 0 where id = ${id}`);
    const again = { ...ask, paymentvalue: '99.99' };
    const second = await this.code(again);
    await this.pay(second.codeurl);
    await this.post('Query', { ...again, autoid: second.autoid });
    await this.post('Query', { ...ask, autoid: first.autoid });
    expect(this.rowsOf(ask).map(({ state }) => state)).toEqual(['paid', 'paid']);
    return { ask, path: `/console/receipts/${id}` };
  }

  /** Changes the books past the service. */
  write(statement: string): void {
    const books = openHandle(this.service.database);
    books.prepare(statement).run();
    books.close();
  }

  /** What Alipay has given back of it, fen. */
  async back(ask: Ask): Promise<number> {
    return (await this.service.sim.trade(this.rowOf(ask).out_trade_no)).refundedFen;
  }

  async stop(): Promise<void> {
    this.inspect.close();
    await this.service.stop();
  }
}
