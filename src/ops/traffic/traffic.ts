import { isIP } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import type { ApiKey } from '../../config/access-config';
import type { Clock } from '../../domain/ports/clock';
import { giveContext } from '../../wire/request/request-context';
import { PayError } from '../../domain/errors';
import type { ErrorCode } from '../../domain/errors';
import { RequestSpan } from '../../tracing/request-span';
import { TRACE_PARENT } from '../../tracing/trace-parent';
import type { KnownKeys } from '../access/known-keys';
import { isSignedCall } from '../rights';
import type { ConnectionWatch } from './connection-watch';
import type { Drain } from './drain';
import { OVERLOAD_RETRY_SECONDS } from '../load/load-gate';
import type { LoadGate } from '../load/load-gate';
import type { RateLimits } from './rate-limits';
import type { RequestIds } from './request-id';
import { TrafficContext, trafficOf } from './traffic-context';

/** Answered whatever the load: exactly these spellings, all others count as any request. */
const PROBES: ReadonlySet<string> = new Set(['/health/live', '/health/ready']);

/** Anybody may push to this address, so nobody says there where in a trace he stands. */
const PUSHES = /\/notify\/?$/i;

/** Where its sender says it stands in a trace; null: that counts for nothing. */
function traceParentIn({ path, headers }: Request): string | null {
  const told = headers[TRACE_PARENT];
  return typeof told === 'string' && !PUSHES.test(path) ? told : null;
}

/** A refusal that says when to try again. */
class Postponed extends PayError {
  constructor(
    code: ErrorCode,
    detail: string,
    readonly retryAfterSeconds: number,
  ) {
    super(code, detail);
  }
}

/** Is told of every request that has ended. */
export interface RequestObserver {
  ended(request: Request, response: Response, context: TrafficContext, ms: number): void;
}

/** What the door needs. */
export interface TrafficParts {
  readonly clock: Clock;
  readonly ids: RequestIds;
  /** Null: keys are not asked for. */
  readonly keys: KnownKeys | null;
  readonly limits: RateLimits;
  readonly gate: LoadGate;
  readonly connections: ConnectionWatch;
  readonly drain: Drain;
  readonly observer: RequestObserver;
  readonly trustsProxies: boolean;
}

/** The door every HTTP request comes through, before its body is read and after. */
export class Traffic {
  private readonly onClose: (this: Response) => void;

  constructor(private readonly parts: TrafficParts) {
    const { clock, gate, connections, drain, observer } = parts;
    // One function for all answers, not one for each.
    this.onClose = function onClose(this: Response): void {
      const request = this.req;
      const context = trafficOf(request);
      if (context === null || context.ended) return;
      context.ended = true;
      if (context.atWork) {
        gate.end();
        connections.end(request.socket);
      }
      drain.answers.delete(this);
      observer.ended(request, this, context, clock.monotonicMs() - context.startedMs);
    };
  }

  /** Before the body is read: numbers the request, finds its key, refuses what is too much. */
  readonly arrive = (request: Request, response: Response, next: NextFunction): void => {
    const { clock, ids, gate, drain } = this.parts;
    const id = ids.take(request.headers['x-request-id']);
    const address = this.addressOf(request);
    const context = new TrafficContext(id, clock.monotonicMs(), address);
    giveContext(request, context);
    response.setHeader('X-Request-Id', id);
    response.on('close', this.onClose);
    drain.answers.add(response);
    // At a stop the body is read before the refusal: what is left unread resets the connection,
    // and a reset may overtake the answer.
    if (PROBES.has(request.url) || gate.stopping()) {
      next();
      return;
    }
    context.span = RequestSpan.begin(request.method, traceParentIn(request));
    context.traceId = context.span?.traceId ?? null;
    const refusal = gate.refusal();
    if (refusal !== null) {
      next(new Postponed('OVERLOADED', refusal, OVERLOAD_RETRY_SECONDS));
      return;
    }
    if (isSignedCall(request.method, request.path)) {
      context.countSigned = (signer) => this.countSigned(signer, address);
      next(); // Who it is from is known when its body has been read.
      return;
    }
    this.findKey(
      request,
      (key) => {
        context.caller = key;
        this.count(key?.name ?? null, address, next);
      },
      next,
    );
  };

  /** After the body has been read: from here on the request is worked on, unless we stop. */
  readonly enter = (request: Request, _response: Response, next: NextFunction): void => {
    const { gate, drain } = this.parts;
    if (gate.stopping() && !PROBES.has(request.url)) {
      const refuse = (): void =>
        next(new Postponed('OVERLOADED', 'stopping', OVERLOAD_RETRY_SECONDS));
      void drain.leave().then(refuse);
      return;
    }
    const context = trafficOf(request);
    if (context !== null && !context.ended) {
      context.atWork = true;
      gate.begin();
      this.parts.connections.begin(request.socket);
    }
    // What reads a body runs on its own: from here on the work is the request's.
    if (context?.span) context.span.within(next);
    else next();
  };

  private async countSigned(signer: string | null, address: string): Promise<void> {
    const waitSeconds = await this.parts.limits.takeSigned(signer, address);
    if (waitSeconds > 0) throw new Postponed('RATE_LIMITED', signer ?? 'unsigned', waitSeconds);
  }

  /** The key of a request goes on at once where it is known, for most are. */
  private findKey(request: Request, found: (key: ApiKey | null) => void, next: NextFunction): void {
    const brought = request.headers['x-api-key'];
    const key = this.parts.keys?.find(typeof brought === 'string' ? brought : undefined) ?? null;
    if (key instanceof Promise) key.then(found, next);
    else found(key);
  }

  private count(key: string | null, address: string, next: NextFunction): void {
    this.parts.limits.take(key, address).then((waitSeconds) => {
      if (waitSeconds === 0) next();
      else next(new Postponed('RATE_LIMITED', key ?? 'an address', waitSeconds));
    }, next);
  }

  private addressOf(request: Request): string {
    const peer = request.socket.remoteAddress ?? '';
    if (!this.parts.trustsProxies) return peer;
    const told = request.ip ?? '';
    return isIP(told) === 0 ? peer : told;
  }
}
