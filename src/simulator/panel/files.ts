import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the panel as it is sent. */
export interface PanelFile {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  'panel.css': 'text/css; charset=utf-8',
  'panel.js': 'text/javascript; charset=utf-8',
};

/** The panel's files by name, read once. */
export function readPanelFiles(): ReadonlyMap<string, PanelFile> {
  return new Map(
    Object.entries(TYPES).map(([name, type]) => {
      const content = readFileSync(join(__dirname, 'public', name));
      const digest = createHash('sha256').update(content).digest('base64url');
      return [name, { type, content, etag: `"${digest.slice(0, 27)}"` }];
    }),
  );
}
