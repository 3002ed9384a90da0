import { setTimeout as wait } from 'node:timers/promises';
import { BILL_TYPES } from '../../src/domain/bill';
import type { BillType } from '../../src/domain/bill';
import { formatYuan, fen } from '../../src/domain/money';
import { SYSTEM_TABLES, SqliteInspect } from '../database/sqlite-books';
import { seeded } from '../support/seeded';
import { TestService } from '../support/process/service';
import type { SimTrade } from '../support/far-side/sim-control';
import type { Ask } from '../support/process/till';
import { anAsk, query, saying } from '../support/process/till';

const CYCLES = Number(process.env['CRASH_CYCLES'] ?? 6);
const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_122);
/** Tills that work at the same time, each on bills of its own. */
const TILLS = 4;
/** Where a sale stands: nothing yet, a code, scanned, paid. The service is killed near one. */
const STEPS = 4;
/** The service is killed this long after a sale reached its step, at most. ms. */
const LONGEST_REST_MS = 40;
const CARDS = ['CARD-A', 'CARD-B'];

jest.setTimeout(240_000 + CYCLES * 6_000);

/** A bill on its way; what the till was told of it. */
interface Sale {
  readonly ask: Ask;
  autoid: string | null;
  codeurl: string | null;
  /** How far it is: 0 nothing yet, 1 a code, 2 scanned, 3 paid. */
  step: number;
  told: boolean;
}

/** Tills and guests that never give up, and a service that is killed under them. */
class Shift {
  readonly sales: Sale[] = [];
  private readonly cuts: number[] = [];
  private readonly random = seeded(SEED);
  private onStep: (sale: Sale) => void = () => undefined;

  constructor(private readonly service: TestService) {}

  /** All tills work on a new sale each, and on all unfinished ones, until the service dies. */
  async cycle(): Promise<void> {
    const unfinished = this.sales.filter(({ told }) => !told);
    const fresh = Array.from({ length: TILLS }, () => this.newSale());
    const watched = fresh[Math.floor(this.random() * TILLS)];
    const step = Math.floor(this.random() * STEPS);
    const restMs = this.random() * LONGEST_REST_MS;
    const reached = new Promise<void>((resolve) => {
      this.onStep = (sale) => {
        if (sale === watched && sale.step === step) resolve();
      };
    });
    const killed = reached.then(() => wait(restMs)).then(() => this.service.kill('SIGKILL'));
    const work = [...unfinished, ...fresh].map((sale) => this.tryToSettle(sale));
    await Promise.all([killed, ...work]);
    await this.service.restart();
  }

  /** Every sale is brought to its end, with no more faults. */
  async finish(): Promise<void> {
    await Promise.all(this.sales.filter(({ told }) => !told).map((sale) => this.settle(sale)));
  }

  /** Sales that were not told yet when the service died, by the step they had reached. */
  interrupted(): number[] {
    return Array.from(
      { length: STEPS },
      (_one, step) => this.cuts.filter((cut) => cut === step).length,
    );
  }

  private newSale(): Sale {
    const type: BillType = BILL_TYPES[this.sales.length % BILL_TYPES.length] ?? '1';
    const card = CARDS[Math.floor(this.random() * CARDS.length)] ?? '';
    const paymentvalue = formatYuan(fen(1 + Math.floor(this.random() * 100_000)));
    const ask = anAsk(type, { paymentvalue, ...(type === '7' ? { cardno: card } : {}) });
    const sale = { ask, autoid: null, codeurl: null, step: 0, told: false };
    this.sales.push(sale);
    return sale;
  }

  /** One attempt; that the service dies under it is no failure. */
  private async tryToSettle(sale: Sale): Promise<void> {
    try {
      await this.settle(sale);
    } catch (error) {
      // The message alone tells: jest's errors and those of fetch are of different classes.
      if (!/fetch failed|terminated/.test(String(error))) throw error;
      this.cuts.push(sale.step);
    }
  }

  /** ScanCode, scan, pay and Query until SUCCESS, from wherever the sale stands. */
  private async settle(sale: Sale): Promise<void> {
    if (sale.step === 0) this.onStep(sale);
    while (sale.codeurl === null) await this.askForCode(sale);
    if (sale.step < 3) await this.guestPays(sale, sale.codeurl);
    while (!sale.told) await this.askForSuccess(sale);
  }

  private reach(sale: Sale, step: number): void {
    sale.step = step;
    this.onStep(sale);
  }

  private async askForCode(sale: Sale): Promise<void> {
    const { errcode, tag, text } = await this.service.post('ScanCode', sale.ask);
    // Undecided is a true answer: the call of the process before may hold the lease.
    if (errcode === 1) return wait(20);
    if (errcode !== 0) throw new Error(`ScanCode: ${text}`);
    if (sale.autoid !== null) expect(tag?.autoid).toBe(sale.autoid);
    sale.autoid = tag?.autoid ?? null;
    sale.codeurl = tag?.codeurl ?? null;
    this.reach(sale, 1);
  }

