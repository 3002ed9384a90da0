import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { BILL_TYPES } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { ERRORS, PayError } from '../../domain/errors';
import type { Asker } from '../../domain/receipt/by';
import { contextOf } from '../request/request-context';
import type { Envelope } from './contract';
import { CommonOperationResult } from './contract';
import { writeJson } from '../codec/json/json-write';
import type { WireOperation } from './operation';

/**
 * A microservice message: to a message what request and response are to HTTP. Handlers get `body`
 * as their data and the message itself as their context. Emits `finish` when its reply has left.
 */
export class Message extends EventEmitter {
  /** What is wanted. */
  readonly pattern: string;
  /** The key it brings; null: none. */
  readonly apiKey: string | null;
  /** What its broker says of until when it is wanted, epoch ms; null: nothing. */
  readonly validUntil: string | null;

  /** @param body the payload as it came: JSON, UTF-8; empty when there was none */
  constructor(
    readonly body: Buffer,
    {
      pattern = '',
      apiKey = null,
      validUntil = null,
    }: Partial<Pick<Message, 'pattern' | 'apiKey' | 'validUntil'>> = {},
  ) {
    super();
    this.pattern = pattern;
    this.apiKey = apiKey;
    this.validUntil = validUntil;
  }
}

/** Tells when a reply has left: the response of an HTTP request, or a message. */
export interface Sending {
  once(event: 'finish', listener: () => void): unknown;
}

/** The parameter of a handler that learns when its reply has left, over HTTP and for messages. */
export const Reply = createParamDecorator((_data: unknown, context: ExecutionContext): Sending => {
  if (context.getType() === 'http') return context.switchToHttp().getResponse<Sending>();
  return context.switchToRpc().getContext<Sending>();
});

/** Names the header of HTTP that says until when a request is wanted. */
export const VALID_UNTIL_HEADER = 'x-valid-until';

/**
 * The parameter of a handler that learns until when the request is wanted, as far as what carried
 * it says so, and as the text it is; null: it says nothing. The body may say it, too.
 */
export const CarriedUntil = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null => {
    if (context.getType() !== 'http') return context.switchToRpc().getContext<Message>().validUntil;
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    return headers[VALID_UNTIL_HEADER]?.toString() ?? null;
  },
);

/** The parameter of a handler that learns who asks, for the history of what it changes. */
export const AskedBy = createParamDecorator((_data: unknown, context: ExecutionContext): Asker => {
  const carrier =
    context.getType() === 'http'
      ? context.switchToHttp().getRequest<object>()
      : context.switchToRpc().getContext<object>();
  const { caller, id, traceId } = contextOf(carrier);
  return { actor: caller?.name ?? null, requestId: id, traceId };
});

/**
 * The parameter of a handler that learns for which systems the caller speaks: those of its key, or
 * all where keys are not asked for.
 */
export const SpeaksFor = createParamDecorator(
  (_data: unknown, context: ExecutionContext): readonly BillType[] => {
    const carrier =
      context.getType() === 'http'
        ? context.switchToHttp().getRequest<object>()
        : context.switchToRpc().getContext<object>();
    return contextOf(carrier).caller?.billTypes ?? BILL_TYPES;
  },
);

/** What the caller is told of an error. */
export function envelopeOf(error: PayError): Envelope {
  return { errcode: ERRORS[error.code].errcode, errmsg: error.shown, tag: error.tag };
}

/**
 * A refusal as the reply of a message: the JSON that HTTP would carry, always the envelope.
 * Throws plainly when the error's own text cannot be written.
 */
export function refusalText(operation: WireOperation | null, error: PayError): string {
  const envelope = envelopeOf(error);
  if (operation) return writeJson(operation.result, envelope);
  return writeJson(CommonOperationResult, { ...envelope, tag: null });
}
