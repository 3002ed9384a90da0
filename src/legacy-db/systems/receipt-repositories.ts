import type { BillType } from '../../domain/bill';
import { TELLS_NOBODY } from '../callbacks/callback-writer';
import type { CallbackWriter } from '../callbacks/callback-writer';
import type { Database } from '../sql/database';
import { MoneyTeller } from '../books/history/money-teller';
import { ReceiptStore } from '../books/receipt-store';
import { CarRentalReceipts } from './car-rental.receipts';
import { ConcessionReceipts } from './concession.receipts';
import { EquipmentReceipts } from './equipment.receipts';
import { PosReceipts } from './pos.receipts';
import { ScenicReceipts } from './scenic.receipts';
import { ShuttleReceipts } from './shuttle.receipts';
import { StoredValueReceipts } from './stored-value.receipts';
import type { SystemReceipts } from './system-receipts';

/** Each system's own tables in the embedded database. A missing row does not compile. */
export const EMBEDDED: Readonly<Record<BillType, SystemReceipts>> = {
  '1': new ScenicReceipts(),
  '2': new PosReceipts(),
  '3': new CarRentalReceipts(),
  '4': new ShuttleReceipts(),
  '5': new EquipmentReceipts(),
  '6': new ConcessionReceipts(),
  '7': new StoredValueReceipts(),
};

/** The store of each bill type; to everybody but the books its repository. */
export type ReceiptStores = Readonly<Record<BillType, ReceiptStore>>;

/** The strategy: which repository keeps the receipts of which bill type. */
export function receiptRepositories(
  database: Database,
  systems: Readonly<Record<BillType, SystemReceipts>> = EMBEDDED,
  callbacks: CallbackWriter = TELLS_NOBODY,
  money = new MoneyTeller(),
): ReceiptStores {
  const store = (billType: BillType) =>
    new ReceiptStore(billType, database, systems[billType], callbacks, money);
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
