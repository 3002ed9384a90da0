import { plant } from './place';

const SOURCE = `
const LIMIT = 3; // limit(1)

export class Till {
  constructor(private readonly books: Books) {}

  async take(fen: number): Promise<void> {
    if (fen > LIMIT) return;
    await this.books.add(fen);
  }

  async give(fen: number): Promise<void> {
    if (fen > LIMIT) return;
    await this.books.add(-fen);
  }
}

function limit(fen: number): number {
  switch (fen) {
    case 1:
      return 2;
    default:
      return sql\`select fen
                 from till\`;
  }
}
`;

/** The source with `!` in the place of what is found. */
function marked(within: string, find: string, source = SOURCE): string {
  return plant({ within, find, replace: '!' }, source);
}

describe('the place of a planted bug', () => {
  it.each([
    ['a statement', 'Till.take', 'await this.books.add(fen);', '    !\n'],
    ['an expression', 'Till.take', 'this.books.add(fen)', '    await !;\n'],
    ['a branch', 'limit', 'case 1: return 2;', '    !\n    default:'],
    ['a parameter', 'Till.constructor', 'private readonly books: Books', 'constructor(!) {}'],
    ['a text of several lines', 'limit', 'sql`select fen from till`', '      return !;'],
  ])('is %s', (_, within, find, as) => {
    expect(marked(within, find)).toContain(as);
  });

  it('takes the change, and nothing else changes', () => {
    const [before, after] = SOURCE.split('-fen');
    expect(marked('Till.give', '-fen')).toBe(`${before}!${after}`);
  });

  it('stays the same when a formatter, a comment or a neighbour moves it', () => {
    const moved = SOURCE.replace(
      'await this.books.add(fen);',
      'const more = 1; await /* as it is */ this.books\n.add(\n// of the guest\nfen,\n);',
    );
    expect(marked('Till.take', 'await this.books.add(fen);', moved)).toContain('const more = 1; !');
  });

  it.each([
    ['in another function', 'Till.give', 'await this.books.add(fen);', 0],
    ['in no function of that name', 'Till.giv', 'fen > LIMIT', 0],
    ['a part of a statement', 'Till.take', 'if (fen > LIMIT)', 0],
    ['in a comment', 'LIMIT', 'limit(1)', 0],
    ['there twice', 'Till', 'if (fen > LIMIT) return;', 2],
  ])('is refused when it is %s', (_, within, find, times) => {
    expect(() => marked(within, find)).toThrow(`is found ${times} times`);
  });
});
