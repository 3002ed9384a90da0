import type { MigrationInterface, QueryRunner, TableIndexOptions } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, generatedId, isSqlServer, ownColumn } from '../books/own-columns';

/** Our own tables: money in fen and instants in ms, both as bigint. The same on both stores. */
export class OwnTables1795300000000 implements MigrationInterface {
  readonly name = 'OwnTables1795300000000';

  async up(runner: QueryRunner): Promise<void> {
    await this.bill(runner);
    await this.receipt(runner);
    await this.receiptEvent(runner);
    await this.alarm(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['alarm', 'receipt_event', 'receipt', 'bill']);
  }

  private async bill(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'bill',
        columns: [
          generatedId(runner),
          column('bill_type', 'nchar(1)'),
          column('bill_key', 'nvarchar(20)'),
          column('live_receipt_id', 'bigint', 'null'),
          column('bill_status', 'nvarchar(10)'),
        ],
        indices: [{ name: 'ux_bill', columnNames: ['bill_type', 'bill_key'], isUnique: true }],
      }),
      true,
    );
  }

  private async receipt(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'receipt',
        columns: [
          generatedId(runner),
          column('bill_id', 'bigint'),
          column('bill_type', 'nchar(1)'),
          column('bill_no', 'nvarchar(20)'),
          column('receipt_id', 'nvarchar(36)'),
          column('pay_type', 'nvarchar(2)'),
          column('amount_fen', 'bigint'),
          column('card_no', 'nvarchar(20)', 'null'),
          column('out_trade_no', 'nvarchar(64)'),
          column('state', 'nvarchar(12)'),
          column('precreate_call', isSqlServer(runner) ? 'nvarchar(max)' : 'text'),
          column('precreate_tries', 'int'),
          column('lease_until_ms', 'bigint'),
          column('qr_code', 'nvarchar(1024)', 'null'),
          column('code_ends_at_ms', 'bigint'),
          column('scanned_at_ms', 'bigint', 'null'),
          column('channel_status', 'nvarchar(32)', 'null'),
          column('trade_no', 'nvarchar(64)', 'null'),
          column('paid_fen', 'bigint', 'null'),
          column('buyer', 'nvarchar(128)', 'null'),
          column('paid_at_ms', 'bigint', 'null'),
          column('refunded_fen', 'bigint'),
          column('told_at_ms', 'bigint', 'null'),
          column('late_look_at_ms', 'bigint', 'null'),
          column('begun_at_ms', 'bigint'),
          column('duplicate', 'int'),
          column('booked_after_id', 'bigint', 'null'),
          column('undo_reason', 'nvarchar(12)', 'null'),
          column('undo_at_ms', 'bigint', 'null'),
          column('ended_at_ms', 'bigint', 'null'),
          column('due_at_ms', 'bigint', 'null'),
          column('claimed_by', 'nvarchar(40)', 'null'),
          column('claim_until_ms', 'bigint'),
        ],
        indices: this.receiptIndices(runner),
      }),
      true,
    );
  }

  private receiptIndices(runner: QueryRunner): TableIndexOptions[] {
    const bill = { name: 'ux_receipt_bill', columnNames: ['bill_id', 'receipt_id', 'pay_type'] };
    const number = { name: 'ux_receipt_out_trade_no', columnNames: ['out_trade_no'] };
    const trade = { name: 'ux_receipt_trade_no', columnNames: ['trade_no'], isUnique: true };
    const due = { name: 'ix_receipt_due', columnNames: ['due_at_ms'] };
    const unique = [
      { ...number, isUnique: true },
      { ...bill, isUnique: true },
    ];
    // To SQL Server two nulls are the same key; table `trade` keeps trades apart on both stores.
    if (isSqlServer(runner)) return [...unique, due];
    return [
      ...unique,
      { ...trade, where: 'trade_no IS NOT NULL' },
      { ...due, where: 'due_at_ms IS NOT NULL' },
    ];
  }

  private async receiptEvent(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'receipt_event',
        columns: [
          generatedId(runner),
          column('receipt_row_id', 'bigint'),
          column('at_ms', 'bigint'),
          column('event', 'nvarchar(20)'),
          column('state', 'nvarchar(12)'),
          column('cause', 'nvarchar(20)'),
          column('channel_status', 'nvarchar(32)', 'null'),
        ],
        indices: [{ name: 'ix_receipt_event_receipt', columnNames: ['receipt_row_id'] }],
      }),
      true,
    );
  }

  private async alarm(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'alarm',
        columns: [
          generatedId(runner),
          column('receipt_row_id', 'bigint'),
          column('kind', 'nvarchar(30)'),
          column('detail', 'nvarchar(400)'),
          column('raised_at_ms', 'bigint'),
        ],
        indices: [{ name: 'ux_alarm', columnNames: ['receipt_row_id', 'kind'], isUnique: true }],
      }),
      true,
    );
  }
}
