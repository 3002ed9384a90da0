import { ConsoleLogger } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { Logger as Pino } from 'pino';
import type { Choice } from '../../config/reading/settings';
import type { MoneyEventKind } from '../../domain/receipt/money-event';
import { LineSink } from './line-sink';
import type { Mask } from './mask';

/** Least severe line that is written. */
export type LogLevel = Choice<'LOG_LEVEL'>;

const STDOUT = 1;
/** No number of a bill, receipt, trade or request has more characters. */
const LONGEST_NAME = 64;
const FAILED_START = 'ExceptionHandler';
/** Parts of Nest that tell of every module and route at each start: for who looks into it. */
const NEST_AT_START: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);
const NEST_LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;
type NestLevel = (typeof NEST_LEVELS)[number];
const LEVEL: Readonly<Record<NestLevel, Exclude<LogLevel, 'silent'>>> = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  log: 'info',
  debug: 'debug',
  verbose: 'trace',
};

/** What one request left behind. All of it is short and ours, or masked before. */
export interface RequestLine {
  readonly id: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly errcode?: number;
  readonly format?: string;
  readonly key?: string;
  readonly address: string;
  /** As OpenTelemetry names it in a log; absent: there is none that somebody could look up. */
  readonly trace_id?: string;
  /** The client left before the answer was sent. */
  readonly aborted?: true;
}

/** What one money event left behind; texts are masked as they are written. */
export interface MoneyLine {
  readonly billtype: string;
  readonly billnum: string;
  readonly autoid: string;
  /** Alipay's number; absent: nobody has paid. */
  readonly trade?: string;
  /** What this event moved. */
  readonly fen: number;
  /** Of the receipt, after it. */
  readonly state: string;
  /** Since the receipt was begun. */
  readonly ms: number;
  /** The request it was booked for; absent: the sweep's, a notify's, a message's without one. */
  readonly id?: string;
  /** As in a `RequestLine`; also of a look of the sweep, or a push. */
  readonly trace_id?: string;
}

/** How the log is to be kept. */
export interface LogOptions {
  readonly level: LogLevel;
  /** A person reads it at a terminal: coloured lines instead of JSON. */
  readonly pretty: boolean;
  readonly mask: Mask;
  readonly sink?: LineSink;
}

/**
 * The log of the service, for Nest and for the requests. One entry is one line; secrets are masked
 * here and nowhere else.
 */
export class ServiceLog implements LoggerService {
  private readonly sink: LineSink;
  private readonly json: Pino;
  private readonly console: ConsoleLogger | null;
  private readonly mask: Mask;
  private readonly logsRequests: boolean;

  constructor({ level, pretty, mask, sink = new LineSink(STDOUT) }: LogOptions) {
    this.sink = sink;
    this.mask = mask;
    this.json = pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write: (line: string) => this.sink.write(line) },
    );
    this.logsRequests = this.json.isLevelEnabled('info');
    const shown = NEST_LEVELS.filter((each) => this.json.isLevelEnabled(LEVEL[each]));
    this.console = pretty ? new ConsoleLogger({ colors: true, logLevels: shown }) : null;
  }

  log(message: unknown, ...more: unknown[]): void {
    this.write(NEST_AT_START.has(more.at(-1)) ? 'debug' : 'log', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  /** Nest hands the stack and the context after the message. */
  error(message: unknown, ...more: unknown[]): void {
    // Nest tells what ended the start before it throws it; `main` says it, in one line.
    if (more.at(-1) === FAILED_START) return;
    this.write('error', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('verbose', message, more);
  }

  /** One line for one request. */
  request(line: RequestLine): void {
    if (!this.logsRequests) return;
    if (this.console === null) {
      this.json.info(line, 'request');
      return;
    }
    const { method, route, status, ms, errcode, key, id } = line;
    const words = [method, route, status, errcode, `${ms} ms`, key, id];
    this.console.log(words.filter((word) => word !== undefined).join(' '), 'request');
  }

  /** One line for one money event, once the books hold it. */
  money(kind: MoneyEventKind, line: MoneyLine): void {
    const masked = (text: string): string => this.mask.line(text, LONGEST_NAME);
    const safe = {
      ...line,
      billnum: masked(line.billnum),
      autoid: masked(line.autoid),
      ...(line.trade === undefined ? {} : { trade: masked(line.trade) }),
      ...(line.id === undefined ? {} : { id: masked(line.id) }),
    };
    if (this.console === null) {
      this.json.info(safe, kind);
      return;
    }
    const { billtype, billnum, autoid, trade = 'no trade', fen, state, ms }: MoneyLine = safe;
    const words = [kind, billtype, billnum, autoid, trade, `${fen} fen`, state, `${ms} ms`];
    this.console.log(words.join(' '), 'money');
  }

  /** Are requests written at all? */
  wantsRequests(): boolean {
    return this.logsRequests;
  }

  /** The path of a request nobody serves, as it may stand in a `RequestLine`. */
  cleanPath(path: string, max: number): string {
    return this.mask.path(path, max);
  }

  /** Lines that could not be written, since the start. */
  lost(): number {
    return this.sink.lost();
  }

  /** Waits for what is not written yet, `ms` at most. */
  flush(ms: number): Promise<void> {
    return this.sink.flush(ms);
  }

  private write(level: NestLevel, message: unknown, more: readonly unknown[]): void {
    if (!this.json.isLevelEnabled(LEVEL[level])) return;
    const texts = more.filter((each): each is string => typeof each === 'string');
    const context = texts.at(-1) ?? '';
    const stackText = level === 'error' && texts.length > 1 ? texts[0] : stackOf(message);
    const text = this.mask.line(textOf(message));
    const stack = stackText === undefined ? undefined : this.mask.lines(stackText);
    if (this.console !== null) {
      this.console[level](stack === undefined ? text : `${text}\n${stack}`, context);
      return;
    }
    this.json[LEVEL[level]]({ context, ...(stack === undefined ? {} : { stack }) }, text);
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (message instanceof Error) return message.message;
  try {
    return JSON.stringify(message) ?? String(message);
  } catch {
    return String(message);
  }
}

function stackOf(message: unknown): string | undefined {
  return message instanceof Error ? message.stack : undefined;
}
