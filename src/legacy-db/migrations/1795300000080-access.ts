import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, generatedId, ownColumn } from '../books/own-columns';

/**
 * `api_key`: keys by their hash; a name is never given twice, so that it always means one actor.
 * `console_session`: who is signed in. `act`: what was done at the console.
 */
export class Access1795300000080 implements MigrationInterface {
  readonly name = 'Access1795300000080';

  async up(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    const key = new Table({
      name: 'api_key',
      columns: [
        generatedId(runner),
        column('name', 'nvarchar(40)'),
        column('role', 'nvarchar(12)'),
        column('bill_types', 'nvarchar(7)'),
        column('sha256_hex', 'nvarchar(64)'),
        column('made_by', 'nvarchar(80)'),
        column('made_at_ms', 'bigint'),
        column('revoked_by', 'nvarchar(80)', 'null'),
        column('revoked_at_ms', 'bigint', 'null'),
      ],
      indices: [
        { name: 'ux_api_key_name', columnNames: ['name'], isUnique: true },
        { name: 'ux_api_key_hash', columnNames: ['sha256_hex'], isUnique: true },
      ],
    });
    const session = new Table({
      name: 'console_session',
      columns: [
        { ...column('token_sha256', 'nvarchar(64)'), isPrimary: true },
        column('key_name', 'nvarchar(40)'),
        column('key_mark', 'nvarchar(64)'),
        column('ends_at_ms', 'bigint'),
      ],
      indices: [{ name: 'ix_console_session_end', columnNames: ['ends_at_ms'] }],
    });
    const act = new Table({
      name: 'act',
      columns: [
        generatedId(runner),
        column('at_ms', 'bigint'),
        column('actor', 'nvarchar(80)'),
        column('kind', 'nvarchar(30)'),
        column('subject', 'nvarchar(100)'),
        column('bill_type', 'nchar(1)', 'null'),
        column('detail', 'nvarchar(400)'),
        column('request_id', 'nvarchar(64)', 'null'),
      ],
    });
    for (const table of [key, session, act]) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['act', 'console_session', 'api_key']);
  }
}
