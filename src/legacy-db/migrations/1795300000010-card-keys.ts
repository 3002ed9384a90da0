import { Logger } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sortCards } from '../books/card-keys';
import { isSqlServer } from '../books/own-columns';

/**
 * One row for each card, under its key (`cardKey`). A row that is alone of its card gets its key;
 * where several rows are one card nothing is added up: they stay, and `db:status` names them. On
 * SQL Server the table belongs to the procedures: `mssql/card-keys.sql` does it there.
 */
export class CardKeys1795300000010 implements MigrationInterface {
  readonly name = 'CardKeys1795300000010';

  async up(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) return;
    const rows = (await runner.query('select cardno from card_balance')) as { cardno: string }[];
    const { renames, clashes } = sortCards(rows.map(({ cardno }) => cardno));
    for (const [cardNo, key] of renames) {
      await runner.query('update card_balance set cardno = ? where cardno = ?', [key, cardNo]);
    }
    if (clashes.length === 0) return;
    const count = `${clashes.length} card${clashes.length === 1 ? ' has' : 's have'}`;
    const logger = new Logger('LegacyDb');
    logger.warn(`${count} more than one row in card_balance: left alone, see npm run db:status`);
  }

  async down(): Promise<void> {
    // How a card was written before is in receipt_stored_value; its key works as well.
  }
}
