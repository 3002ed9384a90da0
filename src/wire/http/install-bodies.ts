import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request } from 'express';
import type { ServerResponse } from 'node:http';
import { rawBody } from './raw-body';
import { EncodedReply } from './reply';

type AdapterReply = (response: ServerResponse, body: unknown, status?: number) => unknown;

/** Limits of bodies. */
export interface BodyLimits {
  /** Largest body that is read, in bytes; a larger one is refused with 413. */
  readonly bodyLimitBytes: number;
  /** Bodies that are read by their route, which knows who sends them; absent: none is. */
  readonly leftToRoute?: (request: Request) => boolean;
}

/**
 * Sets the HTTP adapter up for the WireModule: raw bodies of every media type, no inflating, and
 * answers sent as the bytes they are. The application must be made with `bodyParser: false`.
 */
export function installBodies(app: NestExpressApplication, limits: BodyLimits): void {
  app.use(rawBody(limits.bodyLimitBytes, limits.leftToRoute));
  app.disable('etag');
  app.disable('x-powered-by');
  const adapter = app.getHttpAdapter();
  const reply = adapter.reply.bind<AdapterReply>(adapter);
  adapter.reply = (response: ServerResponse, body: unknown, status?: number): unknown => {
    if (!(body instanceof EncodedReply)) return reply(response, body, status);
    return body.send(response);
  };
}
