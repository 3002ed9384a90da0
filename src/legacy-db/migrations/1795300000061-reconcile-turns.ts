import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, ownColumn } from '../books/own-columns';

/** Who compares which day, what is still to do of it, and what it cost each system. */
export class ReconcileTurns1795300000061 implements MigrationInterface {
  readonly name = 'ReconcileTurns1795300000061';

  async up(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'reconcile_turn',
        columns: [
          { ...column('bill_date', 'nvarchar(10)'), isPrimary: true },
          column('claimed_by', 'nvarchar(40)', 'null'),
          column('claim_until_ms', 'bigint'),
          column('looked_at_ms', 'bigint', 'null'),
          column('word', 'nvarchar(16)', 'null'),
          column('bookings', 'bigint'),
          column('seen_bookings', 'bigint'),
          column('finished', 'int'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'reconciled_fee',
        columns: [
          { ...column('bill_date', 'nvarchar(10)'), isPrimary: true },
          { ...column('bill_type', 'nvarchar(1)'), isPrimary: true },
          column('fee_fen', 'bigint'),
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['reconciled_fee', 'reconcile_turn']);
  }
}
