import { EmbeddedReceipts } from '../sqlite/embedded-receipts';

/** 6, concession retail: `autoid` is a serial over all systems but scenic tickets. */
export class ConcessionReceipts extends EmbeddedReceipts {
  constructor() {
    super('receipt_concession');
  }
}
