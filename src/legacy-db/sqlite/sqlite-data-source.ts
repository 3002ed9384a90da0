import type { DataSource } from 'typeorm';

/**
 * Brings an SQLite file's schema up to date. It is locked before it is read which migrations are
 * missing: of two processes the second finds none, instead of making every step again. Throws the
 * driver's SQLITE_BUSY while another process holds the lock.
 */
export async function migrateLocked(writer: DataSource): Promise<void> {
  await writer.query('begin immediate');
  try {
    await writer.runMigrations({ transaction: 'none' });
    await writer.query('commit');
  } catch (error) {
    await writer.query('rollback').catch(() => undefined); // SQLite may have done it already.
    throw error;
  }
}
