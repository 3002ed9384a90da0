import type { Fen } from '../../../domain/money';
import { PARM_PAY } from '../../../wire/operation/contract';
import { Code, OptionalText, saidText, Yuan } from '../../../wire/operation/members';
import { WireType } from '../../../wire/operation/wire-type';
import { ValidUntil } from '../../operations/dto/members';
import { QueryDto, toReceiptName } from '../../operations/dto/query.dto';
import type { RefundAsk } from '../refund.service';
import { BATCH_NO, OPERATOR_NO, REASON } from './refund-samples';

/** Body of RefundQuery: the batch, and Query's members. */
@WireType('AliPayRefundQueryParm', PARM_PAY)
export class RefundQueryDto extends QueryDto {
  @Code(50, {
    zh: '退款批次号。同一笔收款内，同一批次号只退一次；不区分英文字母大小写，忽略末尾空格',
    en:
      'batch: names one refund of one receipt, which is made once however often it is asked ' +
      'for. Letter case and trailing blanks do not count',
    example: BATCH_NO,
  })
  batchno: string;
}

/** Body of Refund: how much and why, RefundQuery's members, and until when it is wanted. */
@WireType('AliPayRefundParm', PARM_PAY)
export class RefundDto extends RefundQueryDto {
  @Yuan({
    zh: '退款金额，单位元，最多两位小数；可部分退款',
    en: 'amount to give back, yuan, at most two decimals; may be a part of the payment',
    example: 33.33,
  })
  refundvalue: Fen;

  @OptionalText(
    { zh: '(可空) 操作员编号', en: 'who refunds, may be missing', example: OPERATOR_NO },
    { max: 32, strict: true },
  )
  operatorno?: string | null;

  @OptionalText(
    {
      zh: '(可空) 退款原因，顾客可见',
      en: 'why; shown to the guest, may be missing',
      example: REASON,
    },
    { max: 256 },
  )
  reason?: string | null;

  @ValidUntil()
  validuntil?: string | null;
}

/** What a valid body asks for. */
export function toRefundAsk(dto: RefundDto, wantedUntilMs: number | null): RefundAsk {
  return {
    name: toReceiptName(dto),
    batchNo: dto.batchno,
    amount: dto.refundvalue,
    operatorNo: saidText(dto.operatorno),
    reason: saidText(dto.reason),
    wantedUntilMs,
  };
}
