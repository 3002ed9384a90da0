import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { KEYS_FOLDER } from './rsa-pairs';

const KEPT = join(KEYS_FOLDER, 'simulator');

/** Gives a simulator that never ran an account and keys, which it would make itself. */
export function giveSimulatorKeys(dataDir: string): void {
  if (existsSync(KEPT)) cpSync(KEPT, dataDir, { recursive: true });
}

/** Keeps what the first simulator of a working copy has made, to be given to the others. */
export function keepSimulatorKeys(dataDir: string): void {
  if (existsSync(KEPT) || !existsSync(join(dataDir, 'account.json'))) return;
  mkdirSync(KEYS_FOLDER, { recursive: true, mode: 0o700 });
  const ours = mkdtempSync(`${KEPT}-`);
  for (const name of readdirSync(dataDir)) {
    if (/^account\.json$|\.pem$/.test(name)) cpSync(join(dataDir, name), join(ours, name));
  }
  try {
    renameSync(ours, KEPT); // In one step: another test may keep its own at the same time.
  } catch (error) {
    rmSync(ours, { recursive: true });
    if (!existsSync(KEPT)) throw error;
  }
}
