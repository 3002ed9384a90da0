import { EmbeddedReceipts } from '../sqlite/embedded-receipts';

/** 5, equipment rental: `autoid` is a serial over all systems but scenic tickets. */
export class EquipmentReceipts extends EmbeddedReceipts {
  constructor() {
    super('receipt_equipment');
  }
}
