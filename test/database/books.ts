import type { DailyBooks } from '../../src/domain/ports/daily-books';
import type { Alarms } from '../../src/domain/ports/alarm';
import type { BillType } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { Asker, By } from '../../src/domain/receipt/by';
import type { Payment, Receipt } from '../../src/domain/receipt/receipt';
import type {
  BeginOrder,
  OpenReceipts,
  Origin,
  ReceiptRepositories,
  ReceiptStep,
} from '../../src/domain/ports/receipt-repository';
import type { ReceiptEvent } from '../../src/domain/receipt/receipt-state';
import type { BookFiguresReader } from '../../src/health/health';
import type { ReconcileTurns } from '../../src/domain/reconciliation/reconcile-turns';
import type { Refunds } from '../../src/domain/ports/refunds';
import type { ReceiptReading } from '../../src/domain/reading/receipt-reading';
import type { XposRequests } from '../../src/domain/ports/xpos-requests';
import type { AlarmBook } from '../../src/domain/reading/alarm-book';
import type { RefundBook } from '../../src/domain/reading/refund-book';
import type { DayBook } from '../../src/domain/reading/day-figures';
import type { Acts } from '../../src/domain/access/acts';
import type { ConsoleSessions } from '../../src/domain/access/console-sessions';
import type { Keys } from '../../src/domain/access/keys';
import type { Callbacks } from '../../src/domain/ports/callbacks';
import { systemClock, systemRandomness } from '../../src/config/system-clock';
import { CallbackStore } from '../../src/legacy-db/callbacks/callback-store';
import { OutboxWriter } from '../../src/legacy-db/callbacks/callback-writer';
import { AlarmBookStore } from '../../src/legacy-db/reading/alarm-book-store';
import { RefundBookStore } from '../../src/legacy-db/reading/refund-book-store';
import { DayBookStore } from '../../src/legacy-db/reading/day-book-store';
import { ActStore } from '../../src/legacy-db/access/act-store';
import { KeyStore } from '../../src/legacy-db/access/key-store';
import { SessionStore } from '../../src/legacy-db/access/session-store';
import { AlarmStore } from '../../src/legacy-db/books/alarm-store';
import { BookFiguresStore } from '../../src/legacy-db/books/book-figures';
import { DailyBooksStore } from '../../src/legacy-db/daily/daily-books-store';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { ReconcileTurnStore } from '../../src/legacy-db/daily/reconcile-turn-store';
import { OpenReceiptsStore } from '../../src/legacy-db/books/open-receipts-store';
import { RefundStore } from '../../src/legacy-db/refunds/refund-store';
import { receiptRepositories } from '../../src/legacy-db/systems/receipt-repositories';
import { ReceiptReadingStore } from '../../src/legacy-db/reading/receipt-reading-store';
import { XposRequestStore } from '../../src/legacy-db/books/xpos-request-store';
import type { Statement } from '../../src/legacy-db/sql/sql';

/** A row of a system's receipt table, columns as the contract of Begin and End names them. */
export interface SystemRow {
  readonly autoid: string;
  readonly billnum: string;
  readonly paytype: string;
  readonly paymentvalue: string;
  readonly body: string;
  readonly detail: string | null;
  readonly clientip: string;
  readonly cardno: string | null;
  readonly result: string | null;
  readonly tradeno: string | null;
  readonly receiptvalue: string | null;
  readonly refundvalue: string | null;
  /** What the card has given up for it; null: nothing yet, or another system. */
  readonly heldvalue: string | null;
  readonly buyer: string | null;
  readonly begunat: string;
  readonly paidat: string | null;
}

/** What a test may do beside the ports. Every look sees committed rows only. */
export interface Inspect {
  /** The row of our number in the table of that system; null: none. */
  systemRow(billType: BillType, outTradeNo: string): Promise<SystemRow | null>;
  /** Yuan text of a card's balance; null: a card never credited. */
  cardBalance(cardNo: string): Promise<string | null>;
  /** The history of a receipt, oldest first, as `event state`. */
  events(receiptRowId: number): Promise<string[]>;
  /** The kinds of the alarms of a receipt. */
  alarms(receiptRowId: number): Promise<string[]>;
  /** The refunds of a receipt, as `batch fen state`. */
  refunds(receiptRowId: number): Promise<string[]>;
  /** How many rows all tables hold together. */
  countRows(): Promise<number>;
  /** Rows by table. */
  countsByTable(): Promise<Record<string, number>>;
  /** The rows of a query both stores understand. */
  query<Row = Record<string, unknown>>(statement: Statement): Promise<Row[]>;
  /** What the guest did with the card elsewhere: from now on it holds `balance` yuan. */
  setCard(cardNo: string, balance: string): Promise<void>;
  close(): void | Promise<void>;
}

/** The ports of the domain to one database. */
export interface Stores {
  readonly repositories: ReceiptRepositories;
  /** The same, and the systems of bill types 2 and 7 want to be told. */
  readonly telling: ReceiptRepositories;
  /** Of both; a system that wants to be told is. */
  readonly refunds: Refunds;
  readonly callbacks: Callbacks;
  readonly openReceipts: OpenReceipts;
  readonly xposRequests: XposRequests;
  readonly figures: BookFiguresReader;
  readonly alarms: Alarms;
  readonly daily: DailyBooks;
  readonly alarmBook: AlarmBook;
  readonly dayBook: DayBook;
  readonly refundBook: RefundBook;
  readonly keys: Keys;
  readonly sessions: ConsoleSessions;
  readonly acts: Acts;
  readonly reading: ReceiptReading;
  readonly turns: ReconcileTurns;
}

