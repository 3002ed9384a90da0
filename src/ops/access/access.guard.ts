import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CONFIG } from '../../config/config';
import type { Config } from '../../config/config';
import { PayError } from '../../domain/errors';
import { mayCall, rightOf } from '../rights';
import { notesOf } from '../traffic/request-notes';

/**
 * Lets a request through to its handler when the table of rights says so. It asks for the right of
 * the route the router chose, so no spelling of an address gets around it.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly asksForKeys: boolean;

  constructor(@Inject(CONFIG) { access }: Config) {
    this.asksForKeys = access.auth === 'keys';
  }

  /** @throws PayError NO_ROUTE, NO_KEY, FORBIDDEN */
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true; // Who may send messages is the broker's matter.
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const route = (request.route as { path: string } | undefined)?.path ?? '';
    const row = rightOf(route);
    if (row === null) throw new PayError('NO_ROUTE', `${route} has no row in the table of rights`);
    if (!this.asksForKeys || typeof row.right === 'string') return true;
    const key = notesOf(request)?.key ?? null;
    if (key === null) {
      http.getResponse<Response>().setHeader('WWW-Authenticate', 'ApiKey header="X-Api-Key"');
      throw new PayError('NO_KEY', route);
    }
    if (!mayCall(row, key)) throw new PayError('FORBIDDEN', `${key.name}: ${route}`);
    return true;
  }
}
