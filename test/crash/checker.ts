import type { BillType } from '../../src/domain/bill';
import { CANCEL_UNDER_WAY_MS } from '../../src/domain/receipt/due';
import { SYSTEM_TABLES } from '../database/sqlite-books';
import type { SqliteInspect } from '../database/sqlite-books';
import type { SimTrade } from '../support/far-side/sim-control';
import type { Sale, Told } from './sale';

/** A row of the books, as the checker reads it: by hand, with nothing of the product. */
interface Row {
  readonly id: number;
  readonly bill_type: BillType;
  readonly bill_no: string;
  readonly pay_type: string;
  readonly receipt_id: string;
  readonly out_trade_no: string;
  readonly state: string;
  readonly amount_fen: number;
  readonly paid_fen: number | null;
  readonly refunded_fen: number;
  readonly trade_no: string | null;
  readonly card_no: string | null;
  readonly duplicate: number;
  readonly cancel_sent_at_ms: number | null;
  readonly giving_back: string;
}

/** A row of the refunds. */
interface Refund {
  readonly id: number;
  readonly receipt_row_id: number;
  readonly batch_key: string;
  readonly amount_fen: number;
  readonly state: string;
  readonly queued_at_ms: number;
  readonly asked_at_ms: number | null;
  readonly due_at_ms: number | null;
}

/** Sooner after it was sent nobody can know what became of a refund without an answer. ms. */
const REFUND_VISIBLE_MS = 10_000;
/** By then it is known, however often who looks after it was killed before. ms. */
const REFUND_DECIDED_MS = 90_000;

/** What the books do not say yet. */
export interface Owed {
  readonly what: string;
  /** Until then a cancel or refund may be under way, and nothing can be decided. Epoch ms. */
  readonly heldUntilMs: number;
}

const MONEY_STATES = ['paid', 'refunding', 'refunded'];

/** From where to where a receipt may go. Source: the table of the books' states. */
const MOVES: Readonly<Record<string, readonly string[]>> = {
  begun: ['waiting', 'paid', 'cancelling', 'closed', 'failed'],
  waiting: ['paid', 'cancelling', 'closed', 'failed'],
  cancelling: ['cancelled', 'closed', 'refunding', 'paid'],
  paid: ['refunding', 'refunded'],
  refunding: ['paid', 'refunded'],
  closed: ['paid'],
  cancelled: ['paid'],
  failed: ['paid'],
  refunded: [],
};

/** What End has to have said for a receipt that counts. */
const RESULTS: Readonly<Record<string, readonly (string | null)[]>> = {
  begun: [null],
  waiting: [null],
  cancelling: [null],
  paid: ['S', 'R'],
  refunding: ['S', 'R'],
  refunded: ['R'],
  closed: ['C'],
  cancelled: ['C'],
  failed: ['F'],
};

/** Alarms that faults bring about; every other one is a violation. */
const EXPECTED_ALARMS = ['unverifiedAnswer'];

/** Compares the books with Alipay's ledger and with what the tills were told. */
export class Checker {
  /** How many comparisons were made. */
  checks = 0;
  private before = new Map<number, Row>();
  private found: string[] = [];

  /** Paid trades that the books do not hold yet, and undos that are not finished. */
  behind(inspect: SqliteInspect, trades: readonly SimTrade[]): Owed[] {
    const rows = byNumber(readRows(inspect));
    const owed = (row: Row | undefined, what: string): Owed => {
      const sentAtMs = row?.state === 'cancelling' ? row.cancel_sent_at_ms : null;
      const held = sentAtMs === null ? 0 : sentAtMs + CANCEL_UNDER_WAY_MS;
      return { what, heldUntilMs: held };
    };
    const unbooked = trades
      .filter(({ paidAtMs }) => paidAtMs !== null)
      .filter(({ outTradeNo }) => (rows.get(outTradeNo)?.paid_fen ?? null) === null)
      .map(({ outTradeNo }) => owed(rows.get(outTradeNo), `unbooked ${outTradeNo}`));
    const undoing = [...rows.values()]
      .filter(({ state }) => state === 'cancelling' || state === 'refunding')
      .filter((row) => row.giving_back !== 'refund')
      .map((row) => owed(row, `${row.state} ${row.out_trade_no}`));
    return [...unbooked, ...undoing, ...pendingRefunds(inspect)];
  }

  /** Everything that is not as it must be. */
  check(inspect: SqliteInspect, trades: readonly SimTrade[], sales: readonly Sale[]): string[] {
    this.found = [];
    const rows = readRows(inspect);
    this.checkLedger(rows, trades);
    this.checkSystems(inspect, rows);
    this.checkCards(inspect, rows);
    this.checkHistory(inspect, rows);
    this.checkRefunds(inspect, rows, sales);
    this.checkTold(rows, trades, sales);
    this.checkPast(rows);
    this.checkFile(inspect);
    return this.found;
  }

  private expect(holds: boolean, what: () => string): void {
    this.checks += 1;
    if (!holds) this.found.push(what());
  }

