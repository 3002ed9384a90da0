import { Charset } from '../charset';
import { MAX_DEPTH, unreadable } from '../../operation/refusal';
import { XmlScope } from './xml-scope';

const NAME_START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff' +
  '\\u200c-\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd' +
  '\\u{10000}-\\u{effff}';
const NAME_MORE = '[.0-9\\u00b7\\u203f\\u2040-]|[\\u0300-\\u036f]';
const NC_NAME = `[${NAME_START}](?:[${NAME_START}]|${NAME_MORE})*`;
const Q_NAME = new RegExp(`(?:(${NC_NAME}):)?(${NC_NAME})`, 'uy');
const BLANKS = /[ \t\r\n]*/y;
const EQUALS = /[ \t\r\n]*=[ \t\r\n]*/y;
const QUOTED = /"([^"<]*)"|'([^'<]*)'/y;
const DECLARED_VERSION = pseudoAttribute('version', '1\\.0');
const DECLARED_ENCODING = pseudoAttribute('encoding', '([A-Za-z][\\w.-]*)');
const DECLARED_STANDALONE = pseudoAttribute('standalone', '(?:yes|no)');
const DECLARATION = new RegExp(
  `<\\?xml${DECLARED_VERSION}(?:${DECLARED_ENCODING})?(?:${DECLARED_STANDALONE})?[ \\t\\r\\n]*\\?>`,
  'y',
);
// Text that needs no further look: no reference, no carriage return, no bracket, nothing forbidden.
const PLAIN_TEXT = /^[\t\n -%'-\\^-\ud7ff\ue000-\ufffd]*$/;
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const REFERENCE = /&([^;&]*);?/g;
const CODE = /^#(?:x([0-9a-fA-F]+)|(\d+))$/;
const NAMED = new Map([
  ['amp', '&'],
  ['apos', "'"],
  ['gt', '>'],
  ['lt', '<'],
  ['quot', '"'],
]);

function pseudoAttribute(name: string, value: string): string {
  return `[ \\t\\r\\n]+${name}[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"${value}"|'${value}')`;
}

/** An attribute that is no namespace declaration. */
export interface XmlAttribute {
  /** Empty for an attribute without prefix, as XML has it. */
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/** A start tag. */
export interface XmlElement {
  /** As written, to be met again in the end tag. */
  readonly written: string;
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly scope: XmlScope;
  /** It closed itself: there is neither content nor end tag. */
  readonly empty: boolean;
}

interface RawAttribute {
  readonly prefix: string;
  readonly name: string;
  readonly value: string;
}

/**
 * Walks over an XML 1.0 document, strictly. It knows no DOCTYPE, no processing instructions and no
 * entities beyond the five, so nothing can be fetched or expanded. References may name any code
 * unit, as the legacy service had it.
 */
export class XmlScanner {
  private at = 0;

  constructor(private readonly text: string) {}

  /** The refusal of what stands here. */
  fault(what: string): Error {
    return unreadable(`XML, character ${this.at + 1}: ${what}`);
  }

  /** Passes the XML declaration, if there is one. The encoding it names must be the real one. */
  declaration(charset: Charset): void {
    const found = this.match(DECLARATION);
    const encoding = (found?.[1] ?? found?.[2] ?? charset).toLowerCase();
    if (encoding !== charset) throw this.fault(`the declared encoding is not ${charset}`);
  }

  /** Passes blanks and comments outside the root element. */
  misc(): void {
    for (;;) {
      this.match(BLANKS);
      if (!this.text.startsWith('<!--', this.at)) return;
      this.comment();
    }
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  isAtEndTag(): boolean {
    return this.text.startsWith('</', this.at);
  }

  startTag(scope: XmlScope): XmlElement {
    if (!this.pass('<')) throw this.fault('a start tag was expected');
    const [written, prefix, name] = this.qName();
    const raw = this.rawAttributes();
    const inner = this.declare(scope, raw);
    const namespace = this.namespaceOf(inner, prefix);
    const attributes = this.resolve(inner, raw);
    const empty = this.pass('/');
    if (!this.pass('>')) throw this.fault('the tag does not end');
    return { written, namespace, name, attributes, scope: inner, empty };
  }

  endTag(element: XmlElement): void {
    if (!this.pass('</') || !this.pass(element.written)) {
      throw this.fault('the end tag of the element was expected');
    }
    this.match(BLANKS);
    if (!this.pass('>')) throw this.fault('the end tag does not end');
  }

  /** The text up to the next tag. Comments in it vanish. */
  content(): string {
    let value = '';
    for (;;) {
      const end = this.text.indexOf('<', this.at);
      if (end < 0) throw this.fault('the document ends early');
      if (end > this.at) value += this.characters(this.text.slice(this.at, end));
      this.at = end;
      const next = this.text.charCodeAt(end + 1);
      if (next === 0x3f) throw this.fault('processing instructions are refused');
      if (next !== 0x21) return value;
      if (this.text.startsWith('<!--', end)) this.comment();
      else value += this.cdata();
    }
  }

  /** Passes what is left of an element, `depth` levels deep, whatever it holds. */
  skip(element: XmlElement, depth: number): void {
    if (element.empty) return;
    const open: XmlElement[] = [element];
    for (let inner = open.at(-1); inner; inner = open.at(-1)) {
      this.content();
      if (this.isAtEndTag()) {
        this.endTag(inner);
        open.pop();
        continue;
      }
      const child = this.startTag(inner.scope);
      if (depth + open.length > MAX_DEPTH) throw this.fault(`nested deeper than ${MAX_DEPTH}`);
      if (!child.empty) open.push(child);
    }
  }

  private pass(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  private qName(): readonly [written: string, prefix: string, name: string] {
    const found = this.match(Q_NAME);
    if (!found) throw this.fault('a name was expected');
    return [found[0], found[1] ?? '', found[2] ?? ''];
  }

  private rawAttributes(): readonly RawAttribute[] {
    const attributes: RawAttribute[] = [];
    for (;;) {
      const blanks = this.match(BLANKS)?.[0] ?? '';
      const next = this.text.charAt(this.at);
      if (next === '>' || next === '/') return attributes;
      if (blanks === '') throw this.fault('a blank was expected');
      const [, prefix, name] = this.qName();
      const quoted = this.match(EQUALS) && this.match(QUOTED);
      if (!quoted) throw this.fault('an attribute value was expected');
      const value = this.characters(quoted[1] ?? quoted[2] ?? '', true);
      attributes.push({ prefix, name, value });
    }
  }

  private declare(scope: XmlScope, attributes: readonly RawAttribute[]): XmlScope {
    let declared: Map<string, string> | null = null;
    for (const { prefix, name, value } of attributes) {
      const isDefault = prefix === '' && name === 'xmlns';
      if (!isDefault && prefix !== 'xmlns') continue;
      const bound = isDefault ? '' : name;
      declared ??= new Map();
      if (declared.has(bound)) throw this.fault('an attribute is given twice');
      if (!XmlScope.mayDeclare(bound, value)) throw this.fault('this prefix cannot be declared');
      declared.set(bound, value);
    }
    return declared === null ? scope : scope.with(declared);
  }

  private resolve(scope: XmlScope, raw: readonly RawAttribute[]): readonly XmlAttribute[] {
    const seen = new Set<string>();
    const attributes: XmlAttribute[] = [];
    for (const { prefix, name, value } of raw) {
      if (prefix === 'xmlns' || (prefix === '' && name === 'xmlns')) continue;
      const namespace = prefix === '' ? '' : this.namespaceOf(scope, prefix);
      const key = `${name} ${namespace}`;
      if (seen.has(key)) throw this.fault('an attribute is given twice');
      seen.add(key);
      attributes.push({ namespace, name, value });
    }
    return attributes;
  }

  private namespaceOf(scope: XmlScope, prefix: string): string {
    const namespace = scope.find(prefix);
    if (namespace === null && prefix !== '') throw this.fault('a prefix is not declared');
    return namespace ?? '';
  }

  private comment(): void {
    const end = this.text.indexOf('--', this.at + 4);
    if (end < 0 || this.text.charAt(end + 2) !== '>') throw this.fault('the comment does not end');
    if (FORBIDDEN.test(this.text.slice(this.at, end))) throw this.fault('a forbidden character');
    this.at = end + 3;
  }

  private cdata(): string {
    if (!this.pass('<![CDATA[')) throw this.fault('DOCTYPE is refused');
    const end = this.text.indexOf(']]>', this.at);
    if (end < 0) throw this.fault('the CDATA section does not end');
    const value = this.text.slice(this.at, end);
    if (FORBIDDEN.test(value)) throw this.fault('a forbidden character');
    this.at = end + 3;
    return value.replace(/\r\n?/g, '\n');
  }

  /** Resolves line breaks and references of a piece of text or of an attribute value. */
  private characters(raw: string, inAttribute = false): string {
    if (PLAIN_TEXT.test(raw)) return raw;
    if (FORBIDDEN.test(raw)) throw this.fault('a forbidden character');
    if (!inAttribute && raw.includes(']]>')) throw this.fault('"]]>" must not stand in text');
    const text = raw.replace(/\r\n?/g, '\n');
    return text.replace(REFERENCE, (found, name: string) => {
      const character = found.endsWith(';') ? referenced(name) : null;
      if (character === null) throw this.fault('this reference is not known');
      return character;
    });
  }
}

function referenced(name: string): string | null {
  const code = CODE.exec(name);
  if (!code) return NAMED.get(name) ?? null;
  const value = code[1] === undefined ? Number(code[2]) : parseInt(code[1], 16);
  return value > 0x10ffff ? null : String.fromCodePoint(value);
}
