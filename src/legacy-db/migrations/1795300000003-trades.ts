import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, ownColumn } from '../books/own-columns';

/** Whose a trade at Alipay is, by a key without nulls; and the turn of the claims. */
export class Trades1795300000003 implements MigrationInterface {
  readonly name = 'Trades1795300000003';

  async up(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    await runner.createTable(
      new Table({
        name: 'trade',
        columns: [
          { ...column('trade_no', 'nvarchar(64)'), isPrimary: true },
          column('receipt_row_id', 'bigint'),
        ],
      }),
      true,
    );
    await runner.query(`insert into trade (trade_no, receipt_row_id)
      select trade_no, id from receipt where trade_no is not null
      and not exists (select 1 from trade where trade.trade_no = receipt.trade_no)`);
    await runner.createTable(
      new Table({
        name: 'sweep_turn',
        columns: [{ ...column('id', 'int'), isPrimary: true }, column('turns', 'bigint')],
      }),
      true,
    );
    await runner.query(`insert into sweep_turn (id, turns) select 1, 0
      where not exists (select 1 from sweep_turn)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['sweep_turn', 'trade']);
  }
}
