import { fen } from '../../src/domain/money';
import type { Decide } from '../../src/legacy-db/sql/writes';
import { onceByWriting } from '../../src/legacy-db/sql/carry-out';
import { systemClock } from '../../src/config/system-clock';
import { BEFORE_ALL, everythingOf } from '../../src/domain/reading/receipt-search';
import type { ReceiptSearch } from '../../src/domain/reading/receipt-search';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { Database, Dialect, ProcedureCall, Sql } from '../../src/legacy-db/sql/database';
import { AlarmStore } from '../../src/legacy-db/books/alarm-store';
import { spellType } from '../../src/legacy-db/sqlserver/procedures/contract';
import { SQL_SERVER } from '../../src/legacy-db/sqlserver/mssql-database';
import { statementText } from '../../src/legacy-db/sqlserver/mssql-sql';
import { procedureReceipts } from '../../src/legacy-db/sqlserver/procedure-receipts';
import { OpenReceiptsStore } from '../../src/legacy-db/books/open-receipts-store';
import { ReceiptReadingStore } from '../../src/legacy-db/reading/receipt-reading-store';
import { EMBEDDED, receiptRepositories } from '../../src/legacy-db/systems/receipt-repositories';
import type { Bound, Statement } from '../../src/legacy-db/sql/sql';
import { writeBatch } from '../../src/legacy-db/sqlserver/batch/write-batch';
import { SQLITE } from '../../src/legacy-db/sqlite/sqlite-database';
import { T0, aPayment, anOrder, at } from './books';

const COLUMNS = /^select r\.id, r\.bill_type, .*? from/;

/** Answers every statement as a database would that holds one waiting receipt. */
class Recorder implements Database {
  readonly lines: string[] = [];
  readonly read: Sql;
  /** The bill is there and has a live receipt; false: it is new. */
  billIsThere = true;
  state = 'waiting';

  constructor(readonly dialect: Dialect) {
    this.read = this.sql();
  }

  async write<T>(name: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    this.lines.push(`-- unit ${name}`);
    const result = await work(this.sql());
    this.lines.push('-- commit');
    return result;
  }

  async once<T>(name: string, decide: Decide<T>): Promise<T> {
    if (this.dialect !== SQL_SERVER) return onceByWriting(this, name, decide);
    this.lines.push(`-- unit ${name}, without a lock`);
    const decision = await decide(this.sql());
    if (decision.kind === 'answer') return decision.answer;
    const { text, values } = writeBatch(decision.writes);
    this.lines.push('-- batch', ...text.split('\n').map((line) => this.short(line)));
    this.lines.push(`  -- ${typesOf(values)}`);
    const read = decision.writes.steps.find((step) => step.kind === 'read');
    const rows = read?.kind === 'read' ? this.answer(read.select.withMarks) : [];
    return decision.done({ rows, valueOf: ({ type }) => (type.name === 'bigint' ? 7 : '3') });
  }

  private sql(): Sql {
    const sets = async (statements: readonly Statement[]): Promise<unknown[][]> => {
      const found: unknown[][] = [];
      for (const statement of statements) found.push(await this.sql().rows(statement));
      return found;
    };
    return {
      ...(this.dialect === SQL_SERVER ? { sets } : {}),
      rows: <Row>(statement: Statement) => {
        this.note(statement);
        return Promise.resolve(this.answer(statement.texts.join('?')) as Row[]);
      },
      change: (statement) => {
        this.note(statement);
        return Promise.resolve(1);
      },
      insert: (statement) => {
        this.note(statement);
        return Promise.resolve(7);
      },
      call: (procedure) => {
        this.noteCall(procedure);
        const outputs = { autoid: '12', errcode: 0, errmsg: 'ok', billstatus: '3' };
        return Promise.resolve(new Map<string, unknown>(Object.entries(outputs)));
      },
    };
  }

