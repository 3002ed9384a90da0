import { isDeepStrictEqual } from 'node:util';
import type { AlipaySettings } from '../../config/alipay/alipay-settings';
import { chinaTime } from '../../domain/china-time';
import type { Clock } from '../../domain/ports/clock';
import type { Doubt } from '../../domain/ports/payment-gateway';
import { channelSpan, type ChannelEnd } from '../../tracing/channel-span';
import { exactAmounts } from '../alipay.amounts';
import { GATEWAY_ERRORS, wordsOf } from '../alipay.codes';
import { readKeys, type AlipaysKeys } from './alipay.signature';
import { newConnections, SignedCall, type App } from './signed-call';

/**
 * The methods in use. Source: Alipay, open/05osv9, open/02ekfp, open/02ekfq, open/02ekfr,
 * open/02ekfu.
 */
export type AlipayMethod =
  | 'alipay.trade.precreate'
  | 'alipay.trade.pay'
  | 'alipay.trade.query'
  | 'alipay.trade.cancel'
  | 'alipay.data.dataservice.bill.downloadurl.query'
  | 'alipay.trade.refund'
  | 'alipay.trade.fastpay.refund.query';

/** How far Alipay's clock and ours may be apart for either to be believed: a week. */
const MAX_CLOCK_GAP_MS = 7 * 86_400_000;

/** What a method is called with; keys as on the wire, amounts as text, nothing empty. */
export interface AlipayCall {
  readonly bizContent: Readonly<Record<string, unknown>>;
  readonly notifyUrl?: string;
}

/** An answer node of verified signature, keys as on the wire; amounts as text, to the digit. */
export type AlipayAnswer = Readonly<Record<string, unknown>>;

/** Why there is no verified answer. */
export interface AlipayFailure extends Doubt {
  /** The gateway named a fault of keys, contract or parameters, but in a way nobody can verify. */
  readonly gatewayError: boolean;
}

/**
 * What became of a call. `channelTimeMs`: when Alipay answered by its own clock, epoch ms, to the
 * second; null: it did not say, or nothing that can be true.
 */
export type AlipayReply =
  | {
      readonly kind: 'answer';
      readonly answer: AlipayAnswer;
      readonly channelTimeMs: number | null;
    }
  | ({ readonly kind: 'failure' } & AlipayFailure);

/**
 * Sends calls, one request each, and hands out verified answers only. Throws only for faults of
 * this program.
 */
export class AlipayClient {
  private readonly app: App;
  private readonly timeoutMs: number;
  private readonly gateway: URL;
  /** Alipay's clock at its last answer that told it, and when that came, monotonic ms. */
  private heard: { readonly epochMs: number; readonly atMs: number } | null = null;

  /** Throws plainly when a key cannot be used: without one, the SDK would skip verification. */
  constructor(
    settings: AlipaySettings,
    private readonly clock: Clock,
  ) {
    const { appId, privateKey, alipayKeys, gateway, timeoutMs, serials } = settings;
    this.timeoutMs = timeoutMs;
    this.gateway = new URL(gateway);
    this.app = {
      config: {
        appId,
        privateKey,
        alipayPublicKey: alipayKeys[0]?.publicKey ?? '',
        gateway: this.gateway.href,
        timeout: timeoutMs,
        camelcase: false,
      },
      serials: serials === null ? {} : { appCertSn: serials.app, alipayRootCertSn: serials.root },
      keys: readKeys(privateKey, alipayKeys),
      connections: newConnections(timeoutMs),
    };
  }

  /** Calls Alipay once, within the deadline for connecting, headers and body together. */
  async call(
    method: AlipayMethod,
    request: AlipayCall,
    timeoutMs = this.timeoutMs,
  ): Promise<AlipayReply> {
    const call = new SignedCall(this.app);
    const send = (): Promise<AlipayReply> => this.send(call, method, request, timeoutMs);
    return channelSpan(method, this.gateway, send, (reply) => toldOf(reply, call));
  }

  private async send(
    call: SignedCall,
    method: AlipayMethod,
    { bizContent, notifyUrl }: AlipayCall,
    timeoutMs: number,
  ): Promise<AlipayReply> {
    const params = {
      // The SDK's own timestamp is in the process's time zone.
      timestamp: chinaTime(this.clock.nowMs()),
      bizContent: { ...bizContent },
      // A top-level undefined would throw inside the SDK.
      ...(notifyUrl === undefined ? {} : { notifyUrl }),
    };
    try {
      return this.checked(await call.send(method, params, timeoutMs), call);
    } catch (error) {
      if (!call.dispatched && call.broken === null) throw error;
      return { kind: 'failure', ...explain(call, nodeOf(method), this.app.keys.alipay) };
    }
  }

