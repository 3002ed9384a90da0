import type { BillType } from '../domain/bill';
import type { DatabaseStatus } from '../health/database-status';
import type { PartHolds } from './refunds/part-holds';
import type { Database } from './sql/database';
import type { SystemReceipts } from './systems/system-receipts';

/** A store in use: the books, each system's own part of them, and how they are. */
export interface OpenDatabase {
  readonly database: Database;
  /** Each system's own tables. A missing row does not compile. */
  readonly systems: Readonly<Record<BillType, SystemReceipts>>;
  /** May parts of a recharge go back? */
  readonly holds: PartHolds;
  readonly status: DatabaseStatus;
  /** Waits for what was handed in, then lets go of the database. */
  close(): Promise<void>;
}
