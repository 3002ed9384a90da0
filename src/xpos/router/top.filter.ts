import { ArgumentsHost, Catch, ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { rawBody } from '../../wire/http/raw-body';
import { readTopRequest } from '../top/top-parameters';
import { sendTop } from './top-reply';
import { wishOf } from './top-request';
import type { TopWish } from './top-request';
import { TopRouter } from './top-router.service';

/** Many times what a call needs. Who is refused for too much work is not to make more. Bytes. */
const MOST_READ = 16_384;
const readBody = rawBody(MOST_READ);

/**
 * Answers in TOP's words what is refused before the router sees it: too large, unreadable, too
 * often, at a bad time. Most SDKs name their format in the form, so it is looked for there, too.
 */
@Catch()
export class TopFilter implements ExceptionFilter {
  private readonly logger = new Logger(TopFilter.name);

  constructor(private readonly router: TopRouter) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** The same for what express itself refuses. */
  answer(thrown: unknown, request: Request, response: Response): void {
    this.send(thrown, request, response).catch((error: unknown) => {
      this.logger.warn(`an answer was not sent: ${String(error)}`);
    });
  }

  private async send(thrown: unknown, request: Request, response: Response): Promise<void> {
    const reply = this.router.refuse(thrown, await wishOfRefused(request, response));
    await sendTop(request.headers['accept-encoding'], response, reply);
    if (!request.complete) request.resume(); // The rest of a refused body is read and dropped.
  }
}

async function wishOfRefused(request: Request, response: Response): Promise<TopWish> {
  const { originalUrl: url, headers } = request;
  const body = await bodyOf(request, response);
  const { parameters } = await readTopRequest({ url, headers, body });
  return wishOf(parameters);
}

/** The body of a refused request, read now if nobody began to; empty when it is not fit to be. */
function bodyOf(request: Request, response: Response): Promise<Buffer> {
  return new Promise((resolve) => {
    const give = (): void => {
      const bytes: unknown = request.body;
      resolve(Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0));
    };
    if (request.readableFlowing === null) readBody(request, response, give);
    else give();
  });
}
