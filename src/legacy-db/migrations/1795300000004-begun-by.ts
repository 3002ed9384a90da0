import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table, TableColumn } from 'typeorm';
import { isSqlServer, ownColumn } from '../books/own-columns';

/** Which operation began a receipt. All that are there were begun by ScanCode. */
export class BegunBy1795300000004 implements MigrationInterface {
  readonly name = 'BegunBy1795300000004';

  async up(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) return this.upOnSqlServer(runner);
    if (await runner.hasColumn('receipt', 'begun_by')) return;
    // TypeORM's addColumn would copy the whole table; this adds it in no time.
    await runner.query(`alter table receipt add begun_by nvarchar(8) not null default 'scanCode'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) await runner.dropColumn('receipt', 'begun_by');
    else await runner.query('alter table receipt drop column begun_by');
  }

  private async upOnSqlServer(runner: QueryRunner): Promise<void> {
    const asked = `select col_length(N'receipt', N'begun_by') as width`;
    const [found] = (await runner.query(asked)) as { width?: number | null }[];
    if (typeof found?.width === 'number') return;
    const column = { ...ownColumn(runner)('begun_by', 'nvarchar(8)'), default: "N'scanCode'" };
    // By a table of our own making: for a name TypeORM reads the whole catalogue first.
    await runner.addColumn(new Table({ name: 'receipt' }), new TableColumn(column));
  }
}
