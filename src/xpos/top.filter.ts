import { ArgumentsHost, Catch, ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { queryOf } from './top-parameters';
import { sendTop } from './top-reply';
import { wishOf } from './top-request';
import { TopRouter } from './top-router.service';

/**
 * Answers in TOP's words what is refused before the router sees it: too large, unreadable, too
 * often. Only the address is known then, so the format is the one that it names.
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
    const wish = wishOf(new Map(queryOf(request.originalUrl)));
    const reply = this.router.refuse(thrown, wish);
    sendTop(request.headers['accept-encoding'], response, reply).catch((error: unknown) => {
      this.logger.warn(`an answer was not sent: ${String(error)}`);
    });
    if (!request.complete) request.resume(); // The rest of a refused body is read and dropped.
  }
}
