import { isIP } from 'node:net';
import { STORED_VALUE } from '../../../domain/bill';
import type { BillType } from '../../../domain/bill';
import type { Fen } from '../../../domain/money';
import { PARM_PAY } from '../../../wire/operation/contract';
import { BillTypeCode, OptionalText, Text, Yuan } from '../../../wire/operation/members';
import { WireType } from '../../../wire/operation/wire-type';
import type { ScanCodeAsk } from '../../charge/begin-orders.service';
import { BillNo, CardNo, PayType } from './members';

/** The address for risk control when the till gives none. Source: ScanCode help page. */
export const DEFAULT_CLIENT_IP = '202.96.128.68';

/** Body of ScanCode; members in the order in which they are checked. Source: legacy help page. */
@WireType('AliScanCodeParm', PARM_PAY)
export class ScanCodeDto {
  @BillNo()
  billnum: string;

  @BillTypeCode()
  billtype: BillType;

  @Text({
    zh: '产品描述。全文保存，送支付宝时按其限制截断',
    en: 'product text; stored whole, cut to the limit of Alipay when sent there',
    example: '景区门票 2 张',
  })
  body: string;

  @PayType()
  paytype: string;

  @Yuan({
    zh: '支付金额，单位元，最多两位小数；也可用文本 "88.88"',
    en: 'amount in yuan, at most two decimals; as a number or as text "88.88"',
    example: 88.88,
  })
  paymentvalue: Fen;

  @OptionalText({
    zh: '(可空) 商品详情',
    en: 'details of the goods, may be missing',
    example: '成人票 2 张，2026-11-22',
  })
  detail?: string | null;

  @OptionalText({
    zh: `(可空) 客户端 IP；缺少或不合法时取 ${DEFAULT_CLIENT_IP}`,
    en: `address of the till, may be missing; missing or malformed: ${DEFAULT_CLIENT_IP}`,
    example: '192.168.1.20',
  })
  clientip?: string | null;

  @CardNo()
  cardno?: string | null;
}

/** What a valid body asks for. */
export function toScanCodeAsk(dto: ScanCodeDto): ScanCodeAsk {
  return {
    billType: dto.billtype,
    billNo: dto.billnum,
    payType: dto.paytype,
    amount: dto.paymentvalue,
    body: dto.body,
    detail: dto.detail ?? null,
    clientIp: dto.clientip && isIP(dto.clientip) ? dto.clientip : DEFAULT_CLIENT_IP,
    cardNo: dto.billtype === STORED_VALUE ? (dto.cardno ?? null) : null,
  };
}
