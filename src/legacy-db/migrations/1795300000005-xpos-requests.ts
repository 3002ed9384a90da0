import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, generatedId, ownColumn } from '../books/own-columns';

/** Which payments XPOS asked for, by the caller's own key. */
export class XposRequests1795300000005 implements MigrationInterface {
  readonly name = 'XposRequests1795300000005';

  async up(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'xpos_request',
        columns: [
          generatedId(runner),
          ...['app_key', 'request_id', 'content', 'out_biz_id', 'out_trade_no'].map((name) =>
            column(name, 'nvarchar(64)'),
          ),
          column('asked_at_ms', 'bigint'),
        ],
        indices: [
          { name: 'ux_xpos_request', columnNames: ['app_key', 'request_id'], isUnique: true },
          { name: 'ux_xpos_request_no', columnNames: ['out_trade_no'], isUnique: true },
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['xpos_request']);
  }
}
