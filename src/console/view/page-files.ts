import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** A file of the pages as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

const PUBLIC = join(__dirname, '..', 'public');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What else there is, by the name it has here: colours of all pages, and what libraries give. */
const OTHERS: readonly [name: string, file: string][] = [
  ['colours.css', join(__dirname, '../../look/colours.css')],
  ['htmx.js', join(dirname(require.resolve('htmx.org')), 'htmx.min.js')],
  ['uplot.js', join(dirname(require.resolve('uplot')), 'uPlot.iife.min.js')],
  ['uplot.css', join(dirname(require.resolve('uplot')), 'uPlot.min.css')],
];

/** The files of the console by name, read once. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const own = readdirSync(PUBLIC).map((name): [string, string] => [name, join(PUBLIC, name)]);
  return new Map([...own, ...OTHERS].map(([name, path]) => [name, pageFile(name, path)]));
}

function pageFile(name: string, path: string): PageFile {
  const type = TYPES[extname(name)];
  if (!type) throw new Error(`no content type for ${name}`);
  const content = readFileSync(path);
  const digest = createHash('sha256').update(content).digest('base64url');
  return { type, content, etag: `"${digest.slice(0, 27)}"` };
}
