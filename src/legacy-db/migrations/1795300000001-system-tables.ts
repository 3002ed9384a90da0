import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { Table } from 'typeorm';
import { installReference } from '../sqlserver/procedures/reference-scripts';
import { isSqlServer } from '../books/own-columns';

/** Text, because SQLite would turn a decimal into a float: yuan with exactly two decimals. */
const YUAN = 'varchar';

const SERIAL_TABLES = [
  'receipt_pos',
  'receipt_car_rental',
  'receipt_shuttle',
  'receipt_equipment',
  'receipt_concession',
  'receipt_stored_value',
];

/**
 * The tables of the seven systems. On SQL Server they belong to the stored procedures: where a
 * customer has none, the reference scripts make both; what exists is never touched.
 */
export class SystemTables1795300000001 implements MigrationInterface {
  readonly name = 'SystemTables1795300000001';

  async up(runner: QueryRunner): Promise<void> {
    if (isSqlServer(runner)) return installReference(runner);
    await runner.createTable(this.table('receipt_scenic', ['bill_key', 'autoid']), true);
    for (const name of SERIAL_TABLES) await runner.createTable(this.table(name, ['autoid']), true);
    await this.serial(runner);
    await this.cardBalance(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    // On SQL Server they hold the systems' own receipts by then: they stay.
    if (isSqlServer(runner)) return;
    for (const name of ['card_balance', 'receipt_serial', 'receipt_scenic', ...SERIAL_TABLES]) {
      await runner.dropTable(name, true);
    }
  }

  private table(name: string, primary: readonly string[]): Table {
    const column = (columnName: string, type: string, isNullable = false): TableColumnOptions => ({
      name: columnName,
      type,
      isNullable,
      isPrimary: primary.includes(columnName),
    });
    return new Table({
      name,
      columns: [
        column('autoid', 'nvarchar'),
        column('billnum', 'nvarchar'),
        column('bill_key', 'nvarchar'),
        column('paytype', 'nvarchar'),
        column('outtradeno', 'nvarchar'),
        column('paymentvalue', YUAN),
        column('body', 'nvarchar'),
        column('detail', 'nvarchar', true),
        column('clientip', 'nvarchar'),
        ...(name === 'receipt_stored_value' ? [column('cardno', 'nvarchar')] : []),
        column('result', 'nchar', true),
        column('tradeno', 'nvarchar', true),
        column('receiptvalue', YUAN, true),
        column('refundvalue', YUAN, true),
        column('buyer', 'nvarchar', true),
        column('begunat', 'varchar'),
        column('paidat', 'varchar', true),
      ],
      indices: [
        { name: `ux_${name}_outtradeno`, columnNames: ['outtradeno'], isUnique: true },
        ...(name === 'receipt_scenic'
          ? []
          : [{ name: `ix_${name}_bill`, columnNames: ['bill_key'] }]),
      ],
    });
  }

  private async serial(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'receipt_serial',
        columns: [
          {
            name: 'serial',
            type: 'integer',
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
          },
          { name: 'outtradeno', type: 'nvarchar', isUnique: true },
        ],
      }),
      true,
    );
  }

  private async cardBalance(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'card_balance',
        columns: [
          { name: 'cardno', type: 'nvarchar', isPrimary: true },
          { name: 'balance', type: YUAN },
        ],
      }),
      true,
    );
  }
}
