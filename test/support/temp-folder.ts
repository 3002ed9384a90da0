import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh folder that `remove` deletes with everything in it. */
export function tempFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), '3pay-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
