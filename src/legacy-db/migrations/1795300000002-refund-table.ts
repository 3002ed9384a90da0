import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';

/**
 * Refunds asked for or owed, one row for each batch number of a receipt. `queued`: owed, and not
 * asked for at Alipay yet; `done`: the money went back.
 */
export class RefundTable1795300000002 implements MigrationInterface {
  readonly name = 'RefundTable1795300000002';

  async up(runner: QueryRunner): Promise<void> {
    const sqlServer = runner.dataSource.options.type === 'mssql';
    await runner.createTable(
      new Table({
        name: 'refund',
        columns: [
          {
            name: 'id',
            // SQLite generates ids for a column of exactly the type INTEGER only.
            type: sqlServer ? 'bigint' : 'integer',
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
          },
          { name: 'receipt_row_id', type: 'bigint' },
          { name: 'batch_no', type: 'nvarchar', length: '50' },
          { name: 'amount_fen', type: 'bigint' },
          { name: 'state', type: 'nvarchar', length: '12' },
          { name: 'cause', type: 'nvarchar', length: '20' },
          { name: 'queued_at_ms', type: 'bigint' },
          { name: 'ended_at_ms', type: 'bigint', isNullable: true },
        ],
        indices: [
          { name: 'ux_refund', columnNames: ['receipt_row_id', 'batch_no'], isUnique: true },
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('refund', true);
  }
}
