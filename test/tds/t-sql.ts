/** A batch of T-SQL as far as units write it: control, and statements that are left as they are. */
export type TsqlNode =
  | { readonly kind: 'statement'; readonly text: string }
  | { readonly kind: 'declare'; readonly names: readonly string[] }
  | { readonly kind: 'set'; readonly name: string; readonly to: string }
  | { readonly kind: 'if'; readonly when: string; readonly then: readonly TsqlNode[] }
  | {
      readonly kind: 'try';
      readonly body: readonly TsqlNode[];
      readonly catch: readonly TsqlNode[];
    }
  | { readonly kind: 'transaction'; readonly what: 'begin' | 'commit' | 'rollback' }
  | { readonly kind: 'execute'; readonly procedure: string; readonly passed: readonly Passed[] }
  | { readonly kind: 'return' | 'throw' | 'option' };

/** An argument of `execute`: `@name = @value [output]`. */
export interface Passed {
  readonly name: string;
  readonly from: string;
  readonly output: boolean;
}

const SIMPLE: readonly [RegExp, (found: RegExpExecArray) => TsqlNode][] = [
  [/^set (?:nocount|xact_abort) on$/i, () => ({ kind: 'option' })],
  [/^(begin|commit|rollback) transaction$/i, ([, what = '']) => transaction(what)],
  [/^return$/i, () => ({ kind: 'return' })],
  [/^throw$/i, () => ({ kind: 'throw' })],
  [/^declare ([^]*)$/i, ([, list = '']) => ({ kind: 'declare', names: namesOf(list) })],
  [/^set @(\w+) = ([^]*)$/i, ([, name = '', to = '']) => ({ kind: 'set', name, to })],
  [
    /^execute ([\w.]+)\s([^]*)$/i,
    ([, procedure = '', list = '']) => ({ kind: 'execute', procedure, passed: passedOf(list) }),
  ],
];

/** Reads a batch. Throws where it is not closed. */
export function parseTsql(text: string): TsqlNode[] {
  const reader = new Reader(text);
  const nodes = reader.list(null);
  if (!reader.done) throw new Error(`T-SQL goes on after its end: ${reader.rest.slice(0, 60)}`);
  return nodes;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get rest(): string {
    return this.text.slice(this.at);
  }

  get done(): boolean {
    return this.rest.trim() === '';
  }

  /** Statements up to `end`, which is taken; null: up to the end of the text. */
  list(end: RegExp | null): TsqlNode[] {
    const nodes: TsqlNode[] = [];
    for (;;) {
      this.take(/^[\s;]*/);
      if (end === null ? this.done : this.take(end)) return nodes;
      if (this.done) throw new Error('T-SQL that ends too early');
      nodes.push(this.node());
    }
  }

  private node(): TsqlNode {
    if (this.take(/^begin try\b/i)) {
      const body = this.list(/^end try\b/i);
      this.take(/^[\s;]*/);
      if (!this.take(/^begin catch\b/i)) throw new Error('a try without a catch');
      return { kind: 'try', body, catch: this.list(/^end catch\b/i) };
    }
    if (this.take(/^if\b/i)) {
      const when = this.until(/^begin\b/i);
      return { kind: 'if', when, then: this.list(/^end\b/i) };
    }
    const text = this.until(/^;/);
    for (const [pattern, node] of SIMPLE) {
      const found = pattern.exec(text);
      if (found) return node(found);
    }
    return { kind: 'statement', text };
  }

  private take(pattern: RegExp): boolean {
    const found = pattern.exec(this.rest);
    if (!found) return false;
    this.at += found[0].length;
    return true;
  }

  /** Text up to what matches outside of brackets and literals, which is taken with it. */
  private until(pattern: RegExp): string {
    const start = this.at;
    let depth = 0;
    let isNewWord = false;
    while (this.at < this.text.length) {
      const letter = this.text[this.at] ?? '';
      if (letter === "'") {
        this.take(/^'(?:[^']|'')*'/);
        continue;
      }
      const stops = depth === 0 && (letter === ';' || isNewWord) && pattern.test(this.rest);
      if (stops) break;
      if (letter === '(') depth += 1;
      if (letter === ')') depth -= 1;
      isNewWord = /\s/.test(letter);
      this.at += 1;
    }
    const text = this.text.slice(start, this.at).trim();
    this.take(pattern);
    return text;
  }
}

function transaction(what: string): TsqlNode {
  return { kind: 'transaction', what: what.toLowerCase() as 'begin' };
}

function namesOf(list: string): string[] {
  return [...list.matchAll(/@(\w+) \w/g)].map(([, name = '']) => name);
}

function passedOf(list: string): Passed[] {
  return list.split(/,\s*/).map((one) => {
    const [, name = '', from = '', output] = /^@(\S+) = @?(\w+)( output)?$/.exec(one.trim()) ?? [];
    if (name === '') throw new Error(`T-SQL that passes ${one}`);
    return { name, from, output: output !== undefined };
  });
}
