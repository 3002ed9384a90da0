import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table, TableIndex } from 'typeorm';
import { addOwnColumn, dropOwnColumn, isSqlServer, literals } from '../books/own-columns';

const RECEIPT_COLUMNS = [
  { name: 'giving_back', type: 'nvarchar(8)', standard: "'none'" },
  { name: 'refund_sent_at_ms', type: 'bigint' },
];

const REFUND_COLUMNS = [
  { name: 'batch_key', type: 'nvarchar(50)' },
  { name: 'operator_no', type: 'nvarchar(32)' },
  { name: 'reason', type: 'nvarchar(256)' },
  { name: 'caller', type: 'nvarchar(64)' },
  { name: 'tries', type: 'int', standard: '0' },
  { name: 'answered', type: 'int', standard: '0' },
  { name: 'asked_at_ms', type: 'bigint' },
  { name: 'answered_at_ms', type: 'bigint' },
  { name: 'last_word', type: 'nvarchar(64)' },
  { name: 'given_up', type: 'nvarchar(12)' },
  { name: 'refunded_at_ms', type: 'bigint' },
  { name: 'due_at_ms', type: 'bigint' },
  { name: 'claimed_by', type: 'nvarchar(40)' },
  { name: 'claim_until_ms', type: 'bigint', standard: '0' },
];

const OLD_KEY = { name: 'ux_refund', columnNames: ['receipt_row_id', 'batch_no'], isUnique: true };
const KEY = {
  name: 'ux_refund_batch',
  columnNames: ['receipt_row_id', 'batch_key'],
  isUnique: true,
};
const DUE = { name: 'ix_refund_due', columnNames: ['due_at_ms'] };

/**
 * Refunds under a number of ours: who wants them, how often they were sent and answered, when they
 * are looked at. And by what a receipt's money goes back: only a cancel may be cancelled again.
 * Until now everything that goes back does so by a cancel.
 */
export class Refunds1795300000042 implements MigrationInterface {
  readonly name = 'Refunds1795300000042';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of RECEIPT_COLUMNS) await addOwnColumn(runner, 'receipt', column);
    for (const column of REFUND_COLUMNS) await addOwnColumn(runner, 'refund', column);
    await runner.query(`update receipt set giving_back = ${literals(runner, 'cancel')}
      where state = ${literals(runner, 'refunding')}`);
    await runner.query(`update refund set batch_no = ${markedBatch(runner)}
      where cause = ${literals(runner, 'duplicate')}`);
    await runner.query('update refund set batch_key = batch_no');
    const refund = new Table({ name: 'refund' });
    await runner.dropIndex(refund, new TableIndex(OLD_KEY));
    await runner.createIndex(refund, new TableIndex(KEY));
    const due = isSqlServer(runner) ? DUE : { ...DUE, where: 'due_at_ms is not null' };
    await runner.createIndex(refund, new TableIndex(due));
  }

  /** Refuses while a refund is open: the version before would cancel all of it. */
  async down(runner: QueryRunner): Promise<void> {
    const [open] = (await runner.query(`select id from refund
      where state = ${literals(runner, 'asked')}`)) as unknown[];
    if (open) throw new Error('a refund is not decided: the version before would cancel all of it');
    const refund = new Table({ name: 'refund' });
    await runner.dropIndex(refund, new TableIndex(DUE));
    await runner.dropIndex(refund, new TableIndex(KEY));
    await runner.query(`update refund set batch_no = ${literals(runner, 'duplicate')}
      where cause = ${literals(runner, 'duplicate')}`);
    await runner.createIndex(refund, new TableIndex(OLD_KEY));
    for (const { name } of REFUND_COLUMNS) await dropOwnColumn(runner, 'refund', name);
    for (const { name } of RECEIPT_COLUMNS) await dropOwnColumn(runner, 'receipt', name);
  }
}

/** The batch of a duplicate with the control character that no caller can send. */
function markedBatch(runner: QueryRunner): string {
  return isSqlServer(runner) ? "nchar(1) + N'duplicate'" : "char(1) || 'duplicate'";
}