  private note(statement: Statement): void {
    const text = this.dialect === SQL_SERVER ? statementText(statement) : statement.texts.join('?');
    this.lines.push(`${this.short(text.replace(/\s+/g, ' ').trim())};`);
    if (this.dialect === SQL_SERVER && statement.values.length > 0)
      this.lines.push(`  -- ${typesOf(statement.values)}`);
  }

  /** The columns of a receipt are spelt out the first time only. */
  private short(text: string): string {
    const known = this.lines.some((line) => COLUMNS.test(line));
    return known ? text.replace(COLUMNS, 'select [receipt columns] from') : text;
  }

  private noteCall({ name, inputs, outputs }: ProcedureCall): void {
    this.lines.push(`execute ${name}`);
    for (const [parameter, { type, value }] of inputs) {
      this.lines.push(`  @${parameter} ${spellType(type)} = ${JSON.stringify(value)}`);
    }
    for (const [parameter, type] of outputs) {
      this.lines.push(`  @${parameter} ${spellType(type)} output`);
    }
  }

  private answer(text: string): unknown[] {
    if (text.includes('from receipt r')) return this.receipts(text);
    if (text.includes('from bill ')) {
      return this.billIsThere ? [{ id: '3', version: '5', live_receipt_id: null }] : [];
    }
    if (text.includes('select autoid, paymentvalue')) return this.systemRows();
    if (text.includes('count(*)')) return [{ receipts: 0 }];
    return [];
  }

  private receipts(text: string): unknown[] {
    const forBill = text.includes('r.bill_id =') || text.includes('b.live_receipt_id = r.id');
    return forBill ? [] : [aRow(this.state)];
  }

  private systemRows(): unknown[] {
    if (this.billIsThere && this.state === 'begun') return [];
    const money = { paymentvalue: '88.88', receiptvalue: null, refundvalue: null };
    return [{ autoid: '12', result: null, tradeno: null, ...money }];
  }
}

function typesOf(values: readonly Bound[]): string {
  return values.map(({ type }, index) => `@p${index + 1} ${spellType(type)}`).join(', ');
}

function aRow(state: string): object {
  const big = { id: '7', amount_fen: '8888', lease_until_ms: '0', refunded_fen: '0' };
  const times = { code_ends_at_ms: String(T0), begun_at_ms: String(T0), scanned_at_ms: null };
  const names = { bill_type: '7', bill_no: 'B1', receipt_id: '12', pay_type: '98', card_no: 'C1' };
  const rest = {
    qr_code: null,
    channel_status: null,
    trade_no: 'T1',
    paid_fen: '8888',
    buyer: 'b',
  };
  return {
    ...{ ...big, ...times, ...names, ...rest },
    ...{ out_trade_no: 'N1', state, precreate_call: '{}', precreate_tries: 1, duplicate: 0 },
    ...{ paid_at_ms: null, told_at_ms: null, undo_reason: null, undo_at_ms: null },
    ...{ ended_at_ms: null, bill_status: '0', cancel_tries: 0, cancel_answers: 0 },
    ...{ cancel_sent_at_ms: null, check_at_ms: null, giving_back: 'none' },
  };
}

/** What is read of them, under a heading each. */
function readingSteps(db: Database, one: Receipt): [string, () => Promise<unknown>][] {
  const reading = new ReceiptReadingStore(db, systemClock);
  const search = everythingOf(['7']);
  const look = (changes: Partial<ReceiptSearch>) =>
    reading.search({ ...search, ...changes }, BEFORE_ALL, 50);
  return [
    ['search by amount', () => look({ amount: fen(8_888) })],
    ['search by the time of payment', () => look({ paid: { fromMs: T0, untilMs: null } })],
    ['search by cashier', () => look({ cashier: '7' })],
    ['search by bill', () => look({ billNo: 'B1' })],
    ["search by Alipay's number", () => look({ tradeNo: 'T1' })],
    ['a receipt with its life', () => reading.life(one)],
  ];
}

