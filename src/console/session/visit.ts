import type { Request } from 'express';
import type { Asker } from '../../domain/receipt/by';
import { contextOf } from '../../wire/request/request-context';
import { lookOf } from '../view/look';
import type { Lang, Look } from '../view/look';
import type { Visitor } from './visitor';

/** One request of somebody who may look at the console. */
export class Visit {
  readonly look: Look;
  readonly lang: Lang;
  readonly query: URLSearchParams;
  /** The fields of a form; empty where none was sent. */
  readonly form: URLSearchParams;
  readonly path: string;
  readonly requestId: string | null;
  readonly traceId: string | null;

  constructor(
    readonly visitor: Visitor,
    request: Request,
    form = formOf(request),
  ) {
    this.look = lookOf(request.headers.cookie, request.headers['accept-language']);
    this.lang = this.look.lang;
    this.path = request.path;
    this.query = queryOf(request);
    this.form = form;
    const { id, traceId } = contextOf(request);
    this.requestId = id;
    this.traceId = traceId;
  }

  /** On whose account something is done. */
  get asker(): Asker {
    const { visitor, requestId, traceId } = this;
    return { actor: visitor.name, requestId, traceId };
  }
}

/** The fields behind the question mark. */
export function queryOf({ originalUrl }: Request): URLSearchParams {
  const at = originalUrl.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : originalUrl.slice(at + 1));
}

/** The fields of a form that was sent as browsers send them. */
export function formOf(request: Request): URLSearchParams {
  const body: unknown = request.body;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(
    request.headers['content-type'] ?? '',
  );
  return new URLSearchParams(isForm && Buffer.isBuffer(body) ? body.toString('utf8') : '');
}
