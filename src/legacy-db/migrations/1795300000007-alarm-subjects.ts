import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table, TableIndex } from 'typeorm';
import { addOwnColumn, dropOwnColumn, literals } from '../books/own-columns';

const COLUMNS = [
  { name: 'subject', type: 'nvarchar(100)', standard: "''" },
  // 0 while it is open, its id once it is closed: so one of a kind is open at a time, by a key
  // that has no nulls.
  { name: 'open_mark', type: 'bigint', standard: '0' },
  { name: 'closed_at_ms', type: 'bigint' },
  { name: 'closed_by', type: 'nvarchar(64)' },
  { name: 'close_note', type: 'nvarchar(400)' },
];

const OLD_KEY = { name: 'ux_alarm', columnNames: ['receipt_row_id', 'kind'], isUnique: true };
const KEY = {
  name: 'ux_alarm_open',
  columnNames: ['subject', 'kind', 'open_mark'],
  isUnique: true,
};
const BY_RECEIPT = { name: 'ix_alarm_receipt', columnNames: ['receipt_row_id'] };

/** Alarms about anything, not only receipts, and such as can be closed and raised again. */
export class AlarmSubjects1795300000007 implements MigrationInterface {
  readonly name = 'AlarmSubjects1795300000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await addOwnColumn(runner, 'alarm', column);
    await runner.query(`update alarm
      set subject = concat(${literals(runner, 'receipt ')}, receipt_row_id)
      where subject in (${literals(runner, '')})`);
    const alarm = new Table({ name: 'alarm' });
    await runner.dropIndex(alarm, new TableIndex(OLD_KEY));
    await runner.createIndex(alarm, new TableIndex(KEY));
    await runner.createIndex(alarm, new TableIndex(BY_RECEIPT));
  }

  async down(runner: QueryRunner): Promise<void> {
    const alarm = new Table({ name: 'alarm' });
    await runner.dropIndex(alarm, new TableIndex(BY_RECEIPT));
    await runner.dropIndex(alarm, new TableIndex(KEY));
    await runner.query('delete from alarm where receipt_row_id = 0 or open_mark <> 0');
    await runner.createIndex(alarm, new TableIndex(OLD_KEY));
    for (const { name } of COLUMNS) await dropOwnColumn(runner, 'alarm', name);
  }
}
