import {
  ArgumentsHost,
  Catch,
  ExceptionFilter,
  HttpException,
  Inject,
  Logger,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request, Response } from 'express';
import { Observable, of } from 'rxjs';
import { ErrorCode, ERRORS, PayError } from '../domain/errors';
import { encodeHttpError, encodeResult } from './codec/codec';
import { CommonOperationResult } from './operation/contract';
import { WIRE_OPTIONS } from './wire.options';
import type { WireOptions } from './wire.options';
import { noRoute, UNEXPECTED, wrongVerb } from './http-error';
import { envelopeOf, refusalText } from './operation/message';
import { chooseReply } from './negotiation/negotiation';
import { contextOf } from './request/request-context';
import { EncodedReply } from './http/reply';
import { verbsOf } from './http/routes';

// What the framework and the guards throw, as errors of ours.
const CODE_OF_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'UNREADABLE'],
  [401, 'NO_KEY'],
  [403, 'FORBIDDEN'],
  [404, 'NO_ROUTE'],
  [405, 'WRONG_VERB'],
  [413, 'BODY_TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA'],
  [429, 'RATE_LIMITED'],
]);

// Whose body is the legacy HTTP error in style `legacy`, because the legacy service knew them.
const HTTP_LEVEL: ReadonlySet<ErrorCode> = new Set([
  'NO_ROUTE',
  'WRONG_VERB',
  'UNSUPPORTED_MEDIA',
  'INTERNAL',
]);

/** An error that says after how many seconds another try makes sense. */
interface Delaying {
  readonly retryAfterSeconds: number;
}

function isDelaying(error: unknown): error is Delaying {
  if (typeof error !== 'object' || error === null || !('retryAfterSeconds' in error)) return false;
  return Number.isSafeInteger(error.retryAfterSeconds);
}

/** The only place that turns errors into replies, for HTTP and for messages. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WIRE_OPTIONS) private readonly options: WireOptions,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<string> | void {
    if (host.getType() !== 'http') {
      const message = host.switchToRpc().getContext<object>();
      return of(this.messageReply(message, this.log(toPayError(thrown))));
    }
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const verbs = isMissingRoute(thrown) ? this.otherVerbs(request) : [];
    const error = this.log(
      verbs.length > 0
        ? new PayError('WRONG_VERB', `${request.method} ${request.path}`)
        : toPayError(thrown),
    );
    const headers: Record<string, string> = {};
    if (verbs.length > 0) headers['Allow'] = verbs.join(', ');
    if (isDelaying(thrown)) headers['Retry-After'] = String(thrown.retryAfterSeconds);
    this.reply(request, error, headers).send(http.getResponse<Response>());
    if (!request.complete) request.resume(); // The rest of a refused body is read and dropped.
  }

  /** The other verbs of a path; empty when this one is among them or there are none. */
  private otherVerbs({ baseUrl, path, method }: Request): string[] {
    const verbs = verbsOf(this.adapterHost.httpAdapter, baseUrl + path);
    return verbs.includes(method) ? [] : verbs;
  }

  private log(error: PayError): PayError {
    if (error.code === 'INTERNAL') {
      const cause = error.cause instanceof Error ? error.cause : error;
      this.logger.error(error.message, cause.stack);
    } else if (ERRORS[error.code].blame === 'caller' || error.code === 'OVERLOADED') {
      this.logger.debug(error.message); // Each request has its own line; more would not help.
    } else this.logger.warn(error.message);
    return error;
  }

  private reply(
    request: Request,
    error: PayError,
    headers: Readonly<Record<string, string>>,
  ): EncodedReply {
    const choice = chooseReply(request.headers);
    const row = ERRORS[error.code];
    const { style } = this.options;
    if (style === 'legacy' && HTTP_LEVEL.has(error.code)) {
      const body = encodeHttpError(choice, legacyMessage(request, error));
      return new EncodedReply(row.legacy, choice, body, headers, row.errcode);
    }
    const envelope = envelopeOf(error);
    const contract = contextOf(request).operation?.result ?? null;
    try {
      const body =
        contract === null
          ? encodeResult(choice, CommonOperationResult, { ...envelope, tag: null })
          : encodeResult(choice, contract, envelope);
      return new EncodedReply(row[style], choice, body, headers, row.errcode);
    } catch (cause) {
      if (error.code === 'INTERNAL') throw cause; // Its text is ours and can always be written.
      return this.reply(request, this.log(unwritable(cause)), headers);
    }
  }

  /** A refusal of a message is a reply like any other: the envelope, to be read by its errcode. */
  private messageReply(message: object, error: PayError): string {
    try {
      return refusalText(contextOf(message).operation, error);
    } catch (cause) {
      if (error.code === 'INTERNAL') throw cause;
      return this.messageReply(message, this.log(unwritable(cause)));
    }
  }
}

function unwritable(cause: unknown): PayError {
  return new PayError('INTERNAL', 'an error reply could not be written', { cause });
}

function isMissingRoute(thrown: unknown): boolean {
  return thrown instanceof HttpException && thrown.getStatus() === 404;
}

function toPayError(thrown: unknown): PayError {
  if (thrown instanceof PayError) return thrown;
  const code = thrown instanceof HttpException ? CODE_OF_STATUS.get(thrown.getStatus()) : undefined;
  const detail = thrown instanceof Error ? thrown.message : 'something that is no error was thrown';
  return new PayError(code ?? 'INTERNAL', detail, { cause: thrown });
}

function legacyMessage(request: Request, error: PayError): string {
  if (error.code === 'NO_ROUTE') {
    return noRoute(`${request.protocol}://${request.host ?? ''}${request.originalUrl}`);
  }
  if (error.code === 'WRONG_VERB') return wrongVerb(request.method);
  return error.code === 'UNSUPPORTED_MEDIA' ? error.shown : UNEXPECTED;
}
