import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the panel as it is sent. */
export interface PanelFile {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

const CSS = 'text/css; charset=utf-8';
const FILES: readonly (readonly [name: string, type: string, folder: string])[] = [
  ['colours.css', CSS, '../../look'],
  ['panel.css', CSS, 'public'],
  ['panel.js', 'text/javascript; charset=utf-8', 'public'],
];

/** The panel's files by name, read once. */
export function readPanelFiles(): ReadonlyMap<string, PanelFile> {
  return new Map(
    FILES.map(([name, type, folder]) => {
      const content = readFileSync(join(__dirname, folder, name));
      const digest = createHash('sha256').update(content).digest('base64url');
      return [name, { type, content, etag: `"${digest.slice(0, 27)}"` }];
    }),
  );
}
