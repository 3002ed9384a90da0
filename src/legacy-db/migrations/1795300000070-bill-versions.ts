import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addOwnColumn, dropOwnColumn, isSqlServer } from '../books/own-columns';

/** What is read of receipts that are due stands in their index: such reads touch no row itself. */
const DUE = 'ix_receipt_due';
const DUE_IS_THERE = `exists (select 1 from sys.indexes
    where name = N'${DUE}' and object_id = object_id(N'receipt'))`;
const READ_OF_DUE = 'claim_until_ms, claimed_by, state, begun_at_ms';

/**
 * `bill.version`: raised by each unit of work on the bill, so that who has read and decided sees
 * whether another one was first.
 */
export class BillVersions1795300000070 implements MigrationInterface {
  readonly name = 'BillVersions1795300000070';

  async up(runner: QueryRunner): Promise<void> {
    await addOwnColumn(runner, 'bill', { name: 'version', type: 'bigint', standard: '0' });
    if (!isSqlServer(runner)) return; // Readers wait for nobody there.
    await runner.query(`if ${DUE_IS_THERE} drop index ${DUE} on receipt`);
    await runner.query(`create index ${DUE} on receipt (due_at_ms) include (${READ_OF_DUE})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) {
      await runner.query(`if ${DUE_IS_THERE} drop index ${DUE} on receipt`);
      await runner.query(`create index ${DUE} on receipt (due_at_ms)`);
    }
    await dropOwnColumn(runner, 'bill', 'version');
  }
}
