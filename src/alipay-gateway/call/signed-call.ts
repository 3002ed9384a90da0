import { createRequire } from 'node:module';
import { AlipayRequestError, AlipaySdk, type AlipaySdkConfig } from 'alipay-sdk';
import { isSignedByAlipay, type AlipayKeys } from './alipay.signature';

/** What the SDK calls its proxy agent: any dispatcher of its HTTP client. */
type SdkDispatcher = NonNullable<AlipaySdkConfig['proxyAgent']>;
type Dispatch = SdkDispatcher['dispatch'];
type Handler = Parameters<Dispatch>[1];
type Controller = Parameters<NonNullable<Handler['onRequestStart']>>[0];
type Headers = Parameters<NonNullable<Handler['onResponseStart']>>[2];
type Interceptor = (dispatch: Dispatch) => Dispatch;
type AgentClass = new (options: object) => Connections;

/** Connections to Alipay, those of the SDK's own HTTP client; calls share them. */
export type Connections = SdkDispatcher & {
  compose(interceptor: Interceptor): SdkDispatcher;
  close(): Promise<void>;
};

/** Largest answer that is read, bytes. Real ones have one to four thousand. */
export const MAX_ANSWER_BYTES = 262_144;

/** Sockets to Alipay at most; calls beyond them wait within their deadline. */
const MAX_SOCKETS = 64;

/** What all calls of one app share. */
export interface App {
  readonly config: AlipaySdkConfig;
  /** What certificate mode adds to the configuration. */
  readonly serials: Pick<AlipaySdkConfig, 'appCertSn' | 'alipayRootCertSn'>;
  readonly keys: AlipayKeys;
  readonly connections: Connections;
}

/** Opens no socket yet. `connectTimeoutMs`: for one connection. */
export function newConnections(connectTimeoutMs: number): Connections {
  // The very HTTP client the SDK uses: resolved from the SDK's own place.
  const load = createRequire(require.resolve('alipay-sdk'));
  const { Agent } = load('urllib') as { Agent: AgentClass };
  return new Agent({ connections: MAX_SOCKETS, connect: { timeout: connectTimeoutMs } });
}

/**
 * One call to Alipay: signed by the SDK, sent as exactly one request, believed only when Alipay's
 * signature is right. What happened on the wire is known for certain, not guessed from the texts
 * of errors, which quote data.
 *
 * Left alone, the SDK sends a POST twice when the socket is reset, follows redirects to any host
 * with the signed body, unpacks without a limit (urllib 4.9, HttpClient.ts), and knows one key.
 */
export class SignedCall {
  /** The SDK handed the call to its HTTP client. */
  dispatched = false;
  /** The request may have been written to a socket, wholly or in part. */
  started = false;
  /** HTTP status; null: no headers came. */
  status: number | null = null;
  /** The far side's own clock, as its `Date` header; null: it sent none, or several. */
  date: string | null = null;
  /** Why we broke it off; null: we did not. */
  broken: string | null = null;
  /** Code or name of the first network error; null: there was none. */
  error: string | null = null;
  /** The text of the answer's node whose signature was right; empty: none was. */
  signedText = '';
  private readonly sdk: AlipaySdk;
  private controller: Controller | null = null;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly app: App) {
    const { config, serials, keys, connections } = app;
    const proxyAgent = connections.compose((dispatch) => (options, handler) => {
      if (this.dispatched) throw new Error('one call is one request');
      this.dispatched = true;
      return dispatch(options, this.watching(handler));
    });
    this.sdk = new AlipaySdk({ ...config, proxyAgent });
    // The SDK's constructor takes keys as text; parsed ones replace them, at a third of the CPU.
    const [{ key: alipayPublicKey }] = keys.alipay;
    Object.assign(this.sdk.config, { privateKey: keys.privateKey, alipayPublicKey, ...serials });
    this.sdk.checkResponseSign = (raw, node, sign: string | undefined) =>
      this.check(raw, node, sign);
  }

  /** The SDK's answer, which is the signed one if `signedText` says the same. Rejects without. */
  async send(
    method: string,
    params: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ): Promise<unknown> {
    const reason = `no answer within ${Math.round(timeoutMs)} ms`;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(reason));
        this.breakOff(reason);
      }, timeoutMs);
    });
    try {
      return await Promise.race([this.sdk.exec(method, params, { validateSign: true }), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer's body as it came. */
  text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  /** Called by the SDK's `exec`. Throws when no key of Alipay's made the signature. */
  check(raw: string, node: string, sign: string | undefined): void {
    const { alipay } = this.app.keys;
    // The SDK does not look at the certificate an answer names.
    const certSn = alipay.some((key) => key.certSn !== null) ? certSnOf(raw) : null;
    const text = this.sdk.getSignStr(raw, node);
    if (!isSignedByAlipay(alipay, text, sign ?? '', certSn)) {
      // Without the answer: the SDK's own text quotes it.
      throw new AlipayRequestError('the signature of the answer is not right');
    }
    this.signedText = text;
  }

  /** Ends the exchange now, or before it is written when that has not happened yet. */
  private breakOff(reason: string): void {
    this.broken ??= reason;
    this.controller?.abort(new Error(reason));
  }

  /** The HTTP client's handler, watched; until we break the call off it hears everything. */
  private watching(next: Handler): Handler {
    return {
      onRequestStart: (controller, context: unknown) => {
        this.controller = controller;
        if (this.broken !== null) return controller.abort(new Error(this.broken));
        this.started = true;
        next.onRequestStart?.(controller, context);
      },
      onResponseStart: (controller, status, headers, text) => {
        this.head(status, headers);
        if (this.broken === null) next.onResponseStart?.(controller, status, headers, text);
      },
      onResponseData: (controller, chunk) => {
        this.take(chunk);
        if (this.broken === null) next.onResponseData?.(controller, chunk);
      },
      onResponseEnd: (controller, trailers) => next.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => {
        this.error ??= errorWord(error);
        next.onResponseError?.(controller, error);
      },
    };
  }

  private head(status: number, headers: Headers): void {
    this.status = status;
    this.date = typeof headers.date === 'string' ? headers.date : null;
    const encoding = headers['content-encoding'] ?? 'identity';
    // We never ask for compression, and the SDK would unpack it without any limit.
    if (encoding !== 'identity') this.breakOff('compressed answer');
  }

  private take(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_ANSWER_BYTES) return this.breakOff('answer too large');
    this.chunks.push(chunk);
  }
}

/** The certificate an answer says it is signed with; null: it names none. */
function certSnOf(raw: string): string | null {
  const { alipay_cert_sn: sn } = JSON.parse(raw) as { alipay_cert_sn?: unknown };
  return typeof sn === 'string' ? sn : null;
}

/** The error's code, else its name. Messages may quote data and are left out. */
function errorWord(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return /^[A-Z][A-Z0-9_]{2,50}$/.test(code) ? code : error.name.slice(0, 50);
}
