import type { Socket } from 'node:net';
import type { Answer } from './answers';
import {
  answerTokens,
  DONE_STATUS,
  doneToken,
  errorTokens,
  loginTokens,
  preloginAnswer,
  TdsError,
  transactionToken,
} from './answers';
import type { Login, TdsRequest } from './requests';
import { WrappedTls } from './tls';
import type { Identity } from './tls';
import { readBatch, readCall, readLogin, readTransactionRequest, sqlOf } from './requests';

/** A statement or a call; the rest is transactions, which the session looks after. */
export type Statement = Extract<TdsRequest, { kind: 'batch' | 'call' }>;

/** What answers behind the wire. `session` numbers the connection. Refuses by `TdsError`. */
export interface Backend {
  /** A connection names its database. */
  login?(session: number, database: string): void;
  run(session: number, statement: Statement): Answer | Promise<Answer>;
  begin(session: number): void;
  commit(session: number): void;
  rollback(session: number): void;
}

/** What goes wrong with a request. `effect`: whether it is carried out all the same. */
export type Trouble =
  | { readonly kind: 'error'; readonly number: number; readonly raisedBy?: string }
  | { readonly kind: 'cut'; readonly effect: boolean }
  | { readonly kind: 'late'; readonly delayMs: number; readonly effect: boolean }
  /** Neither an answer nor a word about a cancellation, ever. */
  | { readonly kind: 'silent'; readonly effect: boolean };

/** What a session needs of its server. */
export interface Host {
  readonly backend: Backend;
  /** Notes the login; gives the number of the error to refuse it with, or null. */
  login(login: Login): number | null;
  /** Notes the request; gives what is to go wrong with it, or null. */
  trouble(session: number, request: TdsRequest): Trouble | null;
  /** Notes what no client may do. */
  problem(text: string): void;
  nextTransaction(): bigint;
  /** Null: the server has no TLS, and says so. */
  readonly identity: Identity | null;
}

const HEADER = 8;
const PACKET = 4096;
const TYPE = { batch: 1, call: 3, answer: 4, attention: 6, transaction: 14, login: 16, hello: 18 };
const LAST = 0x01;
const RESET = 0x08;

