import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { MOST_CLOCK_GAP_MS } from '../../domain/receipt/due';
import { DATABASE_STATUS } from '../../health/database-status';
import type { DatabaseStatus } from '../../health/database-status';
import { ServiceLoad } from '../load/service-load';
import { SideWork } from './side-work';

/** A database that takes longer than this to answer counts as down. ms. */
const DATABASE_MS = 2_000;
/** A result is good for so long: probes must not become a load. ms. */
const FRESH_MS = 1_000;
/** A round of the sweep may take this long beyond its period. ms. */
const ROUND_MS = 90_000;

/** How the service stands. */
export interface Readiness {
  /** `degraded`: it serves, but Alipay does not answer, or no messages come. */
  readonly status: 'ready' | 'degraded' | 'notReady';
  readonly database: 'up' | 'down';
  readonly sweep: 'running' | 'late' | 'off';
  /** `silent`: it has not answered for a while, and is left alone or tried by one call. */
  readonly alipay: 'reachable' | 'silent';
  readonly messages: 'up' | 'down' | 'off';
  /** Against Alipay's, by its last answer; `unknown`: it has told no time yet. */
  readonly clock: 'right' | 'wrong' | 'unknown';
  readonly stopping: boolean;
}

/** Says whether requests should be sent here. */
@Injectable()
export class Health {
  private known: { readonly atMs: number; readonly database: Promise<'up' | 'down'> } | null = null;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DATABASE_STATUS) private readonly database: DatabaseStatus,
    private readonly work: SideWork,
    private readonly load: ServiceLoad,
  ) {}

  /**
   * A dead Alipay does not make the service unready: paid receipts are answered from the books,
   * and another replica would reach it no better. Nor does a broker that is away: messages are
   * asked for by it alone, and the tills' HTTP would be taken down with it.
   */
  async readiness(): Promise<Readiness> {
    const database = await this.databaseState();
    const sweep = this.sweepState();
    const alipay = this.work.channel.breakerState() === 'closed' ? 'reachable' : 'silent';
    const messages = this.messagesState();
    const stopping = this.load.gate.stopping();
    const clock = this.clockState();
    const serves = database === 'up' && sweep !== 'late' && clock !== 'wrong' && !stopping;
    const whole = alipay === 'silent' || messages === 'down' ? 'degraded' : 'ready';
    const status = serves ? whole : 'notReady';
    return { status, database, sweep, alipay, messages, clock, stopping };
  }

  private databaseState(): Promise<'up' | 'down'> {
    const now = this.clock.monotonicMs();
    if (this.known === null || now - this.known.atMs > FRESH_MS) {
      this.known = { atMs: now, database: this.askDatabase() };
    }
    return this.known.database;
  }

  private async askDatabase(): Promise<'up' | 'down'> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<'down'>((resolve) => {
      timer = setTimeout(() => resolve('down'), DATABASE_MS).unref();
    });
    const answer = this.database.problem().then(
      (problem) => (problem === null ? ('up' as const) : ('down' as const)),
      () => 'down' as const,
    );
    const state = await Promise.race([answer, tooLong]);
    clearTimeout(timer);
    return state;
  }

  private clockState(): Readiness['clock'] {
    const aheadMs = this.work.channel.clockAheadMs();
    if (aheadMs === null) return 'unknown';
    return Math.abs(aheadMs) > MOST_CLOCK_GAP_MS ? 'wrong' : 'right';
  }

  private messagesState(): Readiness['messages'] {
    const health = this.work.messages.health();
    if (health === null) return 'off';
    return health.up ? 'up' : 'down';
  }

  private sweepState(): Readiness['sweep'] {
    const { sweep } = this.work;
    const { periodMs } = sweep;
    if (periodMs === 0) return 'off';
    const sinceMs = sweep.sinceRoundMs() ?? sweep.sinceStartMs() ?? 0;
    return sinceMs > periodMs + ROUND_MS ? 'late' : 'running';
  }
}
