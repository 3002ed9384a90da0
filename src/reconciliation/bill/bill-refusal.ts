/** Why a bill is not believed. */
export type BillFault =
  | 'notZip' // Not a zip, or a damaged one.
  | 'otherFiles' // Not the two files of a daily bill, or named so that they lead elsewhere.
  | 'tooLarge' // More than any day can have, as it is or as it claims to be.
  | 'notText' // Not GBK text: another charset, or bytes that are no text.
  | 'columnsUnknown' // A column that is needed is missing, or named twice.
  | 'badRow' // A row that cannot be read.
  | 'fileCut' // The end of a file is missing.
  | 'trailerWrong' // The trailer does not add up to the rows.
  | 'summaryWrong' // The summary does not add up to the rows.
  | 'wrongAccount' // Another account's bill.
  | 'wrongDay'; // Another day's bill.

/** A bill that is refused as a whole. The message is one line, fit for an operator. */
export class BillRefusal extends Error {
  constructor(
    readonly fault: BillFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BillRefusal';
  }
}