  private async guestPays(sale: Sale, codeurl: string): Promise<void> {
    await this.service.sim.scan(codeurl);
    this.reach(sale, 2);
    if (this.random() < 0.5) await this.ask(sale);
    await this.service.sim.pay(codeurl);
    this.reach(sale, 3);
  }

  private async askForSuccess(sale: Sale): Promise<void> {
    const said = await this.ask(sale);
    expect(['1', '0 SUCCESS 3']).toContain(said);
    sale.told = said !== '1';
  }

  private async ask({ ask, autoid }: Sale): Promise<string> {
    if (autoid === null) throw new Error('no receipt to ask for');
    return saying(await query(this.service, { ask, autoid, codeurl: '' }));
  }
}

interface BookRow {
  readonly id: number;
  readonly out_trade_no: string;
  readonly bill_type: BillType;
  readonly bill_no: string;
  readonly receipt_id: string;
  readonly state: string;
  readonly amount_fen: number;
  readonly paid_fen: number;
  readonly trade_no: string;
  readonly card_no: string | null;
}

describe(`a service that is killed ${CYCLES} times, seed ${SEED}`, () => {
  let service: TestService;
  let shift: Shift;
  let inspect: SqliteInspect;
  let rows: BookRow[];
  let trades: SimTrade[];

  beforeAll(async () => {
    service = await TestService.startOnSqlite({ ALIPAY_TIMEOUT_MS: '1000' });
    shift = new Shift(service);
    for (let cycle = 0; cycle < CYCLES; cycle += 1) await shift.cycle();
    await shift.finish();
    trades = await service.sim.trades();
    await service.kill('SIGKILL');
    inspect = service.inspect();
    rows = inspect.rows<BookRow>('select * from receipt');
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  it('has lost no answered ScanCode and told every payment', () => {
    for (const { ask, autoid, told } of shift.sales) {
      const row = rows.find((one) => one.bill_no === ask.billnum && one.receipt_id === autoid);
      expect([ask.billnum, told, row?.state]).toEqual([ask.billnum, true, 'paid']);
      expect(formatYuan(fen(row?.amount_fen ?? 0))).toBe(ask.paymentvalue);
    }
    expect(shift.sales).toHaveLength(CYCLES * TILLS);
  });

  it('was killed before and after the code, and before and after the payment', () => {
    const [before = 0, code = 0, scanned = 0, paid = 0] = shift.interrupted();
    expect(before + code + scanned).toBeGreaterThan(CYCLES / 4);
    expect(paid).toBeGreaterThan(0);
  });

  it('has one receipt for each paid trade, and one paid trade for each receipt', () => {
    const paid = trades.filter((trade) => trade.paid);
    const ledger = paid.map(({ outTradeNo, tradeNo, totalFen }) => [outTradeNo, tradeNo, totalFen]);
    const books = rows
      .filter(({ state }) => state === 'paid')
      .map((row) => [row.out_trade_no, row.trade_no, row.paid_fen]);
    expect(books.sort()).toEqual(ledger.sort());
    expect(books).toHaveLength(CYCLES * TILLS);
    expect(rows.every((row) => row.state !== 'paid' || row.paid_fen === row.amount_fen)).toBe(true);
  });

  it('has no number at Alipay that is not in the books, and no bill twice', () => {
    const known = new Set(rows.map((row) => row.out_trade_no));
    expect(trades.filter(({ outTradeNo }) => !known.has(outTradeNo))).toEqual([]);
    expect(rows).toHaveLength(shift.sales.length);
    expect(inspect.counts().bill).toBe(shift.sales.length);
  });

  it('has the same in the tables of the systems, and each End once', async () => {
    for (const row of rows) {
      expect(await inspect.systemRow(row.bill_type, row.out_trade_no)).toMatchObject({
        autoid: row.receipt_id,
        billnum: row.bill_no,
        result: 'S',
        tradeno: row.trade_no,
        receiptvalue: formatYuan(fen(row.paid_fen)),
      });
      const pays = (await inspect.events(row.id)).filter((event) => event === 'pay paid');
      expect([row.out_trade_no, pays.length]).toEqual([row.out_trade_no, 1]);
    }
    const counts = inspect.counts();
    const system = Object.values(SYSTEM_TABLES).map((table) => counts[table] ?? 0);
    expect(system.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
  });

  it('has credited each card with what was paid for it, once', async () => {
    for (const card of CARDS) {
      const paid = rows.filter(({ card_no: cardNo }) => cardNo === card);
      const sum = paid.reduce((total, row) => total + row.paid_fen, 0);
      const balance = (await inspect.cardBalance(card)) ?? '0.00';
      expect([card, balance]).toEqual([card, formatYuan(fen(sum))]);
    }
  });

  it('has a sound file and no alarm', () => {
    expect(inspect.rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(inspect.rows('select * from alarm')).toEqual([]);
  });
});
