import { EmbeddedReceipts } from '../sqlite/embedded-receipts';

/** 2, POS: `autoid` is a serial over all systems but scenic tickets. */
export class PosReceipts extends EmbeddedReceipts {
  constructor() {
    super('receipt_pos');
  }
}
