import { parseChinaTime } from '../../domain/china-time';
import { topError } from '../top/top-errors';
import type { TopError } from '../top/top-errors';
import { signatureHolds, signMethodOf } from '../top/top-signature';
import type { TopParameters } from '../top/top-signature';

/** How far the caller's clock may be off. ms. Source: TOP, "common parameters". */
const MAX_CLOCK_DIFFERENCE_MS = 10 * 60_000;
const EPOCH_MS = /^\d{13}$/;
const VERSION = /^\d+\.\d+$/;
const WORDS_OF_TRUE = /^true$/i;

/** The format of an answer. */
export type TopFormat = 'xml' | 'json';

/** How a caller wants to be answered. */
export interface TopWish {
  readonly format: TopFormat;
  /** JSON only: the members of the response node stand at the root. */
  readonly simplify: boolean;
}

/** A request as it came, before anything was checked. */
export interface RawTopRequest {
  readonly parameters: TopParameters;
  /** A body that is no form; part of what is signed. Empty when there is none. */
  readonly rawBody: string;
  /** Why it could not be read whole; null when it could. */
  readonly problem: TopError | null;
}

/** A request whose caller is known. */
export interface TopCall {
  readonly method: string;
  readonly appKey: string;
  readonly parameters: TopParameters;
}

/** What a request is checked against. */
export interface TopRules {
  readonly methods: { has(method: string): boolean };
  /** The secret of an app; undefined: there is no such app. */
  readonly secretOf: (appKey: string) => string | undefined;
  readonly nowMs: number;
}

/** How an answer is wanted, as far as it can be told from a request that may be all wrong. */
export function wishOf(parameters: TopParameters): TopWish {
  const format = formatOf(parameters) === 'json' ? 'json' : 'xml';
  const simplify = format === 'json' && WORDS_OF_TRUE.test(parameters.get('simplify') ?? '');
  return { format, simplify };
}

/**
 * The call of a request, checked in this order: readable, method, app, time, version, format,
 * signature. @throws TopError 41, 21, 22, 28 to 34, 23, 24, 25
 */
export function checkTopRequest(request: RawTopRequest, rules: TopRules): TopCall {
  const { parameters, rawBody, problem } = request;
  if (problem) throw problem;
  const value = (name: string): string => parameters.get(name) ?? '';
  const method = value('method');
  if (method === '') throw topError('NO_METHOD');
  if (!rules.methods.has(method)) throw topError('METHOD');
  const appKey = value('app_key');
  if (appKey === '') throw topError('NO_APP_KEY');
  const secret = rules.secretOf(appKey);
  if (secret === undefined) throw topError('APP_KEY');
  checkTimestamp(value('timestamp'), rules.nowMs);
  checkVersion(value('v'));
  if (!['', 'xml', 'json'].includes(formatOf(parameters))) throw topError('FORMAT');
  if (value('sign') === '') throw topError('NO_SIGN');
  const signMethod = signMethodOf(value('sign_method'));
  if (signMethod === undefined) throw topError('SIGN_METHOD');
  if (!signatureHolds(signMethod, parameters, secret, rawBody)) throw topError('SIGN');
  return { method, appKey, parameters };
}

/** The format a request names, in small letters: SDKs write it in either case. */
function formatOf(parameters: TopParameters): string {
  return (parameters.get('format') ?? '').toLowerCase();
}

/** Text in China time, or epoch ms as the Python client sends it. */
function checkTimestamp(text: string, nowMs: number): void {
  if (text === '') throw topError('NO_TIMESTAMP');
  const sentMs = EPOCH_MS.test(text) ? Number(text) : parseChinaTime(text);
  if (sentMs === null) throw topError('TIMESTAMP');
  if (Math.abs(nowMs - sentMs) > MAX_CLOCK_DIFFERENCE_MS) throw topError('TIMESTAMP_LIMIT');
}

function checkVersion(text: string): void {
  if (text === '') throw topError('NO_VERSION');
  if (!VERSION.test(text)) throw topError('VERSION');
  if (text !== '2.0') throw topError('OTHER_VERSION');
}
