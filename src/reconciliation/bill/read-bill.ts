import type { BillDay } from './bill-day';
import { BillRefusal } from './bill-refusal';
import type { BillRow, BillTotals } from './bill-row';
import { csvRecords } from './zip/csv-records';
import { readDetails } from './files/details';
import { explainsNet, readSummary, refuseOtherRows } from './files/summary';
import { BillZip } from './zip/zip-entries';

/**
 * Reads a day's bill from the zip Alipay gives out, in bounded memory whatever it holds, and hands
 * over each row. **No row may be believed before this has returned**: only then account, day,
 * trailer and summary are known to fit. @throws BillRefusal, of the whole bill
 */
export async function readBill(
  path: string,
  day: BillDay,
  onRow: (row: BillRow) => void,
): Promise<BillTotals> {
  const zip = await BillZip.open(path);
  try {
    const summary = await readSummary(csvRecords(zip, 'summary'), day);
    const details = await readDetails(csvRecords(zip, 'details'), day, onRow);
    if (summary.account !== details.account) {
      throw new BillRefusal('wrongAccount', 'details and summary are of two accounts');
    }
    refuseOtherRows(summary.all, details);
    const feesExplainNet = explainsNet(summary.all);
    return { ...details, net: summary.all.net, feesExplainNet };
  } finally {
    zip.close();
  }
}
