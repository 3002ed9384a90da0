import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import type { Answer } from './answers';
import type { Login, TdsRequest } from './requests';
import { proceduresOf, sqlOf, statementsOf } from './requests';
import type { Backend, Statement, Trouble } from './session';
import { Session } from './session';
import type { Identity } from './tls';
import type { TdsValue } from './types';

/** One request as it was received. */
export interface Received {
  readonly session: number;
  readonly request: TdsRequest;
}

interface Planned {
  readonly matches: (request: TdsRequest) => boolean;
  /** Is it a procedure of this name that was meant? */
  readonly isOf: (procedure: string) => boolean;
  readonly trouble: Trouble;
  left: number;
}

/** A procedure by its name, a statement by a part of its text, or a step of a transaction. */
export type Target = RegExp | 'begin' | 'commit' | 'rollback';

/** What TypeORM asks whenever it opens a pool. */
const OPENING: Readonly<Record<string, TdsValue>> = { db_name: 'books', schema_name: 'dbo' };

/** The answer to a question of TypeORM's own; null: it is another one. */
export function openingAnswer(statement: Statement): Answer | null {
  const name = /^SELECT (?:DB|SCHEMA)_NAME\(\) AS "(\w+)"$/.exec(sqlOf(statement) ?? '')?.[1];
  const value = OPENING[name ?? ''];
  if (name === undefined || value === undefined) return null;
  return { columns: [{ name, type: 'nvarchar' }], rows: [[value]] };
}

/** Answers every statement with nothing, or as told for those that match. */
export class ScriptedBackend implements Backend {
  readonly transactions: string[] = [];
  private readonly answers: { target: RegExp; answer: (statement: Statement) => Answer }[] = [];

  /** The last answer told for a statement counts. */
  on(target: RegExp, answer: Answer | ((statement: Statement) => Answer)): this {
    const make = typeof answer === 'function' ? answer : () => answer;
    this.answers.unshift({ target, answer: make });
    return this;
  }

  run(_session: number, statement: Statement): Answer {
    const found = this.answers.find(({ target }) => matches(target, statement));
    return found?.answer(statement) ?? openingAnswer(statement) ?? {};
  }

  begin(session: number): void {
    this.transactions.push(`${session} begin`);
  }

  commit(session: number): void {
    this.transactions.push(`${session} commit`);
  }

  rollback(session: number): void {
    this.transactions.push(`${session} rollback`);
  }
}

/**
 * A server that speaks TDS 7.4 on loopback, encrypted where it has an identity. What it answers is
 * the backend's business; it looks after connections, transactions and what is to go wrong.
 */
export class TdsServer {
  /** Everything that was asked, the driver's own statements included. */
  readonly received: Received[] = [];
  readonly logins: Login[] = [];
  /** What no client may do, and what the stub does not know; tests expect none. */
  readonly problems: string[] = [];
  /** Number of the error every login is refused with; null: all are welcome. */
  refuseLogin: number | null = null;
  /** What it shows in TLS; null: it has none. */
  identity: Identity | null = null;
  port = 0;
  private server: Server | null = null;
  private readonly sessions = new Set<Session>();
  private readonly planned: Planned[] = [];
  private sessionCount = 0;
  private transactionCount = 0n;

  constructor(readonly backend: Backend) {}

  static async start(backend: Backend): Promise<TdsServer> {
    const server = new TdsServer(backend);
    await server.up();
    return server;
  }

  /** Number of living connections. */
  get connections(): number {
    return this.sessions.size;
  }

  /** An address for `DATABASE_URL`. */
  url(options = ''): string {
    return `mssql://user:secret@127.0.0.1:${this.port}/books?encrypt=false${options}`;
  }

  /** Listens, on the port it had before where there was one. */
  async up(): Promise<void> {
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      this.sessionCount += 1;
      const id = this.sessionCount;
      const session = new Session(id, socket, {
        backend: this.backend,
        login: (login) => {
          this.logins.push(login);
          this.backend.login?.(id, login.database);
          return this.refuseLogin;
        },
        trouble: (from, request) => this.note(from, request),
        problem: (text) => this.problems.push(text),
        identity: this.identity,
        nextTransaction: () => (this.transactionCount += 1n),
      });
      this.sessions.add(session);
      socket.on('close', () => this.sessions.delete(session));
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Cuts every connection and listens no more. */
  async down(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    const closed = once(server, 'close');
    server.close();
    for (const session of this.sessions) session.cut();
    await closed;
  }

  /** The next `times` requests of that kind go wrong. */
  plan(target: Target, trouble: Trouble, times = 1): void {
    const isOf = (name: string): boolean => typeof target !== 'string' && target.test(name);
    this.planned.push({ matches: (each) => matches(target, each), isOf, trouble, left: times });
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.planned.length = 0;
  }

  /** How many requests of that kind were received. */
  count(target: Target): number {
    return this.received.filter(({ request }) => matches(target, request)).length;
  }

  private note(session: number, request: TdsRequest): Trouble | null {
    this.received.push({ session, request });
    const found = this.planned.find((each) => each.left > 0 && each.matches(request));
    if (!found) return null;
    found.left -= 1;
    const { trouble } = found;
    if (trouble.kind !== 'error') return trouble;
    // Raised by the procedure that was meant, where one was.
    const raisedBy = proceduresOf(request).find((name) => found.isOf(name));
    return raisedBy === undefined ? trouble : { ...trouble, raisedBy };
  }
}

function matches(target: Target, request: TdsRequest): boolean {
  const statements = statementsOf(request);
  if (typeof target === 'string') {
    return request.kind === target || statements.includes(`${target} transaction`);
  }
  return [...statements, ...proceduresOf(request)].some((text) => target.test(text));
}
