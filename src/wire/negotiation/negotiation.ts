import { Charset, knownCharset } from '../codec/charset';
import { Memo } from './memo';
import { MediaType, parseAccept, parseAcceptCharset, parseMediaType } from './media-type';

/** A format an answer can have. */
export type ReplyFormat = 'json' | 'xml' | 'bson';

/** A format a request can have. */
export type RequestFormat = ReplyFormat | 'form';

/** The request headers that decide about formats. A header sent twice counts as joined. */
export interface FormatHeaders {
  readonly accept?: string | undefined;
  readonly 'accept-charset'?: string | string[] | undefined;
  readonly 'content-type'?: string | undefined;
  readonly 'x-requested-with'?: string | string[] | undefined;
}

/** How an answer is to be written. */
export interface ReplyChoice {
  readonly format: ReplyFormat;
  /** In the service's spelling, without charset. */
  readonly mediaType: string;
  readonly charset: Charset;
}

interface OfferedType {
  readonly type: string;
  readonly subtype: string;
}

const OFFERS: readonly { format: ReplyFormat; types: readonly OfferedType[] }[] = [
  { format: 'json', types: [offered('application/json'), offered('text/json')] },
  { format: 'xml', types: [offered('application/xml'), offered('text/xml')] },
  { format: 'bson', types: [offered('application/bson')] },
];
const FORM: OfferedType = offered('application/x-www-form-urlencoded');

function spelled({ type, subtype }: OfferedType): string {
  return `${type}/${subtype}`;
}

// How an answer came to be chosen; the higher class wins at equal quality.
const LITERAL = 3;
const TYPE_RANGE = 2;
const ANY_RANGE = 1;

interface Match {
  readonly format: ReplyFormat;
  readonly mediaType: string;
  readonly rank: number;
  readonly quality: number;
}

function offered(mediaType: string): OfferedType {
  const [type = '', subtype = ''] = mediaType.split('/');
  return { type, subtype };
}

/** How closely a range covers a type: 0 not at all, 1 as any, 2 by its type, 3 literally. */
function coverage(range: MediaType, type: OfferedType): number {
  if (range.type === '*' && range.subtype === '*') return ANY_RANGE;
  if (range.type !== type.type) return 0;
  if (range.subtype === '*') return TYPE_RANGE;
  return range.subtype === type.subtype ? LITERAL : 0;
}

/** How a body is to be read. */
export interface BodyKind {
  /** Null when no reader takes its media type. */
  readonly format: RequestFormat | null;
  readonly charset: Charset;
  /** The media type in small letters, without parameters. */
  readonly mediaType: string;
}

/** How a body with this Content-Type is to be read; null when it is absent or not parsable. */
export function bodyKind(contentType: string | undefined): BodyKind | null {
  if (contentType === undefined) return null;
  return kinds.of(contentType, () => {
    const parsed = parseMediaType(contentType);
    if (parsed === null) return null;
    const charset = knownCharset(parsed.charset ?? '') ?? 'utf-8';
    return { format: requestFormat(parsed), charset, mediaType: spelled(parsed) };
  });
}

const kinds = new Memo<BodyKind | null>();

/** Which reader takes a body of this media type; null when none does. */
function requestFormat(contentType: MediaType): RequestFormat | null {
  for (const { format, types } of OFFERS) {
    if (types.some((type) => coverage(contentType, type) > 0)) return format;
  }
  return coverage(contentType, FORM) > 0 ? 'form' : null;
}

/** How narrow a range is; at equal quality the legacy service looked at the narrower first. */
function reach(range: MediaType): number {
  if (range.subtype !== '*') return LITERAL;
  return range.type === '*' ? ANY_RANGE : TYPE_RANGE;
}

function acceptMatch(
  accepted: readonly MediaType[],
  format: ReplyFormat,
  types: readonly OfferedType[],
): Match | null {
  for (const range of accepted) {
    if (range.quality === 0) continue;
    for (const type of types) {
      const rank = coverage(range, type);
      if (rank === 0) continue;
      return { format, mediaType: spelled(type), rank, quality: range.quality };
    }
  }
  return null;
}

/** Of each class the best, the earlier format at a tie; a lower class only when strictly better. */
function best(matches: readonly Match[]): Match | null {
  let chosen: Match | null = null;
  for (const rank of [LITERAL, TYPE_RANGE, ANY_RANGE]) {
    for (const match of matches) {
      if (match.rank === rank && (chosen === null || match.quality > chosen.quality)) {
        chosen = match;
      }
    }
  }
  return chosen;
}

/** Browser scripts of old asked for JSON by this header alone. */
function isScript(headers: FormatHeaders, accepted: readonly MediaType[]): boolean {
  const requestedWith = String(headers['x-requested-with'] ?? '').toLowerCase();
  if (!requestedWith.includes('xmlhttprequest')) return false;
  const [only, second] = accepted;
  if (only === undefined) return true;
  return second === undefined && only.type === '*' && only.subtype === '*';
}

function byQuality<Entry extends { quality: number }>(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((left, right) => right.quality - left.quality);
}

function chooseFormat(
  headers: FormatHeaders,
  contentType: MediaType | null,
): { format: ReplyFormat; mediaType: string } {
  const json = { format: 'json', mediaType: 'application/json' } as const;
  const accepted = parseAccept(headers.accept);
  const script = isScript(headers, accepted);
  const sorted = byQuality(accepted.toSorted((left, right) => reach(right) - reach(left)));
  const matches: Match[] = [];
  for (const { format, types } of OFFERS) {
    const match = script && format === 'json' ? null : acceptMatch(sorted, format, types);
    if (match) matches.push(match);
  }
  const chosen = best(matches);
  if (script) return chosen !== null && chosen.quality > 1 ? chosen : json;
  if (chosen) return chosen;
  for (const { format, types } of contentType ? OFFERS : []) {
    const type = types.find((each) => contentType && coverage(contentType, each) > 0);
    if (type) return { format, mediaType: spelled(type) };
  }
  return json;
}

function chooseCharset(headers: FormatHeaders, contentType: MediaType | null): Charset {
  const wanted = headers['accept-charset'];
  for (const range of byQuality(parseAcceptCharset(wanted?.toString()))) {
    if (range.quality === 0) continue;
    const charset = range.name === '*' ? 'utf-8' : knownCharset(range.name);
    if (charset !== null) return charset;
  }
  return knownCharset(contentType?.charset ?? '') ?? 'utf-8';
}

/**
 * How to answer a request with these headers. There is always an answer, never a 406.
 * Source: legacy wire rules 1 and 2, docs/integrating.md.
 */
export function chooseReply(headers: FormatHeaders): ReplyChoice {
  const { accept = '', 'accept-charset': charset = '', 'content-type': type = '' } = headers;
  const script = headers['x-requested-with'] ?? '';
  // No header holds a line break, and an empty one counts as none.
  const sent = `${accept}\n${type}\n${String(charset)}\n${String(script)}`;
  return choices.of(sent, () => choose(headers));
}

const choices = new Memo<ReplyChoice>();

function choose(headers: FormatHeaders): ReplyChoice {
  const contentType = parseMediaType(headers['content-type']);
  const charset = chooseCharset(headers, contentType);
  return { ...chooseFormat(headers, contentType), charset };
}
