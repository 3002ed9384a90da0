import type { BillType } from '../../../domain/bill';
import { PARM_PAY } from '../../../wire/operation/contract';
import { BillTypeCode } from '../../../wire/operation/members';
import { WireType } from '../../../wire/operation/wire-type';
import type { ReceiptName } from '../query.service';
import { BillNo, PayType, ReceiptId } from './members';

/** Body of Query; members in the order in which they are checked. Source: legacy help page. */
@WireType('AliPayQueryParm', PARM_PAY)
export class QueryDto {
  @BillNo()
  billnum: string;

  @ReceiptId()
  autoid: string;

  @BillTypeCode()
  billtype: BillType;

  @PayType()
  paytype: string;
}

/** The receipt a valid body names. */
export function toReceiptName(dto: QueryDto): ReceiptName {
  return {
    billType: dto.billtype,
    billNo: dto.billnum,
    receiptId: dto.autoid,
    payType: dto.paytype,
  };
}
