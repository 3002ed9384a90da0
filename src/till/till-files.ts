import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** A file of the till as it is sent. */
export interface TillFile {
  readonly type: string;
  readonly content: Buffer;
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

function readTillFile(path: string): TillFile {
  const type = TYPES[extname(path)];
  if (!type) throw new Error(`no content type for ${path}`);
  return { type, content: readFileSync(path) };
}

/** The page, told whether the Alipay behind it is simulated. */
export function readPage(simulator: boolean): TillFile {
  const { type, content } = readTillFile(join(PUBLIC, PAGE));
  const text = content.toString('utf8');
  const told = text.replace('data-simulator="no"', `data-simulator="${simulator ? 'yes' : 'no'}"`);
  return { type, content: Buffer.from(told, 'utf8') };
}

/** The files of the page by name, the QR library's browser module among them. */
export function readTillFiles(): ReadonlyMap<string, TillFile> {
  const files = new Map<string, TillFile>();
  for (const name of readdirSync(PUBLIC)) {
    if (name !== PAGE) files.set(name, readTillFile(join(PUBLIC, name)));
  }
  const library = dirname(require.resolve('qrcode-generator'));
  return files.set('qrcode.mjs', readTillFile(join(library, 'qrcode.mjs')));
}
