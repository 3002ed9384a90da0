import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSqlServer } from '../own-columns';

/** Which operation began a receipt. All that are there were begun by ScanCode. */
export class BegunBy1795300000004 implements MigrationInterface {
  readonly name = 'BegunBy1795300000004';

  async up(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) {
      await runner.query(`if col_length(N'receipt', N'begun_by') is null
        alter table receipt add begun_by nvarchar(8) not null
        constraint df_receipt_begun_by default N'scanCode'`);
      return;
    }
    if (await runner.hasColumn('receipt', 'begun_by')) return;
    // TypeORM's addColumn would copy the whole table; this adds it in no time.
    await runner.query(`alter table receipt add begun_by nvarchar(8) not null default 'scanCode'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) {
      await runner.query('alter table receipt drop constraint df_receipt_begun_by');
    }
    await runner.query('alter table receipt drop column begun_by');
  }
}
