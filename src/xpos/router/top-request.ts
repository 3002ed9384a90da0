import { parseChinaTime } from '../../domain/china-time';
import type { BillType } from '../../domain/bill';
import type { AppOf } from '../top/top-apps';
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
  /** The systems its app speaks for. */
  readonly billTypes: readonly BillType[];
  readonly parameters: TopParameters;
}

/** What a request is checked against. */
export interface TopRules {
  readonly methods: { has(method: string): boolean };
  readonly appOf: AppOf;
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
  const app = rules.appOf(appKey);
  if (app === undefined) throw topError('APP_KEY');
  checkTimestamp(value('timestamp'), rules.nowMs);
  checkVersion(value('v'));
  if (!['', 'xml', 'json'].includes(formatOf(parameters))) throw topError('FORMAT');
  if (value('sign') === '') throw topError('NO_SIGN');
  const signMethod = signMethodOf(value('sign_method'));
  if (signMethod === undefined) throw topError('SIGN_METHOD');
  if (!signatureHolds(signMethod, parameters, app.secret.reveal(), rawBody)) throw topError('SIGN');
  return { method, appKey, billTypes: app.billTypes, parameters };
}

/** The format a request names, in small letters: SDKs write it in either case. */
function formatOf(parameters: TopParameters): string {
  return (parameters.get('format') ?? '').toLowerCase();
}

/** Text in China time, or epoch ms as the Python client sends it. */
function checkTimestamp(text: string, nowMs: number): void {
  if (text === '') throw topError('NO_TIMESTAMP');
  const isEpoch = EPOCH_MS.test(text);
  const sentMs = isEpoch ? Number(text) : parseChinaTime(text);
  if (sentMs === null) throw topError('TIMESTAMP');
  const aheadMs = sentMs - nowMs;
  if (Math.abs(aheadMs) <= MAX_CLOCK_DIFFERENCE_MS) return;
  const shown = isEpoch ? null : zoneHint(aheadMs);
  throw topError('TIMESTAMP_LIMIT', shown === null ? {} : { shown });
}

const HOUR_MS = 3_600_000;
/** GMT-12 to GMT+14, seen from GMT+8. Hours. */
const ZONES = { least: -20, most: 6 } as const;

/** What a caller is told that took its own local time for China's; null: it is off otherwise. */
function zoneHint(aheadMs: number): string | null {
  const hours = Math.round(aheadMs / HOUR_MS);
  const isZone = hours >= ZONES.least && hours <= ZONES.most;
  if (!isZone || Math.abs(aheadMs - hours * HOUR_MS) > MAX_CLOCK_DIFFERENCE_MS) return null;
  const zone = hours + 8 < 0 ? `GMT${hours + 8}` : `GMT+${hours + 8}`;
  return `timestamp 像是 ${zone} 的时间，应为北京时间 GMT+8`;
}

function checkVersion(text: string): void {
  if (text === '') throw topError('NO_VERSION');
  if (!VERSION.test(text)) throw topError('VERSION');
  if (text !== '2.0') throw topError('OTHER_VERSION');
}
