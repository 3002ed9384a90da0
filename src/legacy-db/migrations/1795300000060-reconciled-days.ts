import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, generatedId, isSqlServer, ownColumn } from '../books/own-columns';

/** What came of comparing the books with Alipay's daily bills. */
export class ReconciledDays1795300000060 implements MigrationInterface {
  readonly name = 'ReconciledDays1795300000060';

  async up(runner: QueryRunner): Promise<void> {
    await this.day(runner);
    await this.difference(runner);
    await this.movement(runner);
    // By a statement of our own: TypeORM reads the whole catalogue first.
    if (isSqlServer(runner)) {
      await runner.query(`if not exists (select 1 from sys.indexes
          where name = N'ix_receipt_refunded' and object_id = object_id(N'receipt'))
        create index ix_receipt_refunded on receipt (refunded_fen, id)`);
      return;
    }
    await runner.query(`create index if not exists ix_receipt_refunded on receipt (id)
      where refunded_fen > 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const on = isSqlServer(runner) ? ' on receipt' : '';
    await runner.query(`drop index ix_receipt_refunded${on}`);
    await dropTables(runner, ['reconciled_movement', 'reconciled_difference', 'reconciled_day']);
  }

  private async day(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'reconciled_day',
        columns: [
          { ...column('bill_date', 'nvarchar(10)'), isPrimary: true },
          column('account', 'nvarchar(24)'),
          column('digest', 'nvarchar(64)'),
          column('compared_at_ms', 'bigint'),
          column('payments', 'bigint'),
          column('paid_fen', 'bigint'),
          column('refunds', 'bigint'),
          column('refunded_fen', 'bigint'),
          column('net_fen', 'bigint'),
          column('foreign_rows', 'bigint'),
          column('differences', 'bigint'),
        ],
      }),
      true,
    );
  }

  private async difference(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'reconciled_difference',
        columns: [
          generatedId(runner),
          column('bill_date', 'nvarchar(10)'),
          column('kind', 'nvarchar(24)'),
          column('is_open', 'int'),
          column('moved', 'nvarchar(8)', 'null'),
          column('at_ms', 'bigint', 'null'),
          column('out_trade_no', 'nvarchar(64)'),
          column('trade_no', 'nvarchar(64)', 'null'),
          column('request_no', 'nvarchar(64)', 'null'),
          column('billed_fen', 'bigint', 'null'),
          column('booked_fen', 'bigint', 'null'),
          column('receipt_row_id', 'bigint', 'null'),
          column('movement_key', 'nvarchar(100)', 'null'),
        ],
        indices: [{ name: 'ix_reconciled_difference', columnNames: ['bill_date'] }],
      }),
      true,
    );
  }

  private async movement(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'reconciled_movement',
        columns: [
          { ...column('movement_key', 'nvarchar(100)'), isPrimary: true },
          column('bill_date', 'nvarchar(10)'),
        ],
        indices: [{ name: 'ix_reconciled_movement', columnNames: ['bill_date'] }],
      }),
      true,
    );
  }
}
