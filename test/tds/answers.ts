import { ByteWriter } from './bytes';
import type { AnswerType, TdsValue } from './types';
import { writeType, writeValue } from './types';

/** A column of an answer. */
export interface Column {
  readonly name: string;
  readonly type: AnswerType;
}

/** An output parameter of an answer. */
export interface Output extends Column {
  readonly value: TdsValue;
}

/** Error numbers a server answers with, as far as the tests use them. */
export const MESSAGES: Readonly<Record<number, string>> = {
  229: "The SELECT permission was denied on the object 'bill', database 'books', schema 'dbo'.",
  262: "CREATE TABLE permission denied in database 'books'.",
  208: "Invalid object name 'dbo.receipt'.",
  1205: 'Transaction was deadlocked on lock resources and has been chosen as the deadlock victim.',
  1222: 'Lock request time out period exceeded.',
  2627: "Violation of UNIQUE KEY constraint 'ux'. Cannot insert duplicate key in object.",
  2812: "Could not find stored procedure 'dbo.Sp_3Pay_Offline_ReceiveMoney_Begin'.",
  4060: 'Cannot open database "books" requested by the login. The login failed.',
  8144: 'Procedure or function has too many arguments specified.',
  18456: "Login failed for user 'user'.",
  40613: 'Database is not currently available. Please retry the connection later.',
};

/** What the server answers to one request. */
export interface Answer {
  /** The rows of several selects; then there are no other rows. */
  readonly sets?: readonly { readonly columns: readonly Column[]; readonly rows: Rows }[];
  readonly columns?: readonly Column[];
  readonly rows?: readonly (readonly TdsValue[])[];
  /** Rows changed. */
  readonly affected?: number;
  readonly outputs?: readonly Output[];
  readonly returnStatus?: number;
}

type Rows = readonly (readonly TdsValue[])[];

/** A refusal by number; `class` is its severity, from 17 on the server's fault. */
export class TdsError extends Error {
  constructor(
    readonly number: number,
    readonly severity = 14,
    /** The procedure that raised it; empty: none. */
    readonly procedure = '',
  ) {
    super(MESSAGES[number] ?? `error ${number}`);
  }
}

const DONE = 0xfd;
const DONE_PROC = 0xfe;
const DONE_IN_PROC = 0xff;
/** Bits of the status of a DONE token. */
export const DONE_STATUS = { final: 0, more: 1, error: 2, count: 0x10, attention: 0x20 } as const;

/** The tokens that answer a batch, or a call. */
export function answerTokens(answer: Answer, kind: 'batch' | 'call'): Buffer {
  const writer = new ByteWriter();
  const { columns, rows = [], affected = rows.length } = answer;
  for (const set of answer.sets ?? []) {
    writeRows(writer, set.columns, set.rows);
    const status = DONE_STATUS.count | DONE_STATUS.more;
    writeDone(writer, kind === 'batch' ? DONE : DONE_IN_PROC, status, set.rows.length);
  }
  if (columns) writeRows(writer, columns, rows);
  if (kind === 'batch') {
    writeDone(writer, DONE, DONE_STATUS.count, affected);
    return writer.bytes();
  }
  writeDone(writer, DONE_IN_PROC, DONE_STATUS.count | DONE_STATUS.more, affected);
  for (const output of answer.outputs ?? []) writeOutput(writer, output);
  writer.u8(0x79).u32(answer.returnStatus ?? 0);
  writeDone(writer, DONE_PROC, DONE_STATUS.final, 0);
  return writer.bytes();
}

function writeRows(
  writer: ByteWriter,
  columns: readonly Column[],
  rows: readonly (readonly TdsValue[])[],
): void {
  writer.u8(0x81).u16(columns.length);
  for (const { name, type } of columns) {
    writer.u32(0).u16(1);
    writeType(writer, type);
    writer.shortText(name);
  }
  for (const row of rows) {
    writer.u8(0xd1);
    columns.forEach(({ type }, i) => writeValue(writer, type, row[i] ?? null));
  }
}

function writeOutput(writer: ByteWriter, { name, type, value }: Output): void {
  writer.u8(0xac).u16(0).shortText(name).u8(1).u32(0).u16(1);
  writeType(writer, type);
  writeValue(writer, type, value);
}

function writeDone(writer: ByteWriter, token: number, status: number, rows: number): void {
  writer.u8(token).u16(status).u16(0).u64(BigInt(rows));
}

/** The tokens of a refusal. */
export function errorTokens(
  { number, severity, message, procedure }: TdsError,
  inCall = false,
): Buffer {
  const body = new ByteWriter()
    .u32(number)
    .u8(1, severity)
    .longText(message)
    .shortText('stub')
    .shortText(procedure)
    .u32(1)
    .bytes();
  const writer = new ByteWriter().u8(0xaa).u16(body.length).raw(body);
  writeDone(writer, inCall ? DONE_PROC : DONE, DONE_STATUS.error, 0);
  return writer.bytes();
}

/** A bare DONE. */
export function doneToken(status: number = DONE_STATUS.final): Buffer {
  const writer = new ByteWriter();
  writeDone(writer, DONE, status, 0);
  return writer.bytes();
}

/** Tells of a transaction that began (8), was committed (9) or rolled back (10). */
export function transactionToken(what: 8 | 9 | 10, transaction: bigint): Buffer {
  const descriptor = new ByteWriter().u64(transaction).bytes();
  const body = new ByteWriter().u8(what);
  if (what === 8) body.u8(8).raw(descriptor).u8(0);
  else body.u8(0).u8(8).raw(descriptor);
  const bytes = body.bytes();
  return new ByteWriter().u8(0xe3).u16(bytes.length).raw(bytes).bytes();
}

/** Welcomes a client: the database, the packet size and the version. */
export function loginTokens(database: string, packetSize: number): Buffer {
  const change = (type: number, fresh: string, old: string): Buffer => {
    const body = new ByteWriter().u8(type).shortText(fresh).shortText(old).bytes();
    return new ByteWriter().u8(0xe3).u16(body.length).raw(body).bytes();
  };
  const version = Buffer.from([0x74, 0x00, 0x00, 0x04]);
  const ack = new ByteWriter()
    .u8(1)
    .raw(version)
    .shortText('3Pay stub')
    .raw(Buffer.from([15, 0, 0, 0]))
    .bytes();
  return new ByteWriter()
    .raw(change(1, database, 'master'))
    .raw(change(4, String(packetSize), '4096'))
    .u8(0xad)
    .u16(ack.length)
    .raw(ack)
    .raw(doneToken())
    .bytes();
}

/** Our part of the greeting: whether we encrypt (ON), or cannot (NOT_SUP). */
export function preloginAnswer(encrypts: boolean): Buffer {
  const options: [token: number, data: Buffer][] = [
    [0, Buffer.from([15, 0, 0, 0, 0, 0])],
    [1, Buffer.from([encrypts ? 1 : 2])],
    [2, Buffer.from([0])],
    [3, Buffer.alloc(0)],
    [4, Buffer.from([0])],
  ];
  const head = Buffer.alloc(options.length * 5 + 1, 0xff);
  let at = head.length;
  options.forEach(([token, data], i) => {
    head.writeUInt8(token, i * 5);
    head.writeUInt16BE(at, i * 5 + 1);
    head.writeUInt16BE(data.length, i * 5 + 3);
    at += data.length;
  });
  return Buffer.concat([head, ...options.map(([, data]) => data)]);
}
