import { sign, verify, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { AlipaySettings } from '../../../src/config/alipay/alipay-settings';
import type { Clock } from '../../../src/domain/ports/clock';
import type { NotifyReading } from '../../../src/domain/ports/payment-gateway';
import type { Outcome, TimedGateway } from '../../../src/alipay-gateway/resilience/timed-gateway';
import { rsaPair } from './rsa-pairs';

/** A request as the far side saw it. */
export interface ReceivedCall {
  readonly method: string;
  /** All parameters, of query and body together. */
  readonly params: Readonly<Record<string, string>>;
  readonly inQuery: readonly string[];
  readonly bizContent: Record<string, unknown>;
  /** The signature fits all received parameters but `sign`. */
  readonly signed: boolean;
}

/** How the far side answers one request. */
export type Behaviour = (reply: Reply) => void;

/** What a behaviour has at hand. */
export interface Reply {
  readonly node: string;
  readonly response: ServerResponse;
  readonly request: IncomingMessage;
  /** Signs a text with Alipay's key; base64. */
  readonly sign: (text: string) => string;
  /** Sends a body with status 200, as Alipay does. */
  readonly send: (body: string) => void;
}

type Fields = Record<string, unknown>;

/** A notify of a payment, as Alipay's documentation shows it. */
export const PAID_NOTIFY = {
  notify_time: '2026-09-11 10:00:03',
  notify_type: 'trade_status_sync',
  notify_id: 'ac05099524730693a8b330c45cece72da9',
  app_id: '2021',
  auth_app_id: '2021',
  charset: 'utf-8',
  version: '1.0',
  sign_type: 'RSA2',
  trade_no: '2026091122001400000000000001',
  out_trade_no: 'P1_000123',
  buyer_id: '2088102116773037',
  buyer_logon_id: '138****0000',
  seller_id: '2088',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '88.88',
  receipt_amount: '88.88',
  subject: '门票 100% A+B%2B🎫',
  body: '成人票 & 儿童票 x=1',
  gmt_create: '2026-09-11 09:59:50',
  gmt_payment: '2026-09-11 10:00:00',
  fund_bill_list: '[{"amount":"88.88","fundChannel":"ALIPAYACCOUNT"}]',
};

/** Parameters of a form in the order they are sent. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** Parameters as a URL-encoded form. */
export function formOf(pairs: Pairs): Buffer {
  const copies = pairs.map(([name, value]): [string, string] => [name, value]);
  return Buffer.from(new URLSearchParams(copies).toString());
}

/**
 * The parameters of a notify with their signature by Alipay's rules: over all of them, sorted,
 * without `sign_type`. `empties: false`: as the senders that leave empty ones out of it.
 */
export function signNotify(
  fields: Readonly<Record<string, string>>,
  privateKey: KeyObject,
  { empties = true, digest = 'RSA-SHA256' } = {},
): [name: string, value: string][] {
  const text = Object.entries(fields)
    .filter(([name, value]) => name !== 'sign_type' && (empties || value !== ''))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const signature = sign(digest, Buffer.from(text), privateKey).toString('base64');
  return [...Object.entries(fields), ['sign', signature]];
}

/** A public key as PEM text. */
export function spki(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** JSON as Alipay writes it, with `/` escaped. */
export function nodeText(fields: Fields): string {
  return JSON.stringify(fields).replaceAll('/', '\\/');
}

/** The honest answer of these fields, rightly signed. */
export function honest(fields: Fields): Behaviour {
  return ({ node, send, sign: signText }) => {
    const text = nodeText(fields);
    send(`{"${node}":${text},"sign":"${signText(text)}"}`);
  };
}

/** A body made from the node's name and the signer. */
export function body(
  make: (node: string, signText: (text: string) => string) => string,
): Behaviour {
  return ({ node, send, sign: signText }) => send(make(node, signText));
}

/** A status with an HTML page. */
export function html(status: number, headers: Record<string, string> = {}): Behaviour {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end('<html><body>Bad Gateway</body></html>');
  };
}

/** The same answer with that `Date` header, those, or none. By default there is none. */
export function dated(date: string | string[] | null, behaviour: Behaviour): Behaviour {
  return (reply) => {
    if (date !== null) reply.response.setHeader('date', date);
    behaviour(reply);
  };
}

/** Reads the request, then cuts the connection. */
export const reset: Behaviour = ({ request }) => void request.socket.resetAndDestroy();

/** Never answers. */
export const silence: Behaviour = () => undefined;

/** Sends the head at once and one byte of the body every `everyMs`. */
export function drip(everyMs: number): Behaviour {
  return ({ response }) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('{'), everyMs);
    response.on('close', () => clearInterval(timer));
  };
}