  private checkLedger(rows: readonly Row[], trades: readonly SimTrade[]): void {
    const books = byNumber(rows);
    const ledger = new Map(trades.map((trade) => [trade.outTradeNo, trade]));
    for (const trade of trades) {
      const row = books.get(trade.outTradeNo);
      const name = `trade ${trade.outTradeNo}`;
      this.expect(row !== undefined, () => `${name} is not in the books`);
      if (!row) continue;
      this.expect(row.amount_fen === trade.totalFen, () => `${name}: another amount`);
      const paid = trade.paidAtMs !== null;
      const booked = row.paid_fen === trade.totalFen && row.trade_no === trade.tradeNo;
      this.expect(!paid || booked, () => `${name} is paid and not booked: ${row.state}`);
      const refunded = row.state === 'refunding' || row.refunded_fen === trade.refundedFen;
      this.expect(refunded, () => `${name}: ${trade.refundedFen} back, not ${row.refunded_fen}`);
    }
    for (const row of rows) {
      const trade = ledger.get(row.out_trade_no);
      const hasMoney = MONEY_STATES.includes(row.state);
      const name = `receipt ${row.id} (${row.state})`;
      this.expect(hasMoney === (row.paid_fen !== null), () => `${name}: paid ${row.paid_fen}`);
      this.expect(
        !hasMoney || (trade?.paidAtMs ?? null) !== null,
        () => `${name} without a paid trade`,
      );
    }
    this.unique(rows.map(({ out_trade_no: number }) => number));
    this.unique(rows.flatMap(({ trade_no: number }) => (number === null ? [] : [number])));
  }

  private unique(names: readonly string[]): void {
    this.expect(new Set(names).size === names.length, () => 'a number is there twice');
  }

  private checkSystems(inspect: SqliteInspect, rows: readonly Row[]): void {
    let systemRows = 0;
    for (const table of Object.values(SYSTEM_TABLES)) systemRows += inspect.counts()[table] ?? 0;
    this.expect(systemRows === rows.length, () => `${systemRows} rows of the systems`);
    for (const row of rows) {
      const [system] = inspect.rows<{ autoid: string; result: string | null }>(
        `select autoid, result from ${SYSTEM_TABLES[row.bill_type]} where outtradeno = ?`,
        row.out_trade_no,
      );
      const expected = RESULTS[row.state] ?? [];
      const same = system?.autoid === row.receipt_id;
      const result = system?.result ?? null;
      const back = row.state === 'refunded' || row.refunded_fen > 0;
      const right = expected.includes(result) && (result === 'R') === back;
      const fits = row.duplicate === 1 || right;
      this.expect(same && fits, () => `receipt ${row.id} (${row.state}): End ${result}`);
    }
  }

  private checkCards(inspect: SqliteInspect, rows: readonly Row[]): void {
    const cards = new Map<string, number>();
    for (const row of rows) {
      if (row.card_no === null || row.bill_type !== '7') continue;
      const counts = row.state === 'paid' && row.duplicate === 0;
      const credit = counts ? (row.paid_fen ?? 0) - row.refunded_fen : 0;
      cards.set(row.card_no, (cards.get(row.card_no) ?? 0) + credit);
    }
    for (const [card, sum] of cards) {
      const [held] = inspect.rows<{ balance: string }>(
        'select balance from card_balance where cardno = ?',
        card,
      );
      const fen = Math.round(Number(held?.balance ?? '0') * 100);
      this.expect(fen === sum, () => `card ${card} holds ${fen} fen, not ${sum}`);
    }
  }

  private checkHistory(inspect: SqliteInspect, rows: readonly Row[]): void {
    for (const row of rows) {
      const events = inspect.rows<{ event: string; state: string }>(
        'select event, state from receipt_event where receipt_row_id = ? order by id',
        row.id,
      );
      const name = `receipt ${row.id}`;
      this.expect(events[0]?.state === 'begun', () => `${name} has no beginning`);
      this.expect(events.at(-1)?.state === row.state, () => `${name}: history ends elsewhere`);
      events.slice(1).forEach(({ state }, index) => {
        const from = events[index]?.state ?? '';
        const legal = from === state || (MOVES[from] ?? []).includes(state);
        this.expect(legal, () => `${name} went from ${from} to ${state}`);
      });
      const pays = events.filter(({ event }) => event === 'pay').length;
      this.expect(pays <= 1, () => `${name} was paid ${pays} times`);
    }
  }

