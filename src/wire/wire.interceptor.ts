import { CallHandler, ExecutionContext, Inject, Injectable, NestInterceptor } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { map, Observable } from 'rxjs';
import { ERRORS, PayError } from '../domain/errors';
import { encodeResult, readBody } from './codec/codec';
import { Envelope, FlatRecord, RequestContract } from './operation/contract';
import { WIRE_OPTIONS } from './wire.options';
import type { WireOptions } from './wire.options';
import { UNPARSED_MEDIA, unsupportedMedia } from './http-error';
import { writeJson } from './codec/json/json-write';
import type { Message } from './operation/message';
import { bodyKind, chooseReply, FormatHeaders } from './negotiation/negotiation';
import { contextOf } from './request/request-context';
import { unreadable } from './operation/refusal';
import { EncodedReply } from './http/reply';

/** A request whose body is bytes at first and the flat record after reading. */
interface WireRequest extends IncomingMessage {
  body?: unknown;
}

const REST_STATUS: ReadonlyMap<number, number> = new Map(
  Object.values(ERRORS).map(({ errcode, rest }) => [errcode, rest]),
);

/** Reads requests before validation and writes answers, for handlers that carry `@Wire`. */
@Injectable()
export class WireInterceptor implements NestInterceptor {
  constructor(@Inject(WIRE_OPTIONS) private readonly options: WireOptions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return interceptMessage(context, next);
    const request = context.switchToHttp().getRequest<WireRequest>();
    const operation = contextOf(request).operation;
    if (!operation) return next.handle();
    if (operation.request) {
      request.body = readRequest(operation.request, request.headers, request.body);
    }
    const choice = chooseReply(request.headers);
    return next.handle().pipe(
      map((answer: Envelope | null) => {
        const body = encodeResult(choice, operation.result, answer);
        const errcode = answer?.errcode ?? null;
        return new EncodedReply(this.statusOf(answer), choice, body, undefined, errcode);
      }),
    );
  }

  private statusOf(answer: Envelope | null): number {
    if (this.options.style === 'legacy' || answer === null) return 200;
    return REST_STATUS.get(answer.errcode) ?? 200;
  }
}

/** A message is read and answered as the JSON bodies of HTTP are, by the same codec. */
function interceptMessage(context: ExecutionContext, next: CallHandler): Observable<unknown> {
  const operation = contextOf(context.switchToRpc().getContext<object>()).operation;
  if (!operation) return next.handle();
  const args = context.getArgs<[data: unknown, message: Message]>();
  const { body } = args[1];
  if (operation.request) {
    if (body.length === 0) throw unreadable('the body is empty');
    args[0] = readBody('json', operation.request, body, 'utf-8'); // The pipes and handler see this.
  }
  return next.handle().pipe(map((answer: Envelope | null) => writeJson(operation.result, answer)));
}

/**
 * The flat record of a body.
 * @throws PayError UNREADABLE, INVALID_MEMBER, UNSUPPORTED_MEDIA
 */
export function readRequest(
  contract: RequestContract,
  headers: FormatHeaders,
  body: unknown,
): FlatRecord {
  if (!Buffer.isBuffer(body) || body.length === 0) throw unreadable('the body is empty');
  const kind = bodyKind(headers['content-type']);
  if (kind?.format) return readBody(kind.format, contract, body, kind.charset);
  const shown = kind ? unsupportedMedia(kind.mediaType) : UNPARSED_MEDIA;
  throw new PayError('UNSUPPORTED_MEDIA', shown, { shown });
}
