import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { docPages, outlineOf, type Outline } from './support/docs/doc-page';

/** A page and its translation. */
const PAIRS = docPages()
  .filter((page) => page.endsWith('.zh-CN.md'))
  .map((page): [string, string] => [page.replace('.zh-CN.md', '.md'), page]);

/** Spelt as in the other language: pages, pictures and headings have their own names there. */
function levelled(link: string): string {
  return link.replace('.zh-CN.md', '.md').replace('.zh.png', '.en.png').replace(/#.*$/, '#');
}

/** What is typed or shown, without what is there for people; a diagram has words in it. */
function code(outline: Outline): string[] {
  return outline.blocks.map(({ lang, text }) => {
    if (lang === 'mermaid') return `mermaid of ${text.split('\n').length} lines`;
    const said = text.replace(/(^|\s)#\s.*$/gm, '').replace(/"body": "[^"]*"/g, '"body"');
    return `${lang}\n${said}`;
  });
}

it('there are pages in both languages', () => {
  expect(PAIRS).toContainEqual(['README.md', 'README.zh-CN.md']);
  expect(PAIRS).toContainEqual(['src/simulator/README.md', 'src/simulator/README.zh-CN.md']);
});

describe.each(PAIRS)('%s and %s', (english, chinese) => {
  const [one, other] = [outlineOf(english), outlineOf(chinese)];

  it('have the same headings', () => {
    expect(other.levels).toEqual(one.levels);
  });

  it('have the same commands and outputs', () => {
    expect(code(other)).toEqual(code(one));
  });

  it('lead to the same pages and pictures', () => {
    expect(other.links.map(levelled)).toEqual(one.links.map(levelled));
  });

  it('have tables of the same size', () => {
    expect(other.tables).toEqual(one.tables);
  });

  it.each([english, chinese])('%s leads only to what is there', (page) => {
    const local = outlineOf(page).links.filter((link) => !/^(?:https?:|#)/.test(link));
    const folder = join(__dirname, '..', page, '..');
    const gone = local.filter((link) => !existsSync(join(folder, link.replace(/#.*$/, ''))));
    expect(gone).toEqual([]);
  });
});

describe('the comparison', () => {
  const page =
    '# A\n\n## B [x](b.md)\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```sh\ncurl a # why\n```\n';
  const changed = (from: string, to: string) => outlineOf('p', page.replace(from, to));

  it('sees another heading, link, row, column and command, and no other comment', () => {
    const one = outlineOf('p', page);
    expect(changed('## B', '### B').levels).not.toEqual(one.levels);
    expect(changed('b.md', 'c.md').links).not.toEqual(one.links);
    expect(changed('| 1 | 2 |\n', '').tables).not.toEqual(one.tables);
    expect(changed('| a | b |', '| a | b | c |').tables).not.toEqual(one.tables);
    expect(code(changed('curl a', 'curl b'))).not.toEqual(code(one));
    expect(code(changed('why', '为什么'))).toEqual(code(one));
  });
});
