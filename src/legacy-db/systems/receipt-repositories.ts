import type { BillType } from '../../domain/bill';
import { TELLS_NOBODY } from '../callbacks/callback-writer';
import type { CallbackWriter } from '../callbacks/callback-writer';
import type { Database } from '../sql/database';
import { EmbeddedReceipts } from '../sqlite/embedded-receipts';
import { ReceiptStore } from '../books/receipt-store';
import type { SystemReceipts } from './system-receipts';

/** Each system's own tables in the embedded database. A missing row does not compile. */
export const EMBEDDED: Readonly<Record<BillType, SystemReceipts>> = {
  '1': EmbeddedReceipts.scenic(), // autoid is unique within its bill.
  '2': EmbeddedReceipts.serial('receipt_pos'), // From here on it is a global serial.
  '3': EmbeddedReceipts.serial('receipt_car_rental'),
  '4': EmbeddedReceipts.serial('receipt_shuttle'),
  '5': EmbeddedReceipts.serial('receipt_equipment'),
  '6': EmbeddedReceipts.serial('receipt_concession'),
  '7': EmbeddedReceipts.serial('receipt_stored_value'), // End credits the card.
};

/** The store of each bill type; to everybody but the books its repository. */
export type ReceiptStores = Readonly<Record<BillType, ReceiptStore>>;

/** The strategy: which repository keeps the receipts of which bill type. */
export function receiptRepositories(
  database: Database,
  systems: Readonly<Record<BillType, SystemReceipts>> = EMBEDDED,
  callbacks: CallbackWriter = TELLS_NOBODY,
): ReceiptStores {
  const store = (billType: BillType) =>
    new ReceiptStore(billType, database, systems[billType], callbacks);
  return {
    '1': store('1'),
    '2': store('2'),
    '3': store('3'),
    '4': store('4'),
    '5': store('5'),
    '6': store('6'),
    '7': store('7'),
  };
}