  /** One refund a batch, what was told of it, and never more than was paid. */
  private checkRefunds(inspect: SqliteInspect, rows: readonly Row[], sales: readonly Sale[]): void {
    const names = new Map(rows.map((row) => [nameOf(row), row]));
    const refunds = readRefunds(inspect);
    const of = (id: number) => refunds.filter((one) => one.receipt_row_id === id);
    for (const row of rows) {
      const own = of(row.id);
      if (own.length === 0) continue;
      const sum = (...states: readonly string[]) =>
        own
          .filter(({ state }) => states.includes(state))
          .reduce((all, one) => all + one.amount_fen, 0);
      const name = `receipt ${row.id} (${row.state})`;
      this.expect(sum('done') === row.refunded_fen, () => `${name}: refunds of ${sum('done')}`);
      const most = sum('done', 'queued', 'asked') <= (row.paid_fen ?? 0);
      this.expect(most, () => `${name}: more than was paid goes back`);
      const keys = new Set(own.map(({ batch_key: key }) => key));
      this.expect(keys.size === own.length, () => `${name}: two refunds of one batch`);
    }
    for (const told of sales.flatMap((sale) => sale.told)) {
      const row = names.get(toldName(told));
      for (const [batch, { amount, done }] of told.refunds) {
        const one = of(row?.id ?? 0).find(({ batch_key: key }) => key === batch.toUpperCase());
        const name = `refund ${batch} of ${toldName(told)}`;
        this.expect(!done || one?.state === 'done', () => `${name} was told done: ${one?.state}`);
        const same = !one || (one.amount_fen / 100).toFixed(2) === amount;
        this.expect(same, () => `${name}: other amount`);
      }
    }
  }

  private checkTold(
    rows: readonly Row[],
    trades: readonly SimTrade[],
    sales: readonly Sale[],
  ): void {
    const ledger = new Map(trades.map((trade) => [trade.outTradeNo, trade]));
    const names = new Map(rows.map((row) => [nameOf(row), row]));
    for (const sale of sales) {
      let payable = 0;
      for (const told of sale.told) {
        const name = toldName(told);
        const row = names.get(name);
        this.expect(row !== undefined, () => `${name} was told and is not in the books`);
        if (!row) continue;
        const trade = ledger.get(row.out_trade_no);
        this.checkOneTold(told, row, name);
        const code = trade?.qrCode === told.codeurl;
        this.expect(code, () => `${name}: the code told is not Alipay's`);
        const status = trade?.status ?? '';
        if (['NOT_SCANNED', 'WAIT_BUYER_PAY'].includes(status)) payable += 1;
      }
      this.expect(payable <= 1, () => `${payable} codes of ${sale.ask.billnum} can be paid`);
    }
  }

  private checkOneTold(told: Told, row: Row, name: string): void {
    const { state } = row;
    const asked = told.cancelAsked;
    this.expect((row.amount_fen / 100).toFixed(2) === told.amount, () => `${name}: other amount`);
    const kept = !told.success || state === 'paid' || (asked && MONEY_STATES.includes(state));
    this.expect(kept, () => `${name} was told as paid and is ${state}`);
    this.expect(!told.revoked || state === 'cancelled', () => `${name} was told revoked: ${state}`);
    this.expect(!told.refunded || state === 'refunded', () => `${name} was told back: ${state}`);
  }

  /** Nothing vanishes, no money changes, and what went back only grows. */
  private checkPast(rows: readonly Row[]): void {
    const now = new Map(rows.map((row) => [row.id, row]));
    for (const [id, old] of this.before) {
      const row = now.get(id);
      this.expect(row !== undefined, () => `receipt ${id} has vanished`);
      if (!row) continue;
      const same =
        row.out_trade_no === old.out_trade_no &&
        row.amount_fen === old.amount_fen &&
        row.refunded_fen >= old.refunded_fen &&
        (old.paid_fen === null || (row.paid_fen === old.paid_fen && row.trade_no === old.trade_no));
      this.expect(same, () => `receipt ${id} has changed its money`);
    }
    this.before = now;
  }

  private checkFile(inspect: SqliteInspect): void {
    const [sound] = inspect.rows<{ integrity_check: string }>('pragma integrity_check');
    this.expect(sound?.integrity_check === 'ok', () => `integrity: ${sound?.integrity_check}`);
    const alarms = inspect.rows<{ kind: string; receipt_row_id: number }>('select * from alarm');
    for (const { kind, receipt_row_id: id } of alarms) {
      this.expect(EXPECTED_ALARMS.includes(kind), () => `alarm ${kind} of receipt ${id}`);
    }
  }
}

function readRows(inspect: SqliteInspect): Row[] {
  return inspect.rows<Row>('select * from receipt order by id');
}

function readRefunds(inspect: SqliteInspect): Refund[] {
  return inspect.rows<Refund>('select * from refund order by id');
}

/** Refunds that are not decided: each is looked at when it is due, and known ten seconds later. */
function pendingRefunds(inspect: SqliteInspect): Owed[] {
  const pending = readRefunds(inspect).filter(
    ({ state }) => state === 'queued' || state === 'asked',
  );
  return pending.map((one) => {
    const decidedMs = (one.asked_at_ms ?? one.queued_at_ms) + REFUND_DECIDED_MS;
    const knownMs = (one.due_at_ms ?? 0) + 2 * REFUND_VISIBLE_MS;
    return { what: `refund ${one.id} (${one.state})`, heldUntilMs: Math.min(decidedMs, knownMs) };
  });
}

function toldName({ billType, billNo, payType, autoid }: Told): string {
  return `${billType} ${billNo} ${payType} ${autoid}`;
}

function byNumber(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.out_trade_no, row]));
}

function nameOf(row: Row): string {
  return `${row.bill_type} ${row.bill_no} ${row.pay_type} ${row.receipt_id}`;
}