/** A body of that many bytes, of declared or undeclared length. */
export function huge(bytes: number, declared: boolean): Behaviour {
  return ({ response }) => {
    response.writeHead(200, declared ? { 'content-length': String(bytes) } : {});
    response.on('error', () => undefined);
    response.end(Buffer.alloc(bytes, 0x20));
  };
}

/** A small body that unpacks to that many bytes. */
export function gzipBomb(bytes: number): Behaviour {
  return ({ response }) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(bytes, 0x20)));
  };
}

/** A small Alipay on a loopback port: checks signatures, answers by script, counts requests. */
export class ScriptedAlipay {
  readonly calls: ReceivedCall[] = [];
  private readonly script: Behaviour[] = [];

  private constructor(
    private readonly server: Server,
    readonly alipay: { publicKey: KeyObject; privateKey: KeyObject },
    readonly app: { publicKey: KeyObject; privateKey: KeyObject },
  ) {
    server.on('request', (request, response) => this.receive(request, response));
  }

  static async start(): Promise<ScriptedAlipay> {
    const far = new ScriptedAlipay(createServer(), rsaPair('ours'), rsaPair('alipay'));
    await new Promise<void>((resolve) => far.server.listen(0, '127.0.0.1', resolve));
    return far;
  }

  /** Settings of a client that speaks with this far side. */
  settings(changes: Partial<AlipaySettings> = {}): AlipaySettings {
    const { port } = this.server.address() as AddressInfo;
    return {
      appId: '2021000122671080',
      privateKey: this.app.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      alipayKeys: [{ publicKey: spki(this.alipay.publicKey), certSn: null }],
      serials: null,
      certificateDates: [],
      gateway: `http://127.0.0.1:${port}/gateway.do`,
      sellerId: null,
      productCode: 'FACE_TO_FACE_PAYMENT',
      timeoutMs: 10_000,
      billHost: 'dwbillcenter.alipay.com',
      notifyUrl: null,
      ...changes,
    };
  }

  /** The body of a notify of these parameters, signed by this far side. */
  notify(fields: Readonly<Record<string, string>>): Buffer {
    return formOf(signNotify(fields, this.alipay.privateKey));
  }

  /** The next requests are answered so, in this order; beyond them with HTTP 500. */
  answer(...behaviours: Behaviour[]): void {
    this.calls.length = 0;
    this.script.splice(0, this.script.length, ...behaviours);
  }

  /** The only request since the last `answer`. */
  only(): ReceivedCall {
    const [call, ...others] = this.calls;
    if (!call || others.length > 0) throw new Error(`${this.calls.length} requests, not one`);
    return call;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = this.read(request.url ?? '', Buffer.concat(chunks).toString());
      this.calls.push(call);
      response.sendDate = false;
      const behaviour = this.script.shift() ?? html(500);
      behaviour({
        node: `${call.method.replaceAll('.', '_')}_response`,
        request,
        response,
        sign: (text) =>
          sign('RSA-SHA256', Buffer.from(text), this.alipay.privateKey).toString('base64'),
        send: (text) => {
          const headers = { 'content-type': 'text/html;charset=utf-8', trace_id: '0b0f5d2b17' };
          response.writeHead(200, headers).end(text);
        },
      });
    });
  }

  private read(url: string, form: string): ReceivedCall {
    const query = new URL(url, 'http://127.0.0.1').searchParams;
    const params = Object.fromEntries([...query, ...new URLSearchParams(form)]);
    const { sign: signature, ...rest } = params;
    const text = Object.keys(rest)
      .sort()
      .map((name) => `${name}=${rest[name]}`)
      .join('&');
    const bytes = Buffer.from(signature ?? '', 'base64');
    return {
      method: params.method ?? '',
      params,
      inQuery: [...query.keys()],
      bizContent: JSON.parse(params.biz_content ?? '{}') as Record<string, unknown>,
      signed: verify('RSA-SHA256', Buffer.from(text), this.app.publicKey, bytes),
    };
  }
}

