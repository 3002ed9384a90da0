import type BetterSqlite3 from 'better-sqlite3';
import { fen } from '../../src/domain/money';
import type { Fen } from '../../src/domain/money';
import { PayError } from '../../src/domain/errors';
import type { BeginOrder } from '../../src/domain/ports/receipt-repository';
import type { Sql } from '../../src/legacy-db/sql/database';
import { EMBEDDED } from '../../src/legacy-db/systems/receipt-repositories';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { systemClock } from '../../src/config/system-clock';
import { putEmptyBooks } from '../database/sqlite-books';
import type { Statement as SqlStatement } from '../../src/legacy-db/sql/sql';
import type { EndOrder } from '../../src/legacy-db/systems/system-receipts';
import type { Answer, Output } from './answers';
import { TdsError } from './answers';
import type { TdsParameter } from './requests';
import { sqlOf } from './requests';
import { TsqlRun } from './run-tsql';
import type { TsqlHost } from './run-tsql';
import type { Backend, Statement } from './session';
import { openingAnswer } from './tds-server';
import type { AnswerType, TdsValue } from './types';

type Handle = BetterSqlite3.Database;
type Values = Record<string, TdsValue>;

/** Given what does the procedure's own work, and the number of the connection. */
type Instead = (own: () => Promise<Values>, session: number) => Promise<Values>;

const SERIAL = /;\s*select convert\(bigint, scope_identity\(\)\) as id\s*$/;

const HINTS =
  /\bwith \((?:updlock|holdlock|tablock|rowlock|readpast|forceseek|readcommittedlock|[, ])+\)/g;

/** What our statements say in T-SQL, said in SQLite's way. Locks are the turn of the writer. */
function asSqlite(text: string): string {
  return (
    text
      .replace(SERIAL, '')
      .replace(/\bconvert\((?:decimal|nvarchar)\([\d,]+\), (@?\w+)(?:, 120)?\)/g, '$1')
      .replace(/\bdbo\./g, '')
      .replace(/\bN'/g, "'")
      .replace(/\[dbo\]\.\[(\w+)\]/g, '$1')
      // SQLite's file is ours alone, and so is the plain name in it.
      .replace(/\bthreepay_migrations\b/g, 'migrations')
      .replace(/\bwith \(index\((\w+)\), forceseek\)/g, 'indexed by $1')
      .replace(HINTS, '')
      .replace(/\btop \((\d+)\)([^]*?order by [\w., ]+?)(\s*\)|$)/g, '$2 limit $1$3')
  );
}

/**
 * Keeps what a server must remember in SQLite, so that commits, rollbacks and lost answers have
 * true consequences. It shows what goes over the wire and what comes of it, not that an SQL Server
 * takes the statements: that needs the engine itself.
 */
export class SqliteBackend implements Backend {
  /** Procedures that were called, whether committed or not: `Begin 2026…`. */
  readonly calls: string[] = [];
  /** What a procedure does instead of its own work, in batches. */
  readonly instead = new Map<'Begin' | 'End', Instead>();
  /** What happens between a unit's decision and its batch, once. */
  beforeBatch: (() => Promise<void>) | null = null;
  private owner: number | null = null;
  private readonly open = new Set<number>();
  private readonly waiting: { session: number; go: () => void }[] = [];

  private constructor(
    private readonly writer: Handle,
    private readonly reader: Handle,
  ) {}

  /** A backend over a file that gets our schema first. */
  static async over(file: string): Promise<SqliteBackend> {
    await putEmptyBooks(file);
    return new SqliteBackend(openHandle(file), openHandle(file, { readonly: true }));
  }

  close(): void {
    this.reader.close();
    this.writer.close();
  }

  begin(session: number): void {
    this.open.add(session);
  }

  commit(session: number): void {
    this.end(session, 'commit');
  }

  rollback(session: number): void {
    this.end(session, 'rollback');
  }

  async run(session: number, statement: Statement): Promise<Answer> {
    const known = openingAnswer(statement) ?? catalogAnswer(sqlOf(statement) ?? '');
    if (known) return known;
    if (/^set nocount on;/.test(sqlOf(statement) ?? '')) {
      const before = this.beforeBatch;
      this.beforeBatch = null;
      await before?.();
      return this.batch(session, statement);
    }
    if (this.open.has(session)) {
      await this.turn(session);
      return this.answer(this.writer, statement);
    }
    if (!/^(?:insert|update|delete) /.test(sqlOf(statement) ?? '')) {
      return this.answer(this.reader, statement);
    }
    // A statement by itself is a transaction of its own.
    this.begin(session);
    try {
      const answer = await this.run(session, statement);
      this.commit(session);
      return answer;
    } catch (error) {
      this.rollback(session);
      throw error;
    }
  }

