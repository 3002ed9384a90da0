import { isBillType } from '../../../domain/bill';
import type { ReceiptName } from '../query.service';
import { BillTypeCode, RequiredCode } from './members';

/** Body of Query, as text; members in the order in which they are checked. */
export class QueryDto {
  @RequiredCode(20)
  billnum: string;

  @RequiredCode(36)
  autoid: string;

  @BillTypeCode()
  billtype: string;

  @RequiredCode(2)
  paytype: string;
}

/** The receipt a valid body names. */
export function toReceiptName(dto: QueryDto): ReceiptName {
  if (!isBillType(dto.billtype)) throw new Error('the body was not validated');
  return {
    billType: dto.billtype,
    billNo: dto.billnum,
    receiptId: dto.autoid,
    payType: dto.paytype,
  };
}