/** A clock that goes only when told to. */
export class SteppedClock implements Clock {
  private atMs = 0;
  private sleepers: { readonly wakesAtMs: number; readonly wake: () => void }[] = [];

  nowMs(): number {
    return Date.UTC(2026, 8, 11) + this.atMs;
  }

  monotonicMs(): number {
    return this.atMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ wakesAtMs: this.atMs + ms, wake }));
  }

  turn(): Promise<void> {
    return Promise.resolve();
  }

  /** Lets so much time pass, waking sleepers in their order; 0: lets only what is ready go on. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.atMs + ms;
    await settled();
    for (;;) {
      const [next] = this.sleepers
        .filter(({ wakesAtMs }) => wakesAtMs <= untilMs)
        .sort((one, other) => one.wakesAtMs - other.wakesAtMs);
      if (!next) break;
      this.sleepers = this.sleepers.filter((each) => each !== next);
      this.atMs = Math.max(this.atMs, next.wakesAtMs);
      next.wake();
      await settled();
    }
    this.atMs = untilMs;
  }
}

/** Everything that is ready has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A call as a gateway below another one got it. */
export interface GatewayCall {
  readonly method: 'precreate' | 'pay' | 'query' | 'cancel' | 'refund' | 'refundQuery';
  /** The prepared call, the number, or the number of the refund. */
  readonly content: string;
  readonly timeoutMs: number;
  outcome: Outcome | null;
}

/** A gateway that answers by script; what it answers is not checked against what it was asked. */
export class ScriptedGateway implements TimedGateway {
  readonly calls: GatewayCall[] = [];
  readonly notifies: [body: string, contentType: string][] = [];
  reading: NotifyReading = { kind: 'refused', cause: 'no script', unverified: true };
  /** How long each call takes, by the clock; a call ends at its deadline at the latest. */
  takesMs = 0;
  /** The answer to the nth call, beyond the script. */
  byDefault: (nth: number) => Outcome = () => UNANSWERED;
  private readonly script: Outcome[] = [];

  constructor(private readonly clock: Clock) {}

  /** The next calls end so, in this order. */
  answer(...outcomes: Outcome[]): void {
    this.calls.length = 0;
    this.script.splice(0, this.script.length, ...outcomes);
  }

  prepareCode(): string {
    return 'prepared';
  }

  preparePay(): string {
    return 'prepared charge';
  }

  readonly pay: TimedGateway['pay'] = (call, authCode, timeoutMs = NaN) =>
    this.call({ method: 'pay', content: `${call} ${authCode}`, timeoutMs, outcome: null });

  readonly requestCode: TimedGateway['requestCode'] = (content, timeoutMs = NaN) =>
    this.call({ method: 'precreate', content, timeoutMs, outcome: null });

  readonly query: TimedGateway['query'] = (content, timeoutMs = NaN) =>
    this.call({ method: 'query', content, timeoutMs, outcome: null });

  readonly cancel: TimedGateway['cancel'] = (content, timeoutMs = NaN) =>
    this.call({ method: 'cancel', content, timeoutMs, outcome: null });

  readonly refund: TimedGateway['refund'] = (order, timeoutMs = NaN) =>
    this.call({ method: 'refund', content: order.outRequestNo, timeoutMs, outcome: null });

  readonly refundQuery: TimedGateway['refundQuery'] = (_trade, content, timeoutMs = NaN) =>
    this.call({ method: 'refundQuery', content, timeoutMs, outcome: null });

  /** What the channel's clock says, epoch ms; null: it has told nothing. */
  channelTimeMs: number | null = null;

  channelNowMs(): number | null {
    return this.channelTimeMs;
  }

  readNotify(body: Uint8Array, contentType: string): NotifyReading {
    this.notifies.push([Buffer.from(body).toString(), contentType]);
    return this.reading;
  }

  private async call<Ending>(call: GatewayCall): Promise<Ending> {
    this.calls.push(call);
    const scripted = this.script.shift() ?? this.byDefault(this.calls.length);
    const isLate = this.takesMs > call.timeoutMs;
    if (this.takesMs > 0) await this.clock.sleep(isLate ? call.timeoutMs : this.takesMs);
    call.outcome = isLate ? UNANSWERED : scripted;
    return call.outcome as Ending;
  }
}

const UNANSWERED: Outcome = {
  kind: 'unknown',
  cause: 'no answer',
  sent: true,
  unverified: false,
};
