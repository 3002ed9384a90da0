import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { BILL_TYPES } from '../../domain/bill';
import { dropTables, generatedId, isSqlServer, literals, ownColumn } from '../books/own-columns';

/**
 * `callback`: what a system is to be told, written with the move it tells. `callback_try`: each try
 * to tell it. `callback_receiver`: one row for each system, its last number, and since when it has
 * taken nothing.
 */
export class Callbacks1795300000050 implements MigrationInterface {
  readonly name = 'Callbacks1795300000050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(this.callback(runner), true);
    await runner.createTable(this.callbackTry(runner), true);
    await runner.createTable(this.receiver(runner), true);
    for (const billType of BILL_TYPES) {
      const key = literals(runner, billType);
      await runner.query(`insert into callback_receiver (bill_type, last_seq) select ${key}, 0
        where not exists (select 1 from callback_receiver where bill_type = ${key})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['callback_receiver', 'callback_try', 'callback']);
  }

  private callback(runner: QueryRunner): Table {
    const column = ownColumn(runner);
    const due = { name: 'ix_callback_due', columnNames: ['bill_type', 'due_at_ms'] };
    return new Table({
      name: 'callback',
      columns: [
        generatedId(runner),
        column('bill_type', 'nchar(1)'),
        column('receipt_row_id', 'bigint'),
        column('event_id', 'nvarchar(40)'),
        column('type', 'nvarchar(20)'),
        column('written_at_ms', 'bigint'),
        column('seq', 'bigint'),
        column('state', 'nvarchar(12)'),
        column('tries', 'int'),
        // Null: nothing is left to do, or it has no number yet.
        column('due_at_ms', 'bigint', 'null'),
        column('claimed_by', 'nvarchar(40)', 'null'),
        column('claim_until_ms', 'bigint'),
        column('body', isSqlServer(runner) ? 'nvarchar(max)' : 'text', 'null'),
        column('format', 'nvarchar(4)', 'null'),
        column('ended_at_ms', 'bigint', 'null'),
      ],
      indices: [
        { name: 'ux_callback_event', columnNames: ['event_id'], isUnique: true },
        { name: 'ix_callback_seq', columnNames: ['bill_type', 'seq'] },
        { name: 'ix_callback_receipt', columnNames: ['receipt_row_id'] },
        isSqlServer(runner) ? due : { ...due, where: 'due_at_ms IS NOT NULL' },
      ],
    });
  }

  private callbackTry(runner: QueryRunner): Table {
    const column = ownColumn(runner);
    return new Table({
      name: 'callback_try',
      columns: [
        generatedId(runner),
        column('callback_id', 'bigint'),
        column('at_ms', 'bigint'),
        column('duration_ms', 'bigint'),
        column('http_status', 'int', 'null'),
        column('verdict', 'nvarchar(12)'),
        column('answer', 'nvarchar(200)'),
      ],
      indices: [{ name: 'ix_callback_try_callback', columnNames: ['callback_id'] }],
    });
  }

  private receiver(runner: QueryRunner): Table {
    const column = ownColumn(runner);
    return new Table({
      name: 'callback_receiver',
      columns: [
        { ...column('bill_type', 'nchar(1)'), isPrimary: true },
        column('last_seq', 'bigint'),
        column('failing_since_ms', 'bigint', 'null'),
      ],
    });
  }
}
