import { EmbeddedReceipts } from '../sqlite/embedded-receipts';

/** 3, car rental: `autoid` is a serial over all systems but scenic tickets. */
export class CarRentalReceipts extends EmbeddedReceipts {
  constructor() {
    super('receipt_car_rental');
  }
}
