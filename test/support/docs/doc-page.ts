import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
  /** What stands behind the fence, such as `sh`. */
  readonly lang: string;
  readonly text: string;
}

/** What a page is made of, as far as a translation must have the same. */
export interface Outline {
  readonly levels: readonly number[];
  readonly blocks: readonly Block[];
  readonly links: readonly string[];
  /** Rows and columns of each table. */
  readonly tables: readonly (readonly [rows: number, columns: number])[];
}

/** Every page of the project that people read. */
export function docPages(): string[] {
  const root = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  const simulator = readdirSync(join(ROOT, 'src/simulator')).filter((name) => name.endsWith('.md'));
  return [...root, ...pages.sort(), ...simulator.map((name) => `src/simulator/${name}`)];
}

/** The text of a page. */
export function pageText(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The fenced blocks of a page, in their order. */
export function blocksOf(page: string, text = pageText(page)): Block[] {
  const blocks: Block[] = [];
  let open: { lang: string; line: number; lines: string[]; indent: number } | null = null;
  text.split('\n').forEach((line, at) => {
    const fence = /^(\s*)```(.*)$/.exec(line);
    if (fence === null) open?.lines.push(line.slice(open.indent));
    else if (open === null) {
      const [, indent = '', lang = ''] = fence;
      open = { lang: lang.trim(), line: at + 2, lines: [], indent: indent.length };
    } else {
      const { lang, line: first, lines } = open;
      blocks.push({ page, line: first, lang, text: lines.join('\n') });
      open = null;
    }
  });
  return blocks;
}

/** A command as a person types it; the first line of a block that begins with one. */
const COMMAND = /^(?:\$ |[A-Z_]+=\S+ +[a-z]|(?:curl|npm|npx|node|docker|sh|bash|printf)\s)/m;

/** Whether a block is to be typed into a shell. */
export function isCommand({ lang, text }: Block): boolean {
  if (lang === 'sh' || lang === 'bash') return true;
  return lang === '' && COMMAND.test(text.split('\n')[0] ?? '');
}

/** What a translation of a page must have, too. */
export function outlineOf(page: string, text = pageText(page)): Outline {
  const prose = text.replace(/^(\s*)```[\s\S]*?^\s*```$/gm, '');
  const lines = prose.split('\n');
  const levels = lines.flatMap((line) => /^(#+) /.exec(line)?.[1]?.length ?? []);
  const links = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? '');
  return { levels, blocks: blocksOf(page, text), links, tables: tablesOf(lines) };
}

function tablesOf(lines: readonly string[]): [number, number][] {
  const tables: [number, number][] = [];
  let rows = 0;
  for (const line of [...lines, '']) {
    if (line.startsWith('|')) {
      rows += 1;
      if (rows === 1) tables.push([0, line.replaceAll('\\|', '').split('|').length - 2]);
      const table = tables.at(-1);
      if (table) table[0] = rows;
    } else rows = 0;
  }
  return tables;
}