/** One connection of a client. */
export class Session {
  private buffered: Buffer = Buffer.alloc(0);
  private message: Buffer[] = [];
  private queue: Promise<void> = Promise.resolve();
  private transaction = 0n;
  /** `SET XACT_ABORT ON` was sent: any error ends the transaction. */
  private errorsEndTransaction = false;
  private tls: WrappedTls | null = null;
  /** Ends the waiting of the request under way; null: none is under way. */
  private cancel: AbortController | null = null;

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    private readonly host: Host,
  ) {
    socket.on('data', (chunk: Buffer) => {
      if (this.tls?.stands) this.tls.take(chunk);
      else this.take(chunk);
    });
    socket.on('error', () => undefined); // 'close' follows.
    socket.on('close', () => {
      this.cancel?.abort();
      this.endTransaction('rollback');
    });
  }

  /**
   * Ends the connection without a word. Not by a reset: under jest the driver does not know the
   * system's own error for an Error, and loses its code.
   */
  cut(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    while (this.buffered.length >= HEADER) {
      const length = this.buffered.readUInt16BE(2);
      if (this.buffered.length < length) return;
      const packet = this.buffered.subarray(0, length);
      this.buffered = this.buffered.subarray(length);
      this.message.push(packet.subarray(HEADER));
      const status = packet.readUInt8(1);
      if ((status & LAST) === 0) continue;
      const message = Buffer.concat(this.message);
      this.message = [];
      this.dispatch(packet.readUInt8(0), message, (status & RESET) !== 0);
    }
  }

  private dispatch(type: number, message: Buffer, reset: boolean): void {
    if (type === TYPE.hello) return this.greet(message);
    if (type === TYPE.login) return this.welcome(readLogin(message));
    if (type === TYPE.attention) return this.attention();
    this.queue = this.queue
      .then(() => {
        if (reset) this.endTransaction('rollback');
        return this.serve(readRequest(type, message));
      })
      .catch((error: unknown) => {
        this.host.problem(String(error));
        this.cut();
      });
  }

  private greet(message: Buffer): void {
    if (this.tls) return this.tls.take(message);
    const { identity } = this.host;
    this.send(preloginAnswer(identity !== null));
    if (identity === null) return;
    this.tls = new WrappedTls(
      this.socket,
      identity,
      (bytes) => this.socket.write(packet(TYPE.hello, bytes, 1, true)),
      (clear) => this.take(clear),
    );
  }

  private welcome(login: Login): void {
    const refused = this.host.login(login);
    if (refused === null) return this.send(loginTokens(login.database, PACKET));
    this.send(errorTokens(new TdsError(refused)));
    this.socket.end();
  }

  private attention(): void {
    if (this.cancel) this.cancel.abort();
    else this.send(doneToken(DONE_STATUS.attention));
  }

  private async serve(request: TdsRequest): Promise<void> {
    if (request.transaction !== this.transaction) {
      this.host.problem(`${request.kind} names transaction ${request.transaction}`);
    }
    const setting = /\bset xact_abort (on|off)\b/i.exec(sqlOf(request) ?? '')?.[1];
    if (setting) this.errorsEndTransaction = setting === 'on';
    const trouble = this.host.trouble(this.id, request);
    this.cancel = new AbortController();
    const { signal } = this.cancel;
    const answer = await this.answer(request, trouble, signal);
    if (answer === null) return;
    this.cancel = null;
    if (!signal.aborted) return this.send(answer);
    // The cut-off answer ends first; the cancellation is confirmed in a message of its own.
    this.send(doneToken());
    this.send(doneToken(DONE_STATUS.attention));
  }

  /** The answer's bytes; null: nothing more is said. */
  private async answer(
    request: TdsRequest,
    trouble: Trouble | null,
    signal: AbortSignal,
  ): Promise<Buffer | null> {
    switch (trouble?.kind) {
      case undefined:
        return this.carryOut(request);
      case 'error':
        return this.refuse(new TdsError(trouble.number, undefined, trouble.raisedBy), request);
      case 'cut':
        if (trouble.effect) await this.carryOut(request);
        this.cut();
        return null;
      case 'silent':
        if (trouble.effect) await this.carryOut(request);
        return null;
      case 'late': {
        const early = trouble.effect ? await this.carryOut(request) : null;
        await pause(trouble.delayMs, signal);
        return early ?? (signal.aborted ? Buffer.alloc(0) : this.carryOut(request));
      }
    }
  }

  private async carryOut(request: TdsRequest): Promise<Buffer> {
    if (request.kind === 'begin') {
      this.transaction = this.host.nextTransaction();
      this.host.backend.begin(this.id);
      return Buffer.concat([transactionToken(8, this.transaction), doneToken()]);
    }
    if (request.kind === 'commit' || request.kind === 'rollback') {
      const ended = this.endTransaction(request.kind);
      return Buffer.concat([ended, doneToken()]);
    }
    try {
      return answerTokens(await this.host.backend.run(this.id, request), request.kind);
    } catch (error) {
      if (error instanceof TdsError) return this.refuse(error, request);
      throw error;
    }
  }

  private refuse(error: TdsError, request: TdsRequest): Buffer {
    // The victim of a deadlock loses its whole transaction, whatever was set.
    const ends = this.errorsEndTransaction || error.number === 1205;
    const ended = ends ? this.endTransaction('rollback') : Buffer.alloc(0);
    return Buffer.concat([ended, errorTokens(error, request.kind === 'call')]);
  }

  private endTransaction(how: 'commit' | 'rollback'): Buffer {
    const { transaction } = this;
    if (transaction === 0n) return Buffer.alloc(0);
    this.transaction = 0n;
    this.host.backend[how](this.id);
    return transactionToken(how === 'commit' ? 9 : 10, transaction);
  }

  private send(tokens: Buffer): void {
    if (!this.socket.writable) return;
    const room = PACKET - HEADER;
    const packets = Math.max(1, Math.ceil(tokens.length / room));
    for (let i = 0; i < packets; i += 1) {
      const part = tokens.subarray(i * room, (i + 1) * room);
      (this.tls ?? this.socket).write(packet(TYPE.answer, part, i + 1, i === packets - 1));
    }
  }
}

function packet(type: number, part: Buffer, number: number, last: boolean): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(type, 0);
  header.writeUInt8(last ? LAST : 0, 1);
  header.writeUInt16BE(part.length + HEADER, 2);
  header.writeUInt8(number & 0xff, 6);
  return Buffer.concat([header, part]);
}

function readRequest(type: number, message: Buffer): TdsRequest {
  if (type === TYPE.batch) return readBatch(message);
  if (type === TYPE.call) return readCall(message);
  if (type === TYPE.transaction) return readTransactionRequest(message);
  throw new Error(`TDS: message type ${type} is not known to the stub`);
}

/** Waits; a cancellation ends it. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
