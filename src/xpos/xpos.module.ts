import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Application, ErrorRequestHandler } from 'express';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import { CLOCK } from '../domain/ports/clock';
import type { Clock } from '../domain/ports/clock';
import { PayModule } from '../pay/pay.module';
import { XposPay } from './operations/xpos-pay.service';
import { QueryStatus } from './operations/query-status.service';
import { TOP_APPS } from './top/top-apps';
import type { AppOf } from './top/top-apps';
import { TopClient } from './top/top-client';
import { TopFilter } from './router/top.filter';
import { TopMethods } from './router/top-methods.service';
import { TopRouterController } from './router/top-router.controller';
import { TopRouter } from './router/top-router.service';
import { UPSTREAM } from './operations/upstream';
import type { Upstream } from './operations/upstream';
import { UpstreamStatus } from './operations/upstream-status';
import { XposController } from './operations/xpos.controller';

/** Deadline of one request to the upstream. ms. */
const UPSTREAM_TIMEOUT_MS = 5_000;

function appOf({ top }: Config): AppOf {
  const apps = new Map(top.appKeys.map((app) => [app.key, app]));
  return (appKey) => apps.get(appKey);
}

function upstreamOf({ top }: Config, clock: Clock): Upstream | null {
  if (!top.upstream) return null;
  const { url, key, secret } = top.upstream;
  const settings = {
    url,
    appKey: key,
    secret: () => secret.reveal(),
    signMethod: 'hmac-sha256',
    timeoutMs: UPSTREAM_TIMEOUT_MS,
  } as const;
  return new UpstreamStatus(new TopClient(settings, clock));
}

/** Payments asked about by the TOP protocol, and by the same words in our own envelope. */
@Module({
  imports: [PayModule],
  controllers: [TopRouterController, XposController],
  providers: [
    QueryStatus,
    TopFilter,
    TopMethods,
    TopRouter,
    XposPay,
    { provide: TOP_APPS, inject: [CONFIG], useFactory: appOf },
    { provide: UPSTREAM, inject: [CONFIG, CLOCK], useFactory: upstreamOf },
  ],
  exports: [QueryStatus],
})
export class XposModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    private readonly filter: TopFilter,
  ) {}

  /** Bodies are read before any route is known; what is refused there gets TOP's words too. */
  onModuleInit(): void {
    const express = this.adapterHost.httpAdapter.getInstance<Application>();
    const refuse: ErrorRequestHandler = (error, request, response, _next) =>
      this.filter.answer(error, request, response);
    express.use('/router/rest', refuse);
  }
}
