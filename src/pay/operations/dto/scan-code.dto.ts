import { isIP } from 'node:net';
import { STORED_VALUE, isBillType } from '../../../domain/bill';
import { parseYuan } from '../../../domain/money';
import type { ScanCodeAsk } from '../../charge/begin-orders.service';
import {
  BillTypeCode,
  CardOf,
  OptionalText,
  RequiredCode,
  RequiredText,
  YuanText,
} from './members';

/** The address for risk control when the till gives none. Source: ScanCode help page. */
export const DEFAULT_CLIENT_IP = '202.96.128.68';

/** Body of ScanCode, as text; members in the order in which they are checked. */
export class ScanCodeDto {
  @RequiredCode(20)
  billnum: string;

  @BillTypeCode()
  billtype: string;

  @RequiredText()
  body: string;

  @RequiredCode(2)
  paytype: string;

  @YuanText()
  paymentvalue: string;

  @OptionalText()
  detail?: string | null;

  @OptionalText()
  clientip?: string | null;

  @CardOf(STORED_VALUE)
  cardno?: string | null;
}

/** What a valid body asks for. */
export function toScanCodeAsk(dto: ScanCodeDto): ScanCodeAsk {
  const reading = parseYuan(dto.paymentvalue);
  if (!reading.ok || !isBillType(dto.billtype)) throw new Error('the body was not validated');
  return {
    billType: dto.billtype,
    billNo: dto.billnum,
    payType: dto.paytype,
    amount: reading.amount,
    body: dto.body,
    detail: dto.detail ?? null,
    clientIp: dto.clientip && isIP(dto.clientip) ? dto.clientip : DEFAULT_CLIENT_IP,
    cardNo: dto.billtype === STORED_VALUE ? (dto.cardno ?? null) : null,
  };
}
