import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BooksInspect } from '../../database/books-inspect';
import { testServer } from '../books/mssql-server';
import { AnswerContract } from './answer-contract';
import { SimControl } from '../far-side/sim-control';
import { tempFolder } from '../temp-folder';
import { giveSimulatorKeys, keepSimulatorKeys } from '../far-side/simulator-keys';
import { sqliteBooks, testBooks } from '../books/test-books';
import type { TestBooks } from '../books/test-books';

/** The service of `npm run build`, from the sources of the tests as from what is built of them. */
const MAIN = builtIn(__dirname);
const START_WITHIN_MS = 25_000;
/** On SQL Server it starts before its books are there; tables are made first. */
const READY_WITHIN_MS = 120_000;
const MESSAGES = /tcp: listening on/;
const ADDRESS = /3Pay Gateway\s+(http:\/\/[^/\s]+)\/api/;

/** Formats a body can be sent in here. */
export type WireFormat = 'json' | 'form';

/** The envelope as JSON, with what carried it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly errcode: number;
  readonly errmsg: string;
  readonly tag: Readonly<Record<string, string | null>> | null;
  /** The body as it came. */
  readonly text: string;
}

/** More or other environment variables; undefined takes one away. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The real service, built, in a process of its own with a fresh database file and a simulator of
 * its own. `stop` in afterAll: it ends both processes and deletes their data.
 */
export class TestService {
  /** Base of the HTTP addresses. */
  url = '';
  sim = new SimControl('');
  /** Everything the service printed, over all its lives. */
  log = '';
  /** The file of the books, where they are in SQLite. */
  readonly database: string;
  /** The folder of the simulator. */
  readonly simData: string;
  private readonly folder = tempFolder();
  private books: TestBooks;
  private process: ChildProcess | null = null;
  /** What its own document says of its answers; null: not looked at yet. */
  private contract: Promise<AnswerContract> | null = null;

  private constructor(private readonly env: Env) {
    this.database = join(this.folder.path, 'books.sqlite');
    this.simData = join(this.folder.path, 'simulator');
    this.books = sqliteBooks(this.database);
  }

  /**
   * Starts the service and waits until it answers: on SQL Server where TEST_MSSQL_URL names one,
   * unless `env` names a database.
   */
  static start(env: Env = {}): Promise<TestService> {
    return TestService.startOn(env.DATABASE_URL === undefined ? testServer() : null, env);
  }

  /** Starts the service on SQLite, for specs of what only a file can do. */
  static startOnSqlite(env: Env = {}): Promise<TestService> {
    return TestService.startOn(null, env);
  }

  private static async startOn(server: string | null, env: Env): Promise<TestService> {
    const service = new TestService(env);
    try {
      giveSimulatorKeys(service.simData);
      service.books = await testBooks(service.database, server);
      await service.restart();
      keepSimulatorKeys(service.simData);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** The address of the books: for another program on the same ones. */
  get databaseUrl(): string {
    return this.books.url;
  }

  /** Looks into the service's books, past the service. */
  inspect(): BooksInspect {
    return this.books.inspect();
  }

  /** Starts the service again on the same data; `command` may wrap the node process. */
  async restart(env: Env = {}, command: readonly string[] = []): Promise<void> {
    const line = [...command, process.execPath, MAIN];
    const child = spawn(line[0] ?? '', line.slice(1), {
      cwd: this.folder.path,
      env: { ...this.environment(), ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    let printed = '';
    const listen = (chunk: Buffer) => {
      printed += chunk.toString();
      this.log += chunk.toString();
    };
    for (const pipe of [child.stdout, child.stderr]) {
      pipe.on('data', listen);
      // The kernel resets the pipe of a process that is killed while it writes.
      pipe.on('error', (error) => listen(Buffer.from(`\n${error.message}\n`)));
    }
    const { MICROSERVICE_TRANSPORT: transport, LOG_LEVEL: level } = { ...this.env, ...env };
    const tcp = transport === 'tcp' && level === 'info';
    // The log is written apart from the addresses, and may come after them.
    const isUp = () => ADDRESS.test(printed) && (!tcp || MESSAGES.test(printed));
    for (let waitedMs = 0; !isUp(); waitedMs += 10) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || waitedMs > START_WITHIN_MS) {
        throw new Error(`the service did not start: ${printed}`);
      }
      await wait(10);
    }
    this.url = ADDRESS.exec(printed)?.[1] ?? '';
    // What the document says of answers depends on settings alone.
    if (Object.keys(env).length > 0) this.contract = null;
    this.sim = new SimControl(this.simulator()?.url ?? '');
    if (this.books.onServer) await this.ready();
  }

  private async ready(): Promise<void> {
    for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 100) {
      if ((await fetch(`${this.url}/health/ready`)).ok) return;
      await wait(100);
    }
    throw new Error(`the service did not find its books: ${this.log}`);
  }

  /** The service's process id; 0: it does not run. */
  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** Ends the service; the simulator lives on. Gives the exit code; null: killed by the signal. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exit) as [number | null];
    return code;
  }

