import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addOwnColumn, dropOwnColumn, literals } from '../books/own-columns';

const COLUMNS = [
  { name: 'cancel_tries', type: 'int', standard: '0' },
  { name: 'cancel_answers', type: 'int', standard: '0' },
  { name: 'cancel_sent_at_ms', type: 'bigint' },
  { name: 'check_at_ms', type: 'bigint' },
];

/**
 * How many cancels were sent and answered. Until now the lease of the code said so, too, and of a
 * refund nobody knew: what is under way in older books counts as one that has no answer.
 */
export class CancelCounts1795300000006 implements MigrationInterface {
  readonly name = 'CancelCounts1795300000006';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await addOwnColumn(runner, 'receipt', column);
    await runner.query(`update receipt set cancel_tries = 1,
      cancel_sent_at_ms = lease_until_ms - 60000, lease_until_ms = 0
      where cancel_tries = 0 and lease_until_ms > 0 and undo_reason is not null
      and state in (${literals(runner, 'cancelling', 'closed', 'cancelled', 'failed')})`);
    await runner.query(`update receipt set cancel_tries = 1, cancel_sent_at_ms = undo_at_ms
      where cancel_tries = 0 and state in (${literals(runner, 'refunding')})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of COLUMNS) await dropOwnColumn(runner, 'receipt', name);
  }
}
