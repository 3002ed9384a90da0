import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { TillOptions } from './till-options';

/** A file of the till as it is sent. */
export interface TillFile {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

const PUBLIC = join(__dirname, 'public');
const PAGE = 'index.html';

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
    .replace('data-docs="yes"', `data-docs="${options.docs === false ? 'no' : 'yes'}"`);
  return tillFile(PAGE, Buffer.from(told, 'utf8'));
}

/** The files of the page by name, the QR library's browser module among them. */
export function readTillFiles(): ReadonlyMap<string, TillFile> {
  const files = new Map<string, TillFile>();
  for (const name of readdirSync(PUBLIC)) {
    if (name !== PAGE) files.set(name, tillFile(name, readFileSync(join(PUBLIC, name))));
  }
  const library = dirname(require.resolve('qrcode-generator'));
  const code = readFileSync(join(library, 'qrcode.mjs'));
  return files.set('qrcode.mjs', tillFile('qrcode.mjs', code));
}

function tillFile(name: string, content: Buffer): TillFile {
  const type = TYPES[extname(name)];
  if (!type) throw new Error(`no content type for ${name}`);
  const digest = createHash('sha256').update(content).digest('base64url');
  return { type, content, etag: `"${digest.slice(0, 27)}"` };
}
