import { EmbeddedReceipts } from '../sqlite/embedded-receipts';

/** 4, the shuttle: `autoid` is a serial over all systems but scenic tickets. */
export class ShuttleReceipts extends EmbeddedReceipts {
  constructor() {
    super('receipt_shuttle');
  }
}
