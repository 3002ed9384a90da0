import type { BillType } from '../../domain/bill';
import { Fragment } from '../sql/sql';

/** The systems' own receipt tables, by bill type. */
const TABLES: Readonly<Record<BillType, string>> = {
  '1': 'receipt_scenic',
  '2': 'receipt_pos',
  '3': 'receipt_car_rental',
  '4': 'receipt_shuttle',
  '5': 'receipt_equipment',
  '6': 'receipt_concession',
  '7': 'receipt_stored_value',
};

/** Where a store keeps the systems' own receipts, and how it gives their money as yuan text. */
export interface SystemTables {
  readonly of: (billType: BillType) => Fragment;
  readonly yuan: (column: string) => Fragment;
}

/** Of the embedded books. */
export const EMBEDDED_TABLES: SystemTables = {
  of: (billType) => new Fragment(TABLES[billType]),
  yuan: (column) => new Fragment(column),
};

/** Of the reference procedures on SQL Server. */
export const REFERENCE_TABLES: SystemTables = {
  of: (billType) => new Fragment(`dbo.${TABLES[billType]}`),
  yuan: (column) => new Fragment(`convert(nvarchar(30), ${column})`),
};
