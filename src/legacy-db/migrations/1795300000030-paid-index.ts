import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSqlServer } from '../books/own-columns';

/** Finds receipts by the time of their payment. */
export class PaidIndex1795300000030 implements MigrationInterface {
  readonly name = 'PaidIndex1795300000030';

  async up(runner: QueryRunner): Promise<void> {
    // By statements of our own: TypeORM reads the whole catalogue first, and for a name it cannot.
    if (isSqlServer(runner)) {
      await runner.query(`if not exists (select 1 from sys.indexes
          where name = N'ix_receipt_paid' and object_id = object_id(N'receipt'))
        create index ix_receipt_paid on receipt (paid_at_ms)`);
      return;
    }
    await runner.query(`create index if not exists ix_receipt_paid on receipt (paid_at_ms)
      where paid_at_ms is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) await runner.query('drop index ix_receipt_paid on receipt');
    else await runner.query('drop index ix_receipt_paid');
  }
}
