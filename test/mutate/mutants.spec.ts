import { functionAt, probed } from './entered';
import { conditionsOf } from './sql-conditions';
import { mutantsOf, mutated } from './mutants';

/** The mutants of a body, as the text that stands in the place of the original. */
function changes(body: string): string[] {
  const head = 'function f() { ';
  return mutantsOf(`${head}${body} }`).map((mutant) => {
    const whole = mutated(`${head}${body} }`, mutant);
    return whole.slice(head.length, -2);
  });
}

/** The conditions of a piece of SQL with what takes their place. */
function dropped(sql: string): string[] {
  return conditionsOf(sql).map(
    ({ start, end, neutral }) => sql.slice(0, start) + neutral + sql.slice(end),
  );
}

describe('the mutants of a source', () => {
  it.each([
    ['if (a) return 1;', ['if (false) return 1;', 'if (true) return 1;']],
    ['return a ? 1 : 2;', ['return false ? 1 : 2;', 'return true ? 1 : 2;']],
    ['return a && b;', ['return (a);', 'return (b);']],
    ['return a || b;', ['return (a);', 'return (b);']],
    ['return a ?? b;', ['return (a);', 'return (b);']],
    ['return a < b;', ['return a <= b;', 'return a >= b;']],
    ['return a >= b;', ['return a > b;', 'return a < b;']],
    ['return a === b;', ['return a !== b;']],
    ['return !a;', ['return a;']],
    ['return Math.min(a, b);', ['return Math.max(a, b);']],
    ['return a.some(b);', ['return a.every(b);']],
    ['return a.filter(b).length;', ['return a.length;']],
    ['return lease.with(guard(a));', ['return lease;']],
    ['await a.b();', [';']],
    ['throw a;', [';']],
    ['switch (a) { case 1: return 2; }', ['switch (a) { case NaN: return 2; }']],
    ['this.logger.warn(a);', []],
  ])('of %s', (body, expected) => {
    expect(changes(body)).toEqual(expected);
  });

  it('turn a guard with its throw once, not twice', () => {
    expect(changes('if (a) { throw b; }')).toEqual([
      'if (false) { throw b; }',
      'if (true) { throw b; }',
    ]);
    expect(changes('if (a === b) c();')).toEqual(['if (false) c();', 'if (true) c();']);
  });

  it('drop each condition of a statement on the books, with the value in it', () => {
    expect(changes('return sql`update t set a = ${and(1)} where b = ${c} and d = ${e}`;')).toEqual([
      'return sql`update t set a = ${and(1)} where 1 = 1 and d = ${e}`;',
      'return sql`update t set a = ${and(1)} where b = ${c} and 1 = 1`;',
    ]);
    expect(changes('return text`where a = b`;')).toEqual([]);
  });

  it('have names without a line number, each once', () => {
    const text = 'class A { b() { if (this.c) d(); if (this.c) d(); } }';
    expect(mutantsOf(`\n${text}`).map(({ name, line }) => `${line} ${name}`)).toEqual([
      '2 b: `this.c` as `false`',
      '2 b: `this.c` as `true`',
      '2 b: `this.c` as `false` (2)',
      '2 b: `this.c` as `true` (2)',
    ]);
  });
});

describe('the conditions of a piece of SQL', () => {
  it.each([
    ['select a from b', []],
    ['where a = 1', ['where 1 = 1']],
    [' where a = 1 and ', [' where 1 = 1 and ']],
    [' and a is null', [' and 1 = 1']],
    ['where a = 1 or b = 2', ['where 1 = 0 or b = 2', 'where a = 1 or 1 = 0']],
    ['where a in (1, 2) order by c', ['where 1 = 1 order by c']],
    [
      'where a = 1 and (b = 2 or c = 3)',
      [
        'where 1 = 1 and (b = 2 or c = 3)',
        'where a = 1 and 1 = 1',
        'where a = 1 and (1 = 0 or c = 3)',
        'where a = 1 and (b = 2 or 1 = 0)',
      ],
    ],
    [
      'where a = (select b from c where d = 1) and e = 2',
      [
        'where 1 = 1 and e = 2',
        'where a = (select b from c where 1 = 1) and e = 2',
        'where a = (select b from c where d = 1) and 1 = 1',
      ],
    ],
    ['where a = (select b from c where ', []],
    [') where a = 1', [') where 1 = 1']],
  ])('%s', (sql, expected) => {
    expect(dropped(sql)).toEqual(expected);
  });
});

describe('the probes of a source', () => {
  it.each([
    ['function f(a = b) { return a; }', 'function f(a = b) {0; return a; }'],
    ['const f = (a) => a + 1;', 'const f = (a) => (0,a + 1);'],
    ['const f = (a) => ({ a });', 'const f = (a) => (0,({ a }));'],
    ['const f = (a) => (b) => c;', 'const f = (a) => (0,(b) => (1,c));'],
    [
      'class A { b = () => 1; get c() { return 2; } }',
      'class A { b = () => (0,1); get c() {1; return 2; } }',
    ],
    [
      'class A { constructor(private a) {} b(); b(c) {} }',
      'class A { constructor(private a) {0;} b(); b(c) {1;} }',
    ],
    ['const a = 1; if (a) b();', 'const a = 1; if (a) b();'],
  ])('%s', (text, expected) => {
    expect(probed(text).replace(/globalThis\.entered\?\.add\((\d+)\)/g, '$1')).toBe(expected);
  });

  it('name the innermost function around a place, with its parameters', () => {
    const text = 'const a = 1; function f(b = 2) { c(() => 3); d(4); } const e = [(g) => 5, 6];';
    const places = [1, 2, 3, 4, 5, 6].map((digit) => functionAt(text, text.indexOf(String(digit))));
    expect(places).toEqual([null, 0, 1, 0, 2, null]);
  });
});
