import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata, Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import { CLOCK, RANDOMNESS } from '../domain/ports/clock';
import { KEYS } from '../domain/access/keys';
import type { Keys } from '../domain/access/keys';
import type { Clock, Randomness } from '../domain/ports/clock';
import { AccessGuard } from './access/access.guard';
import { BillTypeInterceptor } from './access/bill-type.interceptor';
import { KnownKeys } from './access/known-keys';
import { HealthController } from './health/health.controller';
import { Health } from './health/health.service';
import { SideWork } from './health/side-work';
import { ServiceLog } from './log/service-log';
import { MetricsController } from './metrics/metrics.controller';
import { ServiceMetrics } from './metrics/service-metrics';
import { MoneyRecorder } from './money-recorder';
import { ConnectionWatch } from './traffic/connection-watch';
import { Drain } from './traffic/drain';
import { EventLoopWatch } from './load/event-loop-watch';
import { LoadGate } from './load/load-gate';
import { RateLimits } from './traffic/rate-limits';
import { RequestIds } from './traffic/request-id';
import { RequestRecorder } from './traffic/request-recorder';
import { ServiceLoad } from './load/service-load';
import { Traffic } from './traffic/traffic';

/** What the module reports on, from outside. */
export interface OpsOptions {
  readonly log: ServiceLog;
  /**
   * Modules that export what `DATABASE_STATUS`, `BOOK_FIGURES`, `SWEEP_STATUS`, `CALLBACK_STATUS`,
   * `MESSAGE_STATUS` and `MONEY_NEWS` stand for, and `KEYS`.
   */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** Gives `CHANNEL_STATUS`. */
  readonly channel: Provider;
  /** Whether keys are asked for, which may be for some bill types only. */
  readonly asksForKeys: boolean;
}

const LOAD: FactoryProvider = {
  provide: ServiceLoad,
  inject: [CONFIG, CLOCK, ServiceLog],
  useFactory: ({ http: { shutdownGraceMs } }: Config, clock: Clock, log: ServiceLog) => {
    const loop = new EventLoopWatch(clock);
    const gate = new LoadGate(loop);
    const connections = new ConnectionWatch(clock);
    const drain = new Drain({ clock, gate, connections, graceMs: shutdownGraceMs });
    return new ServiceLoad(gate, loop, connections, drain, log);
  },
};

const KNOWN_KEYS: FactoryProvider = {
  provide: KnownKeys,
  inject: [CONFIG, KEYS, CLOCK],
  useFactory: ({ access }: Config, stored: Keys, clock: Clock) =>
    new KnownKeys(access.apiKeys, stored, clock),
};

const TRAFFIC: FactoryProvider = {
  provide: Traffic,
  inject: [CONFIG, CLOCK, RANDOMNESS, ServiceLoad, ServiceMetrics, KnownKeys],
  useFactory: (
    { access, http, rateLimitPerMinute }: Config,
    clock: Clock,
    randomness: Randomness,
    { gate, connections, drain, log }: ServiceLoad,
    metrics: ServiceMetrics,
    keys: KnownKeys,
  ) =>
    new Traffic({
      clock,
      ids: new RequestIds(randomness.hex(5)),
      keys: access.auth === 'keys' ? keys : null,
      limits: new RateLimits(rateLimitPerMinute, parseInt(randomness.hex(4), 16)),
      gate,
      connections,
      drain,
      observer: new RequestRecorder(log, metrics.requests),
      trustsProxies: http.trustProxy.length > 0,
    }),
};

/**
 * Who may call, how much, and what an operator sees of it. Import it after WireModule, so that
 * refusals are written in the caller's format, and call `installOps` on the application.
 */
@Module({})
export class OpsModule {
  static forRoot({ log, imports, channel, asksForKeys }: OpsOptions): DynamicModule {
    return {
      module: OpsModule,
      imports,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: ServiceLog, useValue: log },
        channel,
        LOAD,
        KNOWN_KEYS,
        TRAFFIC,
        SideWork,
        ServiceMetrics,
        MoneyRecorder,
        Health,
        { provide: APP_GUARD, useClass: AccessGuard },
        ...(asksForKeys ? [{ provide: APP_INTERCEPTOR, useClass: BillTypeInterceptor }] : []),
      ],
      exports: [KnownKeys, Health],
    };
  }
}
