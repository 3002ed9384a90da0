import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { traceIdOf } from './trace-id';
import { contextFrom } from './trace-parent';
import { begin, failed, NAMES, quietly, within } from './tracer';

/** Names that HTTP has. Another one is text of the caller. */
const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
]);

/** How a request ended. */
export interface RequestEnd {
  /** The route that served it, as the router has it; null: none did. */
  readonly route: string | null;
  readonly status: number;
  readonly errcode: number | null;
  /** Did the client go away before it was answered? */
  readonly aborted: boolean;
}

/** One HTTP request, from its arrival until its answer has left. */
export class RequestSpan {
  private constructor(
    private readonly span: Span,
    private readonly method: string,
    /** For the log; null: nobody could look it up. */
    readonly traceId: string | null,
  ) {}

  /**
   * Null: nobody traces. `traceParent`: where the caller says it stands; null: it is not asked,
   * since anybody may have sent it.
   */
  static begin(verb: string, traceParent: string | null): RequestSpan | null {
    const method = METHODS.has(verb) ? verb : '_OTHER';
    const attributes = { 'http.request.method': method, 'url.scheme': 'http' };
    const above = traceParent === null ? ROOT_CONTEXT : contextFrom(traceParent);
    const span = begin(method, { kind: SpanKind.SERVER, attributes }, above);
    return span === null ? null : new RequestSpan(span, method, traceIdOf(span, above));
  }

  /** Goes on with the request. */
  within(next: () => void): void {
    within(this.span, next);
  }

  end({ route, status, errcode, aborted }: RequestEnd): void {
    quietly(() => {
      const { span, method } = this;
      span.setAttribute('http.response.status_code', status);
      if (route !== null) {
        span.updateName(`${method === '_OTHER' ? 'HTTP' : method} ${route}`);
        span.setAttribute('http.route', route);
      }
      if (errcode !== null) span.setAttribute(NAMES.errcode, errcode);
      if (aborted) failed(span, 'aborted');
      else if (status >= 500) failed(span, String(status));
      span.end();
    });
  }
}