/** A database nobody used before. */
export interface FreshBooks extends Stores {
  readonly inspect: Inspect;
  close(): Promise<void>;
}

const TOLD = new Set<BillType>(['2', '7']);

/** The ports to an open database, as the service makes them. */
export function storesOf({
  database,
  systems,
}: Pick<OpenDatabase, 'database' | 'systems'>): Stores {
  const writer = new OutboxWriter(TOLD, systemRandomness);
  const telling = receiptRepositories(database, systems, writer);
  return {
    repositories: receiptRepositories(database, systems),
    telling,
    refunds: new RefundStore(database, telling, writer),
    callbacks: new CallbackStore(database),
    openReceipts: new OpenReceiptsStore(database),
    xposRequests: new XposRequestStore(database),
    figures: new BookFiguresStore(database),
    alarms: new AlarmStore(database),
    daily: new DailyBooksStore(database),
    alarmBook: new AlarmBookStore(database),
    dayBook: new DayBookStore(database),
    refundBook: new RefundBookStore(database),
    keys: new KeyStore(database),
    sessions: new SessionStore(database),
    acts: new ActStore(database),
    reading: new ReceiptReadingStore(database, systemClock),
    turns: new ReconcileTurnStore(database),
  };
}

/** Opens a database nobody used before. */
export type OpenFreshBooks = () => Promise<FreshBooks>;

/** When the books of the tests are written, unless a test says otherwise. Epoch ms. */
export const T0 = Date.UTC(2026, 10, 22, 4, 0, 0);

export const MINUTE = 60_000;

let lastNumber = 0;

/** A number that no other test of this process uses; short enough for a bill. */
export function freshNumber(prefix = 'B'): string {
  lastNumber += 1;
  return `${prefix}${String(lastNumber).padStart(6, '0')}`;
}

/** A payment to begin: 88.88 yuan on a fresh bill of `billType`. */
export function anOrder(billType: BillType, changes: Partial<BeginOrder> = {}): BeginOrder {
  const outTradeNo = freshNumber('N');
  return {
    billType,
    billNo: freshNumber(),
    payType: '98',
    amount: fen(8_888),
    body: '景区门票',
    detail: '成人票 x 1',
    clientIp: '202.96.128.68',
    cardNo: billType === '7' ? freshNumber('CARD') : null,
    outTradeNo,
    begunBy: 'scanCode',
    asker: TILL_1,
    channelCall: `{"call":"${outTradeNo}"}`,
    codeEndsAtMs: T0 + 120 * MINUTE,
    channelNowMs: T0,
    nowMs: T0,
    leaseUntilMs: T0 + 7_000,
    repeatGuardMs: 2 * MINUTE,
    ...changes,
  };
}

/** A payment of `amount` fen under a fresh trade number. */
export function aPayment(amount = 8_888, changes: Partial<Payment> = {}): Payment {
  const tradeNo = freshNumber('2026112222001');
  return { tradeNo, amount: fen(amount), buyer: '138****1234', paidAtMs: T0, ...changes };
}

/** Who asks in the tests. */
export const TILL_1: Asker = { actor: 'till-1', requestId: 'r-1' };

/** On whose account the tests change something. */
export function by(cause: string): By {
  return { ...TILL_1, cause };
}

/** Where the changes of the tests come from. */
export function at(nowMs: number): Origin {
  return { ...by('test'), nowMs };
}

/** One step of a receipt a second after T0, as the arguments of `move`. */
export function aMove(
  event: ReceiptEvent,
  more: Omit<ReceiptStep, 'event'> = {},
): [steps: readonly ReceiptStep[], origin: Origin] {
  return [[{ event, ...more }], at(T0 + 1_000)];
}

/** The one that is there; fails loudly otherwise. */
export function some<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('expected a value');
  return value;
}

/** The order's receipt, newly begun. */
export async function begun(books: FreshBooks, order: BeginOrder): Promise<Receipt> {
  const decision = await books.repositories[order.billType].begin(order);
  if (decision.kind !== 'begun') throw new Error(`expected begun, got ${decision.kind}`);
  return decision.receipt;
}

/** The order's receipt with its code. */
export async function waiting(books: FreshBooks, order: BeginOrder): Promise<Receipt> {
  const receipt = await begun(books, order);
  const move = aMove('giveCode', { qrCode: `https://qr.example.test/${order.outTradeNo}` });
  return some(await books.repositories[order.billType].move(receipt, ...move));
}

/** The order's receipt, paid as asked. */
export async function paid(
  books: FreshBooks,
  order: BeginOrder,
  payment: Payment = aPayment(order.amount),
): Promise<Receipt> {
  const receipt = await waiting(books, order);
  const move = aMove('pay', { payment, channelStatus: 'TRADE_SUCCESS' });
  return some(await books.repositories[order.billType].move(receipt, ...move));
}
