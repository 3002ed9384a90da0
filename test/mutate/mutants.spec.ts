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
