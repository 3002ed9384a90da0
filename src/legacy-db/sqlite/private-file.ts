import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The books hold buyers, cards and what a day brought in: they are for our own user alone. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const EVERYBODY = 0o007;

/**
 * Makes the file of the books and the folders it needs, for our own user alone; SQLite gives its
 * `-wal` and `-shm` the same rights. A file that is there and open to everybody is closed; rights
 * given to a group are left, and so are folders. Throws as `node:fs` does.
 */
export function makePrivate(file: string): void {
  if (!existsSync(file)) {
    mkdirSync(dirname(resolve(file)), { recursive: true, mode: FOLDER_MODE });
    closeSync(openSync(file, 'a', FILE_MODE));
  }
  for (const each of [file, `${file}-wal`, `${file}-shm`]) closeToEverybody(each);
}

function closeToEverybody(file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & EVERYBODY) === 0) return;
  try {
    chmodSync(file, FILE_MODE);
  } catch {
    // It belongs to another user, who decides about it.
  }
}