  /** Ends the service and its simulator, and deletes their data. */
  async stop(): Promise<void> {
    await this.kill();
    const pid = this.simulator()?.pid ?? 0;
    try {
      if (pid > 1) process.kill(pid, 'SIGKILL');
    } catch {
      // It had ended before.
    }
    await this.books.drop();
    this.folder.remove();
  }

  /** Calls an operation of `api/3Pay/AliPay`. */
  async post(operation: string, members: object, format: WireFormat = 'json'): Promise<Answer> {
    const path = `/api/3Pay/AliPay/${operation}`;
    if (format === 'json') return this.send(path, JSON.stringify(members));
    const form = new URLSearchParams(asText(members));
    return this.send(path, form.toString(), 'application/x-www-form-urlencoded');
  }

  /** Posts bytes as they are. An answer in JSON must be as the service's document says. */
  async send(
    path: string,
    body: string | Buffer,
    contentType = 'application/json',
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'Content-Type': contentType, Accept: 'application/json', ...more },
      body,
    });
    const read = await readAnswer(answer);
    if (answer.headers.get('content-type')?.startsWith('application/json')) {
      (await this.heldAgainst()).check(path, read.status, read.text);
    }
    return read;
  }

  /** Kept over a restart once it was read, and read again by the next one where that failed. */
  private heldAgainst(): Promise<AnswerContract> {
    const contract = (this.contract ??= AnswerContract.of(this.url));
    contract.catch(() => {
      if (this.contract === contract) this.contract = null;
    });
    return contract;
  }

  private environment(): Record<string, string | undefined> {
    const { PATH, HOME } = process.env;
    return {
      PATH,
      HOME,
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: this.books.url,
      SIM_PORT: '0',
      SIM_DATA: this.simData,
      SWEEP_PERIOD_MS: '0',
      RECONCILE_AT: 'off',
      RATE_LIMIT_PER_MINUTE: '1000000',
      SHUTDOWN_GRACE_MS: '100',
      MICROSERVICE_TRANSPORT: 'none',
      LOG_LEVEL: 'warn',
    };
  }

  private simulator(): { pid: number; url: string } | null {
    const file = join(this.simData, 'simulator.json');
    if (!existsSync(file)) return null;
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; url: string };
  }
}

/** Reads the envelope; a body that is none gives errcode NaN. */
export async function readAnswer(answer: Response): Promise<Answer> {
  const { status, headers } = answer;
  const text = await answer.text();
  let envelope: Partial<Answer> = {};
  try {
    envelope = JSON.parse(text) as Partial<Answer>;
  } catch {
    // No JSON: the text says what came.
  }
  const { errcode = NaN, errmsg = '', tag = null } = envelope;
  return { status, headers, errcode, errmsg, tag, text };
}

function asText(members: object): Record<string, string> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(value)]));
}

function builtIn(folder: string): string {
  const main = join(folder, 'dist/src/main.js');
  if (existsSync(main) || folder === dirname(folder)) return main;
  return builtIn(dirname(folder));
}