  /** Alipay's time, carried on from its last verified answer, whole epoch ms; null: none told. */
  channelNowMs(): number | null {
    if (this.heard === null) return null;
    // The books keep whole milliseconds; the monotonic clock has fractions.
    return Math.round(this.heard.epochMs + (this.clock.monotonicMs() - this.heard.atMs));
  }

  /** Closes the connections once their calls have ended. */
  close(): Promise<void> {
    return this.app.connections.close();
  }

  /**
   * The answer, when the text the SDK verified and the object it returned are the same. They are
   * not when a signed node is followed by a second one of the same name, or is put beside an
   * `error_response`: then the SDK verifies the one and returns the other.
   */
  private checked(answer: unknown, { signedText, date }: SignedCall): AlipayReply {
    const signed = parseObject(signedText);
    const traceId = isObject(answer) ? answer.traceId : undefined;
    if (!signed || !isDeepStrictEqual({ ...signed, traceId }, { ...Object(answer), traceId })) {
      return { kind: 'failure', ...doubt('answer is not what was signed', true) };
    }
    const channelTimeMs = this.channelTime(date);
    return { kind: 'answer', answer: exactAmounts(signed, signedText), channelTimeMs };
  }

  /** Null: no time, or one so far from our own clock that one of the two must be broken. */
  private channelTime(text: string | null): number | null {
    const epochMs = readHttpDate(text);
    if (!Number.isNaN(epochMs)) this.heard = { epochMs, atMs: this.clock.monotonicMs() };
    return Math.abs(epochMs - this.clock.nowMs()) <= MAX_CLOCK_GAP_MS ? epochMs : null;
  }
}

/** An HTTP date (RFC 9110, 5.6.7, the one form servers may send) as epoch ms; NaN: it is none. */
function readHttpDate(text: string | null): number {
  const epochMs = text === null ? NaN : Date.parse(text);
  return new Date(epochMs).toUTCString() === text ? epochMs : NaN;
}

/** What a span tells of a call: no words of an answer that nobody vouches for. */
function toldOf(reply: AlipayReply, { status }: SignedCall): ChannelEnd {
  if (reply.kind === 'answer') return { answer: reply.answer, status, failure: null };
  if (!reply.sent) return { answer: null, status, failure: 'not_sent' };
  if (reply.gatewayError) return { answer: null, status, failure: 'gateway_error' };
  return { answer: null, status, failure: reply.unverified ? 'unverified' : 'no_answer' };
}

function nodeOf(method: AlipayMethod): string {
  return `${method.replaceAll('.', '_')}_response`;
}

/** Why a call gave no verified answer. The SDK's error texts are not used: they quote it. */
function explain(call: SignedCall, node: string, keys: AlipaysKeys): AlipayFailure {
  const { started, broken, error, status } = call;
  if (!started) return { ...doubt(`not sent: ${broken ?? error ?? 'closed'}`, false), sent: false };
  if (broken !== null) return doubt(broken, false);
  if (error !== null) return doubt(`connection broken: ${error}`, false);
  if (status !== 200) return doubt(`HTTP ${status ?? 'status missing'}`, false);
  return explainAnswer(call.text(), node, keys);
}

function explainAnswer(text: string, node: string, keys: AlipaysKeys): AlipayFailure {
  const body = parseObject(text);
  if (!body) return doubt('answer is not a JSON object', false);
  const own = body[node];
  const content = isObject(own) ? own : body.error_response;
  if (!isObject(content)) return doubt('answer without its node', false);

  const unsigned = body.sign === undefined || body.sign === null || body.sign === '';
  const words = wordsOf(content);
  // Before the gateway knows the app it has no key to sign with, and a signed `error_response` is
  // beyond the SDK. Neither is evidence about a trade, and neither is an attack.
  if ((unsigned || content !== own) && GATEWAY_ERRORS.has(words.code)) {
    return { ...doubt(`unverifiable gateway error ${words.text}`, false), gatewayError: true };
  }
  const isOurs = keys.some(({ certSn }) => certSn === null || certSn === body.alipay_cert_sn);
  if (!unsigned && !isOurs) return doubt(`certificate is not ours on ${words.text}`, true);
  return doubt(`signature ${unsigned ? 'missing' : 'wrong'} on ${words.text}`, true);
}

function doubt(cause: string, unverified: boolean): AlipayFailure {
  return { cause, sent: true, unverified, gatewayError: false };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
