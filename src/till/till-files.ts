import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, sep } from 'node:path';
import type { TillOptions } from './till-options';

/** A file of the till as it is sent. */
export interface TillFile {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

const PUBLIC = join(__dirname, 'public');
const PAGE = 'index.html';
const COLOURS = join(__dirname, '..', 'look', 'colours.css');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page, told what stands behind it. */
export function readPage(options: TillOptions): TillFile {
  const told = readFileSync(join(PUBLIC, PAGE), 'utf8')
    .replace('data-simulator="no"', `data-simulator="${options.simulator ? 'yes' : 'no'}"`)
    .replace('data-docs="yes"', `data-docs="${options.docs === false ? 'no' : 'yes'}"`)
    .replace('data-keys="no"', `data-keys="${options.keys ? 'yes' : 'no'}"`)
    .replace('data-code-minutes="0"', `data-code-minutes="${options.codeMinutes ?? 0}"`);
  return tillFile(PAGE, Buffer.from(told, 'utf8'));
}

/** The files of the page by their path; its colours and the QR library's browser module, too. */
export function readTillFiles(): ReadonlyMap<string, TillFile> {
  const files = new Map<string, TillFile>();
  for (const entry of readdirSync(PUBLIC, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(PUBLIC, path).split(sep).join('/');
    if (entry.isFile() && name !== PAGE) files.set(name, tillFile(name, readFileSync(path)));
  }
  const library = dirname(require.resolve('qrcode-generator'));
  const code = readFileSync(join(library, 'qrcode.mjs'));
  files.set('colours.css', tillFile('colours.css', readFileSync(COLOURS)));
  return files.set('qrcode.mjs', tillFile('qrcode.mjs', code));
}

function tillFile(name: string, content: Buffer): TillFile {
  const type = TYPES[extname(name)];
  if (!type) throw new Error(`no content type for ${name}`);
  const digest = createHash('sha256').update(content).digest('base64url');
  return { type, content, etag: `"${digest.slice(0, 27)}"` };
}
