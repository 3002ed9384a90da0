// The header grammar of .NET's System.Net.Http, which decides what counts as unparsable.

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[^"\\\\\\u0080-\\uffff]|\\\\[^\\u0080-\\uffff])*"';
const BLANKS = '[ \\t]*';
const PARAMETER = `${BLANKS};${BLANKS}(${TOKEN})(?:${BLANKS}=${BLANKS}(${TOKEN}|${QUOTED}))?`;
const TYPE = new RegExp(`${BLANKS}(${TOKEN})${BLANKS}/${BLANKS}(${TOKEN})`, 'y');
const CODING = new RegExp(`${BLANKS}(${TOKEN})`, 'y');
const NEXT_PARAMETER = new RegExp(PARAMETER, 'y');
const SEPARATOR = new RegExp(`${BLANKS}(?:,|$)`, 'y');
const GAPS = /[ \t,]*/y;
const QUALITY = /^\d*\.?\d+$|^\d+\.$/;

// A header longer than this is no header a client means; Node's own limit lies above it.
const MAX_HEADER = 8192;

/** One media type or range, in small letters. */
export interface MediaType {
  readonly type: string;
  readonly subtype: string;
  readonly charset: string | null;
  /** The q of an Accept entry; 1 when absent or no number. */
  readonly quality: number;
}

/** One entry of Accept-Charset. */
export interface CharsetRange {
  readonly name: string;
  readonly quality: number;
}

interface Parameters {
  readonly charset: string | null;
  readonly quality: number;
}

class HeaderCursor {
  at = 0;

  constructor(readonly text: string) {}

  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  /** The parameters from here up to the next thing that is none. */
  parameters(): Parameters {
    let charset: string | null = null;
    let quality = 1;
    for (let found = this.match(NEXT_PARAMETER); found; found = this.match(NEXT_PARAMETER)) {
      const name = found[1]?.toLowerCase();
      const value = found[2] ?? '';
      if (name === 'charset') charset ??= value.replace(/^"|"$/g, '');
      if (name === 'q' && QUALITY.test(value)) quality = Number(value);
    }
    return { charset, quality };
  }
}

/** A Content-Type; null when absent or not parsable as exactly one media type. */
export function parseMediaType(header: string | undefined): MediaType | null {
  if (header === undefined || header.length > MAX_HEADER) return null;
  const cursor = new HeaderCursor(header);
  const entry = mediaType(cursor);
  return entry !== null && header.slice(cursor.at).trim() === '' ? entry : null;
}

/** An Accept line; empty when absent or when any of its entries cannot be parsed. */
export function parseAccept(header: string | undefined): readonly MediaType[] {
  return parseList(header, mediaType);
}

/** An Accept-Charset line; empty when absent or when any of its entries cannot be parsed. */
export function parseAcceptCharset(header: string | undefined): readonly CharsetRange[] {
  return parseList(header, charsetRange);
}

function mediaType(cursor: HeaderCursor): MediaType | null {
  const found = cursor.match(TYPE);
  if (!found) return null;
  const type = found[1]?.toLowerCase() ?? '';
  const subtype = found[2]?.toLowerCase() ?? '';
  return { type, subtype, ...cursor.parameters() };
}

function charsetRange(cursor: HeaderCursor): CharsetRange | null {
  const name = cursor.match(CODING)?.[1]?.toLowerCase();
  return name === undefined ? null : { name, quality: cursor.parameters().quality };
}

function parseList<Entry>(
  header: string | undefined,
  parse: (cursor: HeaderCursor) => Entry | null,
): readonly Entry[] {
  if (header === undefined || header.length > MAX_HEADER) return [];
  const cursor = new HeaderCursor(header);
  const entries: Entry[] = [];
  cursor.match(GAPS);
  while (cursor.at < header.length) {
    const entry = parse(cursor);
    if (entry === null || !cursor.match(SEPARATOR)) return [];
    entries.push(entry);
    cursor.match(GAPS);
  }
  return entries;
}
