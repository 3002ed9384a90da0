import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addOwnColumn, dropOwnColumn } from '../books/own-columns';

const COLUMNS = [
  { name: 'actor', type: 'nvarchar(64)' },
  { name: 'request_id', type: 'nvarchar(64)' },
  { name: 'from_state', type: 'nvarchar(12)' },
  { name: 'amount_fen', type: 'bigint' },
];

/** Who did what, from where and over how much: of events before it nobody knows. */
export class EventActors1795300000040 implements MigrationInterface {
  readonly name = 'EventActors1795300000040';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await addOwnColumn(runner, 'receipt_event', column);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of COLUMNS) await dropOwnColumn(runner, 'receipt_event', name);
  }
}