  /** A batch that controls its transaction itself. */
  private async batch(session: number, statement: Statement): Promise<Answer> {
    const parameters = statement.kind === 'call' ? statement.parameters.slice(2) : [];
    const host: TsqlHost = {
      open: () => (this.open.has(session) ? 1 : 0),
      transaction: (what) => this[what](session),
      statement: async (text, values) => {
        if (!this.open.has(session))
          return { answer: execute(this.reader, text, values), lastId: null };
        await this.turn(session);
        const answer = execute(this.writer, text, values);
        const { id } = this.writer.prepare('select last_insert_rowid() as id').get() as {
          id: number;
        };
        return { answer, lastId: id };
      },
      procedure: (name, values, outputs) => this.execute(session, name, values, outputs),
      evaluate: (text, values) => {
        const expression = text.replace(/\bN'/g, "'");
        const row = this.reader.prepare(`select (${expression}) as value`).get(values);
        return (row as { value: TdsValue }).value;
      },
    };
    try {
      return await new TsqlRun(host, valuesOf(parameters)).run(sqlOf(statement) ?? '');
    } catch (error) {
      // XACT_ABORT: whatever was not caught undoes what is open.
      this.rollback(session);
      throw error;
    }
  }

  /** A procedure that a batch executes, or what a test has put in its place. */
  private async execute(
    session: number,
    procedure: string,
    values: Values,
    outputs: readonly string[],
  ): Promise<Values> {
    const which = /_(Begin|End)$/.exec(procedure)?.[1] as 'Begin' | 'End' | undefined;
    const instead = which && this.instead.get(which);
    const own = () => this.procedureOf(procedure, values, outputs);
    return instead ? instead(own, session) : own();
  }

  // One writer at a time, from the first statement of its transaction on.
  private async turn(session: number): Promise<void> {
    if (this.owner === session) return;
    if (this.owner === null) this.owner = session;
    else await new Promise<void>((go) => this.waiting.push({ session, go }));
    if (!this.open.has(session)) {
      this.next();
      throw new TdsError(1222);
    }
    this.writer.exec('begin immediate');
  }

  /** Hands the turn to the one that has waited longest. */
  private next(): void {
    const waiter = this.waiting.shift();
    this.owner = waiter?.session ?? null;
    waiter?.go();
  }

  private end(session: number, how: 'commit' | 'rollback'): void {
    this.open.delete(session);
    if (this.owner !== session) return;
    this.writer.exec(how);
    this.next();
  }

  private answer(handle: Handle, statement: Statement): Answer | Promise<Answer> {
    const sql = sqlOf(statement);
    if (sql === null) return this.procedure(statement);
    if (/^\s*set /i.test(sql)) return {};
    const parameters = statement.kind === 'call' ? statement.parameters.slice(2) : [];
    return execute(handle, sql, valuesOf(parameters));
  }

  private async procedure(statement: Statement): Promise<Answer> {
    if (statement.kind !== 'call') throw new TdsError(2812);
    const outputs = statement.parameters.filter((parameter) => parameter.output);
    const names = outputs.map(({ name }) => name.slice(1));
    const said = await this.procedureOf(statement.procedure, valuesOf(statement.parameters), names);
    return { outputs: outputValues(outputs, said) };
  }

  private async procedureOf(
    procedure: string,
    values: Values,
    outputs: readonly string[],
  ): Promise<Values> {
    const which = /^dbo\.Sp_3Pay_Offline_ReceiveMoney_(Begin|End)$/.exec(procedure)?.[1];
    if (which === undefined) throw new TdsError(2812);
    const only = (said: Values): Values =>
      Object.fromEntries(outputs.map((name) => [name, said[name] ?? null]));
    const db = asSql(this.writer);
    this.calls.push(`${which} ${String(values['outtradeno'])}`);
    try {
      const said =
        which === 'Begin' ? await beginBy(db, values) : await endBy(db, values, this.writer);
      const name = which === 'Begin' ? 'autoid' : 'billstatus';
      return only({ [name]: said, errcode: 0, errmsg: 'ok' });
    } catch (error) {
      if (!(error instanceof PayError)) throw error;
      const refusal = { errcode: 40902, errmsg: error.shown ?? 'refused' };
      return only(refusal);
    }
  }
}

function outputValues(outputs: readonly TdsParameter[], values: Values): Output[] {
  return outputs.map(({ name, type }) => ({
    name,
    type: type === 'int' ? 'int' : 'nvarchar',
    value: values[name.slice(1)] ?? null,
  }));
}

function valuesOf(parameters: readonly TdsParameter[]): Values {
  return Object.fromEntries(parameters.map(({ name, value }) => [name.slice(1), value]));
}

/** Every table and procedure is there. */
function catalogAnswer(sql: string): Answer | null {
  const names = [...sql.matchAll(/N'(\w+)' as name where \w+\(/g)].map(([, name = '']) => [name]);
  if (names.length > 0) return { columns: [{ name: 'name', type: 'nvarchar' }], rows: names };
  const name = /^select object_id\(.*\) as (\w+)$/i.exec(sql)?.[1];
  return name === undefined ? null : { columns: [{ name, type: 'int' }], rows: [[1]] };
}

function execute(handle: Handle, sql: string, values: Values): Answer {
  const selects = sql.split(/;\n(?=select )/);
  const [last = ''] = selects.splice(-1);
  const sets = selects.map((one) => {
    const { columns = [], rows = [] } = executeOne(handle, one, values);
    return { columns, rows };
  });
  const answer = executeOne(handle, last, values);
  return sets.length > 0 ? { ...answer, sets } : answer;
}

function executeOne(handle: Handle, sql: string, values: Values): Answer {
  try {
    const prepared = handle.prepare(asSqlite(sql));
    if (prepared.reader) return rowsOf(prepared, values);
    const { changes, lastInsertRowid } = prepared.run(values);
    if (!SERIAL.test(sql)) return { affected: changes };
    return { columns: [{ name: 'id', type: 'bigint' }], rows: [[String(lastInsertRowid)]] };
  } catch (error) {
    if (Reflect.get(error as object, 'code') === 'SQLITE_CONSTRAINT_UNIQUE') {
      throw new TdsError(2627);
    }
    if (/no such table/.test(String(error))) throw new TdsError(208);
    throw error;
  }
}

function rowsOf(prepared: BetterSqlite3.Statement, values: Values): Answer {
  const rows = prepared.raw().all(values) as TdsValue[][];
  const columns = prepared.columns().map(({ name, type }, i) => ({
    name,
    // SQLite declares int as integer; of that kind only generated ids are bigint on SQL Server.
    type: answerType(
      name === 'id' ? 'bigint' : type,
      rows.map((row) => row[i] ?? null),
    ),
  }));
  return { columns, rows };
}

function answerType(declaration: string | null, values: readonly TdsValue[]): AnswerType {
  const declared = declaration?.toLowerCase() ?? null;
  if (declared === 'integer' || declared === 'int') return 'int';
  if (declared === 'bigint') return 'bigint';
  if (declared === null && values.some((value) => Math.abs(Number(value)) > 0x7fffffff)) {
    return 'bigint'; // The least of bigints, say, is one.
  }
  if (declared === null && values.some((value) => typeof value === 'number')) return 'int';
  return values.some((value) => String(value).length > 4000) ? 'nvarchar(max)' : 'nvarchar';
}

/** The embedded database's Begin and End have the meaning of the reference procedures. */
function asSql(handle: Handle): Sql {
  const run = (statement: SqlStatement) => handle.prepare(statement.texts.join('?'));
  const values = ({ values: bound }: SqlStatement) => bound.map(({ value }) => value);
  return {
    rows: <Row>(one: SqlStatement) => Promise.resolve(run(one).all(values(one)) as Row[]),
    change: (one) => Promise.resolve(run(one).run(values(one)).changes),
    insert: (one) => Promise.resolve(Number(run(one).run(values(one)).lastInsertRowid)),
    call: () => Promise.reject(new Error('procedures call no procedures here')),
  };
}

function fenOf(value: TdsValue | undefined): Fen {
  return fen(Math.round(Number(value ?? 0) * 100));
}

function systemOf(values: Values) {
  return EMBEDDED[String(values['billtype']) as keyof typeof EMBEDDED];
}

function beginBy(db: Sql, values: Values): Promise<string> {
  return systemOf(values).begin(db, {
    billNo: values['billnum'],
    billType: values['billtype'],
    payType: values['paytype'],
    amount: fenOf(values['paymentvalue']),
    body: values['body'],
    detail: values['detail'],
    clientIp: values['clientip'],
    cardNo: values['cardno'],
    outTradeNo: values['outtradeno'],
    nowMs: systemClock.nowMs(), // The server's own clock.
  } as unknown as BeginOrder);
}

function endBy(db: Sql, values: Values, handle: Handle): Promise<string> {
  const card = handle
    .prepare('select cardno from receipt_stored_value where outtradeno = ?')
    .get(values['outtradeno']) as { cardno: string } | undefined;
  const money = fenOf(values['receiptvalue']);
  const paidAt = values['paidat'];
  return systemOf(values).end(db, {
    receipt: {
      id: 0,
      billNo: values['billnum'],
      receiptId: values['autoid'],
      outTradeNo: values['outtradeno'],
      cardNo: card?.cardno ?? null,
    },
    result: values['result'],
    payment: {
      tradeNo: values['tradeno'],
      amount: money,
      buyer: values['buyer'],
      paidAtMs: paidAt === null ? null : Date.parse(`${String(paidAt)}+08:00`),
    },
    refunded: money,
    held: money,
  } as unknown as EndOrder);
}
