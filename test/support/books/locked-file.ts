import { openHandle } from '../../../src/legacy-db/sqlite/sqlite-driver';

/** Runs `work` while another program holds the one lock for writing that an SQLite file has. */
export async function whileLocked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const rival = openHandle(file);
  rival.exec('BEGIN IMMEDIATE');
  try {
    return await work();
  } finally {
    rival.exec('ROLLBACK');
    rival.close();
  }
}
