import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';

/** A span as it is read from OTLP. */
export interface HeardSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2: an error. */
  readonly status: number;
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
}

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly { readonly key: string; readonly value: OtlpValue }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const WITHIN_MS = 20_000;

/** Takes traces by OTLP over HTTP, in JSON, as a collector does. */
export class TraceReceiver {
  /** Everything that was sent, as it was. */
  texts: string[] = [];
  spans: HeardSpan[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceReceiver> {
    const server = createServer((request, response) => {
      void text(request).then((sent) => {
        if (request.url === '/v1/traces') receiver.take(sent);
        response.setHeader('Content-Type', 'application/json').end('{}');
      });
    });
    const receiver = new TraceReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** Settings of a service that is traced to here, as docs/tracing.md has them. */
  get env(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      NODE_OPTIONS: `--import=${require.resolve('../../../deploy/tracing/register.mjs')}`,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    };
  }

  forget(): void {
    this.texts = [];
    this.spans = [];
  }

  named(name: string): HeardSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The spans of one trace, by their names in the order in which they began. */
  traceOf({ traceId }: HeardSpan): HeardSpan[] {
    const own = this.spans.filter((span) => span.traceId === traceId);
    return own.sort((one, other) => Number(one.startNs - other.startNs));
  }

  /** Waits for the latest span of this name that is as wanted. */
  async span(name: string, isWanted: (span: HeardSpan) => boolean = () => true) {
    for (let waitedMs = 0; waitedMs < WITHIN_MS; waitedMs += 20) {
      const found = this.named(name).filter(isWanted).at(-1);
      if (found) return found;
      await wait(20);
    }
    const names = this.spans.map((each) => each.name);
    throw new Error(`no span ${name} among ${names.join(', ')}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private take(sent: string): void {
    this.texts.push(sent);
    const { resourceSpans } = JSON.parse(sent) as OtlpBody;
    for (const { scopeSpans } of resourceSpans) {
      for (const { spans } of scopeSpans) this.spans.push(...spans.map(toSpan));
    }
  }
}

function toSpan(span: OtlpSpan): HeardSpan {
  const attributes = (span.attributes ?? []).map(({ key, value }) => {
    return [key, value.stringValue ?? Number(value.intValue)] as const;
  });
  const { name, kind, traceId, spanId } = span;
  return {
    ...{ name, kind, traceId, spanId },
    parentSpanId: span.parentSpanId || null,
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    attributes: Object.fromEntries(attributes),
    links: (span.links ?? []).map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    status: span.status?.code ?? 0,
  };
}

/** A trace as a tree of text, with the milliseconds of each span. */
export function treeOf(spans: readonly HeardSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const lines: string[] = [];
  const draw = (span: HeardSpan, depth: number): void => {
    const ms = (Number(span.endNs - span.startNs) / 1e6).toFixed(1);
    const told = Object.entries(span.attributes)
      .filter(([name]) => name.startsWith('threepay.') || name === 'error.type')
      .filter(([name]) => name !== 'threepay.channel.method') // The span is called so.
      .map(([name, value]) => `${name.replace('threepay.', '')}=${value}`);
    lines.push(`${'  '.repeat(depth)}${span.name}  ${ms} ms  ${told.join(' ')}`.trimEnd());
    for (const each of spans) if (each.parentSpanId === span.spanId) draw(each, depth + 1);
  };
  for (const each of spans) if (!ids.has(each.parentSpanId ?? '')) draw(each, 0);
  return lines.join('\n');
}
