import type { MssqlConfig } from '../../config/database-config';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { KNOWN_MIGRATIONS, MIGRATIONS } from '../data-source';
import type { OpenDatabase } from '../open-database';
import { probeHolds } from '../refunds/hold-probe';
import { ProbedHolds } from '../refunds/part-holds';
import { KnownBooks } from '../sql/known-books';
import { connectionOptions } from './connection-options';
import { MssqlConnection } from './mssql-connection';
import { mssqlDataSource } from './mssql-data-source';
import { MssqlDatabase } from './mssql-database';
import { procedureReceipts } from './procedure-receipts';
import { UnitSlots } from './unit-slots';

/** How long the start of the service waits for the database before it goes on without it. ms. */
const START_WITHIN_MS = 10_000;
/** Connections that units of work leave to reads. */
const FOR_READS = 2;

/** Opens SQL Server; when it is not there the service starts all the same and keeps trying. */
export async function openMssql(
  config: MssqlConfig,
  clock: Clock,
  randomness: Randomness,
): Promise<OpenDatabase> {
  const { pool } = connectionOptions(config);
  const connection = new MssqlConnection(
    () => mssqlDataSource(config, MIGRATIONS),
    clock,
    randomness,
  );
  const slots = new UnitSlots(Math.max(1, pool.max - FOR_READS), pool.acquireTimeoutMillis, clock);
  const database = new MssqlDatabase(() => connection.current(), slots, clock, randomness);
  await connection.open(START_WITHIN_MS);
  const systems = procedureReceipts(config.parameterNames);
  const known = new KnownBooks(database, KNOWN_MIGRATIONS);
  const probe = () => probeHolds(known, systems['7'], randomness, clock.nowMs());
  return {
    database: known,
    systems,
    holds: new ProbedHolds(probe, clock),
    status: { problem: () => connection.problem() },
    close: async () => {
      await database.idle();
      await connection.close();
    },
  };
}
