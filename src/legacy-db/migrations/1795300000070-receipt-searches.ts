import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import {
  addOwnColumn,
  dropOwnColumn,
  dropTables,
  isSqlServer,
  ownColumn,
} from '../books/own-columns';

const CARD_KEY = { name: 'card_key', type: 'nvarchar(20)' };

/** Name, columns, and on SQLite which rows are in it at all. */
const INDEXES: readonly (readonly [name: string, columns: string, where?: string])[] = [
  ['ix_receipt_type_begun', 'bill_type, begun_at_ms, id'],
  ['ix_receipt_type_paid', 'bill_type, paid_at_ms, id', 'paid_at_ms is not null'],
  ['ix_receipt_type_amount', 'bill_type, amount_fen, begun_at_ms, id'],
  [
    'ix_receipt_type_amount_paid',
    'bill_type, amount_fen, paid_at_ms, id',
    'paid_at_ms is not null',
  ],
  ['ix_receipt_type_state', 'bill_type, state, begun_at_ms, id'],
  ['ix_receipt_type_receipt', 'bill_type, receipt_id, begun_at_ms, id'],
  ['ix_receipt_card', 'bill_type, card_key, begun_at_ms, id', 'card_key is not null'],
];

/**
 * Everything receipts are looked for by, newest first, one system at a time. `card_key`: the
 * identity of the card. `receipt_cashier`: who sat at the till; of receipts from before nobody
 * knows.
 */
export class ReceiptSearches1795300000070 implements MigrationInterface {
  readonly name = 'ReceiptSearches1795300000070';

  async up(runner: QueryRunner): Promise<void> {
    await addOwnColumn(runner, 'receipt', CARD_KEY);
    await runner.query(`update receipt set card_key = upper(rtrim(card_no))
      where card_no is not null and card_key is null`);
    for (const [name, columns, where] of INDEXES) {
      await runner.query(indexText(isSqlServer(runner), name, columns, where));
    }
    const column = ownColumn(runner);
    const key = [
      column('cashier_key', 'nvarchar(64)'),
      column('bill_type', 'nchar(1)'),
      column('begun_at_ms', 'bigint'),
      column('receipt_row_id', 'bigint'),
    ].map((one) => ({ ...one, isPrimary: true }));
    await runner.createTable(new Table({ name: 'receipt_cashier', columns: key }), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['receipt_cashier']);
    const on = isSqlServer(runner) ? ' on receipt' : '';
    for (const [name] of [...INDEXES].reverse()) await runner.query(`drop index ${name}${on}`);
    await dropOwnColumn(runner, 'receipt', CARD_KEY.name);
  }
}

// By statements of our own: TypeORM reads the whole catalogue first.
function indexText(onServer: boolean, name: string, columns: string, where?: string): string {
  if (!onServer) {
    const which = where === undefined ? '' : ` where ${where}`;
    return `create index if not exists ${name} on receipt (${columns})${which}`;
  }
  return `if not exists (select 1 from sys.indexes
      where name = N'${name}' and object_id = object_id(N'receipt'))
    create index ${name} on receipt (${columns})`;
}
