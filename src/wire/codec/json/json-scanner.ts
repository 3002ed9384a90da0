import { MAX_DEPTH, unreadable } from '../../operation/refusal';

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const OTHER_BLANK = /[\s\u0085]/;
const NAME = /[\p{L}\p{Nd}_$]+/uy;
const WORD = /[\w$.+-]+/y;
const SKIPPED_LITERAL = /^(?:true|false|null|undefined|NaN|-?Infinity)$/;
const SKIPPED_NUMBER = /^-?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const HEX4 = /^[0-9a-fA-F]{4}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** What stands for a place that is no string: past the end of the text. */
const END = -1;

/**
 * Walks over JSON in the notation the legacy service took: comments, single quotes, unquoted names,
 * trailing commas and raw control characters in strings are fine. Numbers stay text.
 */
export class JsonScanner {
  private at = 0;
  /** Where the next backslash is; found once for all the strings before it. */
  private backslash = -1;

  constructor(private readonly text: string) {}

  /** The refusal of what stands here. */
  fault(what: string): Error {
    return unreadable(`JSON, character ${this.at + 1}: ${what}`);
  }

  /** The character code at the next place that is neither blank nor comment; -1 at the end. */
  peek(): number {
    const { text } = this;
    for (;;) {
      if (this.at >= text.length) return END;
      const code = text.charCodeAt(this.at);
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) this.at += 1;
      else if (code === SLASH) this.skipComment();
      else if (code > 0x20 && code < 0x7f) return code;
      else if (OTHER_BLANK.test(text.charAt(this.at))) this.at += 1;
      else return code;
    }
  }

  /** Is this the next character? Then it is passed. */
  take(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at += 1;
    return true;
  }

  /** Passes NUL and blanks, which the legacy service allowed around the value. */
  skipPadding(): void {
    while (this.peek() === 0) this.at += 1;
  }

  /** The name of a member and its colon. */
  name(): string {
    const code = this.peek();
    const name = code === QUOTE || code === APOSTROPHE ? this.string(code) : this.match(NAME);
    if (name === null) throw this.fault('a name was expected');
    if (!this.take(0x3a)) throw this.fault('a colon was expected');
    return name;
  }

  /** The string at this place; null when something else stands here. */
  stringOrNull(): string | null {
    const code = this.peek();
    return code === QUOTE || code === APOSTROPHE ? this.string(code) : null;
  }

  /** A number or a word such as `true`, as written. */
  word(): string {
    const word = this.match(WORD);
    if (word === null) throw this.fault('a value was expected');
    return word;
  }

  /** Passes one value of any kind, `depth` levels deep. */
  skipValue(depth: number): void {
    const code = this.peek();
    if (code === 0x7b) this.skipNested(0x7d, depth, true);
    else if (code === 0x5b) this.skipNested(0x5d, depth, false);
    else if (this.stringOrNull() === null) this.skipWord();
  }

  /** Calls `each` at every entry up to the closing character; the opening one is next. */
  entries(close: number, each: () => void): void {
    this.at += 1;
    while (!this.take(close)) {
      each();
      if (!this.take(0x2c) && this.peek() !== close) throw this.fault('a comma was expected');
    }
  }

  private skipWord(): void {
    const word = this.word();
    if (SKIPPED_NUMBER.test(word) || SKIPPED_LITERAL.test(word)) return;
    throw this.fault('this is no JSON value');
  }

  private skipNested(close: number, depth: number, named: boolean): void {
    if (depth > MAX_DEPTH) throw this.fault(`nested deeper than ${MAX_DEPTH}`);
    this.entries(close, () => {
      if (named) this.name();
      this.skipValue(depth + 1);
    });
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private skipComment(): void {
    const next = this.text.charAt(this.at + 1);
    if (next !== '*' && next !== '/') throw this.fault('a comment was expected');
    const end = this.text.indexOf(next === '*' ? '*/' : '\n', this.at + 2);
    if (end < 0 && next === '*') throw this.fault('the comment does not end');
    this.at = end < 0 ? this.text.length : end + (next === '*' ? 2 : 1);
  }

  private string(quote: number): string {
    const { text } = this;
    const start = this.at + 1;
    const end = text.indexOf(quote === QUOTE ? '"' : "'", start);
    if (end < 0) throw this.fault('the string does not end');
    if (this.backslash < start) {
      const found = text.indexOf('\\', start);
      this.backslash = found < 0 ? text.length : found;
    }
    if (this.backslash > end) {
      this.at = end + 1;
      return text.slice(start, end);
    }
    return this.escapedString(quote, start);
  }

  private escapedString(quote: number, start: number): string {
    const { text } = this;
    const pieces: string[] = [];
    let from = start;
    for (let place = start; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      if (code === quote) {
        pieces.push(text.slice(from, place));
        this.at = place + 1;
        return pieces.join('');
      }
      if (code === BACKSLASH) {
        pieces.push(text.slice(from, place), this.escape(place));
        place += text.charAt(place + 1) === 'u' ? 5 : 1;
        from = place + 1;
      }
    }
    throw this.fault('the string does not end');
  }

  private escape(place: number): string {
    const letter = this.text.charAt(place + 1);
    if (letter === 'u') {
      const hex = this.text.slice(place + 2, place + 6);
      if (HEX4.test(hex)) return String.fromCharCode(parseInt(hex, 16));
    }
    const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    this.at = place;
    if (character === undefined) throw this.fault('this escape is not known');
    return character;
  }
}
