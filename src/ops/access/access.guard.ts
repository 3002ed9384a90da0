import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CONFIG } from '../../config/config';
import type { Config } from '../../config/config';
import { contextOf } from '../../wire/request/request-context';
import { PayError } from '../../domain/errors';
import type { Message } from '../../wire/operation/message';
import { mayCall, rightOf, rightOfMessage } from '../rights';
import { trafficOf } from '../traffic/traffic-context';
import { KnownKeys } from './known-keys';

/**
 * Lets a request through to its handler when the table of rights says so. It asks for the right of
 * the route the router chose, so no spelling of an address gets around it; a message has the right
 * of the route it stands for.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly asksForKeys: boolean;
  private readonly messagesNeedKeys: boolean;

  constructor(
    @Inject(CONFIG) { access }: Config,
    private readonly keys: KnownKeys,
  ) {
    this.asksForKeys = access.auth === 'keys';
    this.messagesNeedKeys = access.messagesNeedKeys;
  }

  /** @throws PayError NO_ROUTE, NO_KEY, FORBIDDEN, DATABASE_UNAVAILABLE */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return this.admits(context.switchToRpc().getContext());
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const route = (request.route as { path: string } | undefined)?.path ?? '';
    const row = rightOf(route);
    if (row === null) throw new PayError('NO_ROUTE', `${route} has no row in the table of rights`);
    if (!this.asksForKeys || typeof row.right === 'string') return true;
    const key = trafficOf(request)?.caller ?? null;
    if (key === null) {
      http.getResponse<Response>().setHeader('WWW-Authenticate', 'ApiKey header="X-Api-Key"');
      throw new PayError('NO_KEY', route);
    }
    if (!mayCall(row, key)) throw new PayError('FORBIDDEN', `${key.name}: ${route}`);
    return true;
  }

  /** A message without a key is a matter of broker or port, unless keys are a must. */
  private async admits(message: Message): Promise<true> {
    const { pattern, apiKey } = message;
    const row = rightOfMessage(pattern);
    if (row === null) throw new PayError('NO_ROUTE', `${pattern}: not in the table of rights`);
    if (!this.asksForKeys || (apiKey === null && !this.messagesNeedKeys)) return true;
    const key = await this.keys.find(apiKey ?? undefined);
    if (key === null) throw new PayError('NO_KEY', pattern);
    if (!mayCall(row, key)) throw new PayError('FORBIDDEN', `${key.name}: ${pattern}`);
    contextOf(message).caller = key;
    return true;
  }
}
