import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';

/** Which payments XPOS asked for, by the caller's own key. */
export class XposRequests1795300000005 implements MigrationInterface {
  readonly name = 'XposRequests1795300000005';

  async up(runner: QueryRunner): Promise<void> {
    const mssql = runner.dataSource.options.type === 'mssql';
    // Compared byte by byte on both stores: keys that look alike are different keys.
    const collation = mssql ? { collation: 'Latin1_General_BIN2' } : {};
    const id = {
      name: 'id',
      type: mssql ? 'bigint' : 'integer',
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    } as const;
    const key = (name: string) => ({ name, type: 'nvarchar', length: '64', ...collation });
    await runner.createTable(
      new Table({
        name: 'xpos_request',
        columns: [
          id,
          key('app_key'),
          key('request_id'),
          key('content'),
          key('out_biz_id'),
          key('out_trade_no'),
          { name: 'asked_at_ms', type: 'bigint' },
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
    await runner.dropTable('xpos_request', true);
  }
}
