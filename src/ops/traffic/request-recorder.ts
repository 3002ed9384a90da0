import type { Request, Response } from 'express';
import type { ServiceLog } from '../log/service-log';
import type { RequestMetrics } from '../metrics/request-metrics';
import { rightOf } from '../rights';
import type { TrafficContext } from './traffic-context';
import type { RequestObserver } from './traffic';

/** A request nobody served is counted under this name: its own is text of the caller. */
const NO_ROUTE = 'other';
const LONGEST_PATH = 200;

/** Writes the line and counts the figures of every request. */
export class RequestRecorder implements RequestObserver {
  constructor(
    private readonly log: ServiceLog,
    private readonly metrics: RequestMetrics,
  ) {}

  ended(request: Request, response: Response, context: TrafficContext, ms: number): void {
    const path = (request.route as { path: string } | undefined)?.path;
    const route = path !== undefined && rightOf(path) !== null ? path : NO_ROUTE;
    const { id, address, caller, reply, traceId } = context;
    const errcode = reply?.errcode ?? null;
    const format = reply?.choice.format ?? 'none';
    context.span?.end({
      route: route === NO_ROUTE ? null : route,
      status: response.statusCode,
      errcode,
      aborted: !response.writableFinished,
    });
    this.metrics.add(route, response.statusCode, format, ms);
    if (!this.log.wantsRequests()) return;
    this.log.request({
      id,
      method: request.method,
      route: route === NO_ROUTE ? this.log.cleanPath(request.path, LONGEST_PATH) : route,
      status: response.statusCode,
      ms: Math.round(ms * 10) / 10,
      format,
      address,
      ...(errcode === null ? {} : { errcode }),
      ...(caller === null ? {} : { key: caller.name }),
      ...(traceId === null ? {} : { trace_id: traceId }),
      ...(response.writableFinished ? {} : { aborted: true }),
    });
  }
}
