import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';

/**
 * Express, without changing the prototype of every request and response. On Node 20 and 22 that
 * change makes each of them a slow object and costs more than all the rest of express. Here the
 * HTTP server makes them with express's own methods from the start; the change that express still
 * asks for is to the prototype they already have.
 */
export class StableExpressAdapter extends ExpressAdapter {
  override initHttpServer(options: NestApplicationOptions): void {
    super.initHttpServer(options);
    // An HTTPS server is made by Nest; it works as ever.
    if (options?.httpsOptions) return;
    const express = this.getInstance<Express>();
    const Request = class extends IncomingMessage {};
    const Response = class extends ServerResponse {};
    express.request = adopt(Request.prototype, express.request);
    express.response = adopt(Response.prototype, express.response);
    const made = { IncomingMessage: Request, ServerResponse: Response };
    this.httpServer = createServer(made, express);
  }
}

/** Gives `prototype` what express's object has itself (`app`) and from its parent (the methods). */
function adopt<Methods extends object>(prototype: object, methods: Methods): Methods {
  for (const layer of [Object.getPrototypeOf(methods) as object, methods]) {
    Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(layer));
  }
  return prototype as Methods;
}
