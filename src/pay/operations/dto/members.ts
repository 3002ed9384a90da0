import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { STORED_VALUE } from '../../../domain/bill';
import { scannedCode } from '../../../domain/collect/scanned-code';
import { Code, OptionalEpochMs, RequestMember, textReason } from '../../../wire/operation/members';
import { BILL_NO, FAR_AWAY_MS, RECEIPT_ID } from './samples';

/** The number of a bill. */
export function BillNo(): PropertyDecorator {
  return Code(20, {
    zh: '单号。与 billtype 一起确定一张单据；不区分英文字母大小写，忽略末尾空格',
    en:
      'bill number; with billtype it names one bill. Letter case and trailing blanks do not ' +
      'count',
    example: BILL_NO,
  });
}

/** The way of payment. */
export function PayType(): PropertyDecorator {
  return Code(2, {
    zh: '付款方式。98 为顾客扫码，97 为收银员扫码，其他值照收',
    en: 'way of payment. 98: the guest scans, 97: the clerk scans, others pass',
    example: '98',
  });
}

/** The receipt a request names. */
export function ReceiptId(): PropertyDecorator {
  return Code(36, {
    zh: '收款流水。景区系统为 付款方式|交易类型|本单流水号，其他为全局流水号；由 ScanCode 返回',
    en:
      'receipt id, given by ScanCode: paytype|tradetype|serial in the bill for scenic tickets, ' +
      'a global serial for the others',
    example: RECEIPT_ID,
  });
}

/** Until when a BarCode, Cancel or Refund is wanted. */
export function ValidUntil(): PropertyDecorator {
  return OptionalEpochMs({
    zh:
      '可选。有效截止时间(毫秒时间戳)，也可用请求头 X-Valid-Until；迟于它 5 秒以上到达的' +
      '请求不做任何处理，回答 40904。请以本服务应答头 Date 为准计算',
    en:
      'may be missing: until when it is wanted, epoch ms; also as the header X-Valid-Until. More ' +
      'than 5 s after it nothing is done (40904). Compute it from the Date of our answers',
    example: FAR_AWAY_MS,
  });
}

/** The guest's code; what the scanner put around it is taken away and does not count. */
export function ScannedCode(): PropertyDecorator {
  return applyDecorators(
    Code(40, {
      zh: '顾客的付款码，由收银员扫描得到；不保存',
      en: "the guest's code as the clerk scanned it; kept nowhere",
      example: '280000000000000001',
    }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? scannedCode(value) : value,
    ),
  );
}

/** The card: required when the bill recharges one, else ignored. */
export function CardNo(): PropertyDecorator {
  const text = {
    zh: `卡号，billtype 为 ${STORED_VALUE} (储值卡充值) 时必填，其他忽略`,
    en: `card to recharge; required for billtype ${STORED_VALUE}, ignored for the others`,
    example: '80010001',
  };
  return RequestMember({ ...text, kind: 'text', maxLength: 20 }, (value, owner) => {
    const required = Reflect.get(owner, 'billtype') === STORED_VALUE;
    return textReason(value, { required, max: 20, strict: true });
  });
}
