import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addOwnColumn, dropOwnColumn } from '../books/own-columns';

/** The number a refund was asked for under at Alipay, of refunds that were made elsewhere. */
export class ForeignRefunds1795300000008 implements MigrationInterface {
  readonly name = 'ForeignRefunds1795300000008';

  async up(runner: QueryRunner): Promise<void> {
    await addOwnColumn(runner, 'refund', { name: 'out_request_no', type: 'nvarchar(64)' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropOwnColumn(runner, 'refund', 'out_request_no');
  }
}
