import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSqlServer } from '../books/own-columns';

/**
 * Finds the receipts of a bill of the ticket system: the embedded table's primary key begins with
 * their numbers, so every Begin and End looked at all of them. SQL Server's begins with the bill.
 */
export class ScenicBills1795300000090 implements MigrationInterface {
  readonly name = 'ScenicBills1795300000090';

  async up(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) return;
    await runner.query(`create index if not exists ix_receipt_scenic_bill
      on receipt_scenic (bill_key, autoid)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) return;
    await runner.query('drop index ix_receipt_scenic_bill');
  }
}
