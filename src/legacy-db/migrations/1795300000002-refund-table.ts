import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, generatedId, ownColumn } from '../books/own-columns';

/**
 * Refunds asked for or owed, one row for each batch number of a receipt. `queued`: owed, and not
 * asked for at Alipay yet; `done`: the money went back.
 */
export class RefundTable1795300000002 implements MigrationInterface {
  readonly name = 'RefundTable1795300000002';

  async up(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'refund',
        columns: [
          generatedId(runner),
          column('receipt_row_id', 'bigint'),
          column('batch_no', 'nvarchar(50)'),
          column('amount_fen', 'bigint'),
          column('state', 'nvarchar(12)'),
          column('cause', 'nvarchar(20)'),
          column('queued_at_ms', 'bigint'),
          column('ended_at_ms', 'bigint', 'null'),
        ],
        indices: [
          { name: 'ux_refund', columnNames: ['receipt_row_id', 'batch_no'], isUnique: true },
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['refund']);
  }
}
