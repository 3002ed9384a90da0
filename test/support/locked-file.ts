import BetterSqlite3 from 'better-sqlite3';

/** Runs `work` while another program holds the one lock for writing that an SQLite file has. */
export async function whileLocked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const rival = new BetterSqlite3(file);
  rival.exec('BEGIN IMMEDIATE');
  try {
    return await work();
  } finally {
    rival.exec('ROLLBACK');
    rival.close();
  }
}
