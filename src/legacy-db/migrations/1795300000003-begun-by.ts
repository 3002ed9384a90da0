import type { MigrationInterface, QueryRunner } from 'typeorm';

function isSqlServer(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'mssql';
}

/** Which operation began a receipt. All that are there were begun by ScanCode. */
export class BegunBy1795300000003 implements MigrationInterface {
  readonly name = 'BegunBy1795300000003';

  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('receipt', 'begun_by')) return;
    const scanCode = isSqlServer(runner) ? "N'scanCode'" : "'scanCode'";
    // TypeORM's addColumn would copy the whole table on SQLite; this adds it in no time.
    await runner.query(
      `alter table receipt add begun_by nvarchar(8) constraint df_receipt_begun_by
       default ${scanCode} not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) {
      await runner.query('alter table receipt drop constraint df_receipt_begun_by');
    }
    await runner.query('alter table receipt drop column begun_by');
  }
}
