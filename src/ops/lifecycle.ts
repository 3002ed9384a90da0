import type { INestApplication } from '@nestjs/common';
import type { Clock } from '../domain/ports/clock';
import { EXIT } from './exit-codes';
import type { ServiceLog } from './log/service-log';
import { ServiceLoad } from './load/service-load';

/** How long accepted work may take to finish at a stop. ms. */
const STOP_WITHIN_MS = 10_000;
/** How long the last lines of the log may take. ms. */
const FLUSH_MS = 500;

/**
 * Ends the process in order: readiness is gone at once and new requests are refused in words, what
 * was accepted is finished (see `Drain`), then the database closes. A second signal changes
 * nothing; kill -9 is always safe. After a defect nobody caught it ends the same way, with exit
 * code 1.
 */
export class Lifecycle {
  private app: INestApplication | null = null;
  private stopping = false;

  constructor(
    private readonly log: ServiceLog,
    private readonly clock: Clock,
  ) {}

  /** Listens to signals and to what nobody caught, from now on. */
  install(): void {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => this.stop(EXIT.stopped, signal));
    }
    process.on('uncaughtException', (error) => this.defect('uncaught exception', error));
    process.on('unhandledRejection', (reason) => this.defect('unhandled rejection', reason));
    // A reader of our output that goes away is no reason to stop taking payments.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  /** The application to close at a stop. */
  running(app: INestApplication): void {
    this.app = app;
  }

  private defect(what: string, reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.log.fatal(Object.assign(error, { message: `${what}: ${error.message}` }), 'Lifecycle');
    this.stop(EXIT.defect, what);
  }

  private stop(exitCode: number, why: string): void {
    if (this.stopping) return;
    this.stopping = true;
    const startedAt = this.clock.monotonicMs();
    const done = (): void => {
      const ms = Math.round(this.clock.monotonicMs() - startedAt);
      this.log.log(`stopped in order (${why}), ${ms} ms`, 'Lifecycle');
      this.exit(exitCode);
    };
    setTimeout(() => this.exit(EXIT.defect, 'the stop took too long'), STOP_WITHIN_MS).unref();
    this.app?.get(ServiceLoad).drain.begin();
    const closed = this.app?.close() ?? Promise.resolve();
    closed.then(done, (error: unknown) =>
      this.exit(EXIT.defect, `the stop failed: ${String(error)}`),
    );
  }

  private exit(exitCode: number, complaint?: string): void {
    if (complaint !== undefined) this.log.error(complaint, 'Lifecycle');
    void this.log.flush(FLUSH_MS).then(() => process.exit(exitCode));
  }
}
