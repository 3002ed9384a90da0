import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addOwnColumn, dropOwnColumn, isSqlServer } from '../books/own-columns';

const TABLE = 'receipt_stored_value';

/**
 * What a card has given up for a receipt, as a running total. Until now the result H said that it
 * had given up all of it. On SQL Server the table belongs to the procedures: `held-values.sql` does
 * it there.
 */
export class HeldValues1795300000041 implements MigrationInterface {
  readonly name = 'HeldValues1795300000041';

  async up(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) return;
    await addOwnColumn(runner, TABLE, { name: 'heldvalue', type: 'varchar' });
    await runner.query(`update ${TABLE} set heldvalue = receiptvalue, result = 'S'
      where result = 'H'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) return;
    const parts = `select autoid from ${TABLE} where heldvalue <> '0.00'
      and (heldvalue <> receiptvalue or result = 'R' and refundvalue <> receiptvalue)`;
    const [part] = (await runner.query(parts)) as unknown[];
    if (part) throw new Error('a card has given up a part: what was before cannot say so');
    await runner.query(`update ${TABLE} set result = 'H'
      where result = 'S' and heldvalue = receiptvalue`);
    await dropOwnColumn(runner, TABLE, 'heldvalue');
  }
}
