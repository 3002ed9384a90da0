import { ByteReader } from './bytes';
import type { TdsValue } from './types';
import { readType } from './types';

/** What a client says of itself. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly application: string;
  readonly database: string;
}

/** One parameter of a call as it stood on the wire. */
export interface TdsParameter {
  /** With its `@`; empty where it is passed by place. */
  readonly name: string;
  /** As a declaration says it, for example `nvarchar(20)`. */
  readonly type: string;
  /** Whether its value is to come back. */
  readonly output: boolean;
  readonly value: TdsValue;
}

/** What a client wants done. `transaction`: the transaction it belongs to, 0 for none. */
export type TdsRequest =
  | { readonly kind: 'batch'; readonly transaction: bigint; readonly sql: string }
  | {
      readonly kind: 'call';
      readonly transaction: bigint;
      readonly procedure: string;
      readonly parameters: readonly TdsParameter[];
    }
  | { readonly kind: 'begin'; readonly transaction: bigint; readonly isolation: number }
  | { readonly kind: 'commit'; readonly transaction: bigint }
  | { readonly kind: 'rollback'; readonly transaction: bigint };

const PROCEDURES: Record<number, string> = {
  10: 'sp_executesql',
  11: 'sp_prepare',
  12: 'sp_execute',
  13: 'sp_prepexec',
  15: 'sp_unprepare',
};

/** The text of a statement, however it was sent; null where there is none. */
export function sqlOf(request: TdsRequest): string | null {
  if (request.kind === 'batch') return request.sql;
  if (request.kind !== 'call' || request.procedure !== 'sp_executesql') return null;
  return String(request.parameters[0]?.value ?? '');
}

/** A request's statements: those of a batch one by one. */
export function statementsOf(request: TdsRequest): string[] {
  const sql = sqlOf(request);
  return sql === null ? [] : [sql, ...sql.split(/;\n/).slice(1)];
}

/** The procedures that a request calls, or that its batch executes. */
export function proceduresOf(request: TdsRequest): string[] {
  if (request.kind !== 'call') return [];
  if (request.procedure !== 'sp_executesql') return [request.procedure];
  const sql = sqlOf(request) ?? '';
  return [...sql.matchAll(/^execute ([\w.]+)$/gm)].map(([, name = '']) => name);
}

/** What a procedure is passed, as it stands on the wire: `@name type direction`, and the value. */
export function passedTo(procedure: RegExp, request: TdsRequest): [string, TdsValue][] {
  if (request.kind !== 'call') return [];
  const text = sqlOf(request) ?? '';
  const call = proceduresOf(request).find((name) => procedure.test(name));
  const at = text.indexOf(`execute ${call ?? '?'}\n`);
  if (call === undefined || at < 0) return [];
  const list = text.slice(at, text.indexOf(';', at)).split('\n').slice(1);
  return list.map((one) => {
    const [, name = '', from = '', output] = /^ *(@\S+) = (@\w+)( output)?/.exec(one) ?? [];
    const given = request.parameters.find((parameter) => parameter.name === from);
    const declared = new RegExp(`${from} ([a-z]\\w*(?:\\([\\w,]+\\))?)`).exec(text)?.[1];
    return [
      `${name} ${given?.type ?? declared ?? '?'} ${output ? 'out' : 'in'}`,
      given?.value ?? null,
    ];
  });
}

export function readLogin(message: Buffer): Login {
  const text = (at: number, decode = (bytes: Buffer) => bytes): string => {
    const start = message.readUInt16LE(at);
    const units = message.readUInt16LE(at + 2);
    return decode(message.subarray(start, start + units * 2)).toString('utf16le');
  };
  return {
    user: text(40),
    password: text(44, clearPassword),
    application: text(48),
    database: text(68),
  };
}

/** Passwords are not encrypted, only turned around: nibbles swapped after an exclusive or. */
function clearPassword(bytes: Buffer): Buffer {
  return Buffer.from(bytes).map((byte) => {
    const plain = byte ^ 0xa5;
    return ((plain << 4) & 0xf0) | (plain >> 4);
  }) as Buffer;
}

export function readBatch(message: Buffer): TdsRequest {
  const reader = new ByteReader(message);
  const transaction = readHeaders(reader);
  const rest = message.subarray(message.readUInt32LE());
  return { kind: 'batch', transaction, sql: rest.toString('utf16le') };
}

export function readCall(message: Buffer): TdsRequest {
  const reader = new ByteReader(message);
  const transaction = readHeaders(reader);
  const length = reader.u16();
  const known = length === 0xffff ? reader.u16() : null;
  const procedure = known === null ? reader.text(length) : (PROCEDURES[known] ?? `#${known}`);
  reader.u16();
  const parameters: TdsParameter[] = [];
  while (!reader.done) parameters.push(readParameter(reader));
  return { kind: 'call', transaction, procedure, parameters };
}

function readParameter(reader: ByteReader): TdsParameter {
  const name = reader.text(reader.u8());
  const output = (reader.u8() & 0x01) !== 0;
  const type = readType(reader);
  return { name, type: type.text, output, value: type.read(reader) };
}

export function readTransactionRequest(message: Buffer): TdsRequest {
  const reader = new ByteReader(message);
  const transaction = readHeaders(reader);
  const what = reader.u16();
  switch (what) {
    case 5:
      return { kind: 'begin', transaction, isolation: reader.u8() };
    case 7:
      return { kind: 'commit', transaction };
    case 8:
      return { kind: 'rollback', transaction };
    default:
      throw new Error(`TDS: transaction request ${what} is not known to the stub`);
  }
}

/** ALL_HEADERS: of the headers, the one that names the transaction. */
function readHeaders(reader: ByteReader): bigint {
  let left = reader.u32() - 4;
  let transaction = 0n;
  while (left > 0) {
    const length = reader.u32();
    const type = reader.u16();
    if (type === 2) {
      transaction = reader.u64();
      reader.u32();
    } else {
      reader.take(length - 6);
    }
    left -= length;
  }
  return transaction;
}