/** Everything the repositories do, once, under a heading each. */
async function transcript(dialect: Dialect): Promise<string> {
  const db = new Recorder(dialect);
  const systems = dialect === SQL_SERVER ? procedureReceipts({}) : EMBEDDED;
  const receipts = receiptRepositories(db, systems)['7'];
  const open = new OpenReceiptsStore(db);
  const alarms = new AlarmStore(db);
  const order = { ...anOrder('7'), billNo: 'B1', outTradeNo: 'N2', cardNo: 'C1' };
  const claim = { owner: 'p1', nowMs: T0, claimUntilMs: T0 + 1, limit: 5 };
  const one = { ...(await receipts.get(7)), billNo: 'B1' } satisfies Receipt;
  const origin = at(T0);
  const payment = aPayment(8_888, { tradeNo: 'T1' });
  const money = { ...one, payment, state: 'paid' } as const satisfies Receipt;
  const steps: [string, () => Promise<unknown>][] = [
    ['begin, the bill is there', () => receipts.begin({ ...order, channelCall: '{}' })],
    ['find', () => receipts.find('B1', '12', '98')],
    ['get', () => receipts.get(7)],
    ['leasePrecreate', () => receipts.leasePrecreate(one, T0, T0 + 1)],
    ['releasePrecreate', () => receipts.releasePrecreate(one)],
    ['countCancel', () => receipts.countCancel(one, T0)],
    [
      'countCancelAnswer',
      () => receipts.countCancelAnswer({ ...one, cancelTries: 1 }, 'cancel:none', origin),
    ],
    ['move: giveCode', () => receipts.move(one, [{ event: 'giveCode', qrCode: 'q' }], origin)],
    ['move: pay', () => receipts.move(one, [{ event: 'pay', payment }], origin)],
    ['move: close', () => receipts.move(one, [{ event: 'close' }], origin)],
    ['move: intendUndo', () => receipts.move(one, [{ event: 'intendUndo' }], origin)],
    ['move: beginRefund', () => receipts.move(money, [{ event: 'beginRefund' }], origin)],
    [
      'move: refundInFull',
      () => receipts.move(money, [{ event: 'refundInFull', refunded: fen(8_888) }], origin),
    ],
    [
      'move: refundInPart',
      () =>
        receipts.move(
          money,
          [{ event: 'refundInPart', refunded: fen(1), foreignRequestNo: 'r' }],
          origin,
        ),
    ],
    ['noteChannel', () => receipts.noteChannel(one, 'WAIT_BUYER_PAY', origin)],
    ['undoForOperator', () => receipts.undoForOperator(one, origin)],
    ['takeLateLook', () => receipts.takeLateLook(one, T0)],
    ['markTold', () => receipts.markTold(7, T0)],
    ['raiseAlarm', () => receipts.raiseAlarm(one, 'lateMoney', 'detail', T0)],
    ['raise', () => alarms.raise({ subject: 'clock', kind: 'clockWrong', detail: 'd', nowMs: T0 })],
    ['findByOutTradeNo', () => open.findByOutTradeNo('N1')],
    ...readingSteps(db, one),
    ['claimDue', () => open.claimDue(claim)],
    ['settleClaim', () => open.settleClaim(one, claim, T0, false)],
    ['wake', () => open.wake(T0, T0 + 1, true)],
    ['wake, the late ones', () => open.wake(T0, T0 + 1, false)],
  ];
  for (const [name, run] of steps) {
    db.lines.push('', `== ${name}`);
    // Refusals of the scripted answers are not what is looked at here.
    await run().catch((error: unknown) => db.lines.push(`-- ends with ${String(error)}`));
  }
  db.billIsThere = false;
  db.lines.push('', '== begin, the bill is new');
  await receipts.begin(order);
  return db.lines.join('\n');
}

describe('the statements of the repositories', () => {
  it('on SQL Server, with the type of every parameter', async () => {
    expect(await transcript(SQL_SERVER)).toMatchSnapshot();
  });

  it('on SQLite', async () => {
    expect(await transcript(SQLITE)).toMatchSnapshot();
  });
});
