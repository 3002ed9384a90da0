import { PAY_STATUS } from '../../../domain/receipt/pay-status';
import { RESULT_PAY } from '../../../wire/operation/contract';
import { TagMember } from '../../../wire/operation/members';
import { WireType } from '../../../wire/operation/wire-type';
import { BILL_NO, CODE_URL, RECEIPT_ID } from './samples';

/** The bill an answer speaks of. */
export function ToldBillNo(): PropertyDecorator {
  return TagMember('text', {
    ...{ zh: '单号，与请求相同', en: 'the bill number as it was sent' },
    ...{ maxLength: 20, example: BILL_NO },
  });
}

/** The receipt an answer speaks of. */
export function ToldReceiptId(): PropertyDecorator {
  return TagMember('text', {
    ...{ zh: '收款流水，查询时使用', en: 'receipt id, needed to query' },
    ...{ maxLength: 36, example: RECEIPT_ID },
  });
}

/** Tag of ScanCode. Source: legacy help page. */
@WireType('PayScanCodeResult', RESULT_PAY)
export class PayScanCodeResult {
  @ToldBillNo()
  billnum: string;

  @ToldReceiptId()
  autoid: string;

  @TagMember('text', {
    zh: '二维码内容，生成二维码给顾客扫描',
    en: 'content of the code: draw it as a QR code for the guest',
    ...{ maxLength: 1024, example: CODE_URL },
  })
  codeurl: string;
}

/** Tag of Query, Cancel and BarCode. Source: legacy help page. */
@WireType('PayStatusResult', RESULT_PAY)
export class PayStatusResult {
  @ToldBillNo()
  billnum: string;

  @ToldReceiptId()
  autoid: string;

  @TagMember('text', {
    zh: '单据状态：0 未收款，2 部分退款，3 已收款，4 已全部退款',
    en:
      'state of the bill: 0 nothing collected, 2 partly refunded, 3 collected, 4 wholly ' +
      'refunded',
    ...{ maxLength: 10, example: '3' },
  })
  billstatus: string;

  @TagMember('text', {
    zh: '支付状态；只有 SUCCESS 表示已付款并已入账',
    en: 'how the payment stands; only SUCCESS is paid and saved',
    maxLength: 10,
    allowed: [...new Set(Object.values(PAY_STATUS).map((one) => one.payStatus))],
    example: PAY_STATUS.success.payStatus,
  })
  paystatus: string;

  @TagMember('text', {
    ...{ zh: '支付状态说明，供显示', en: 'the state in words, for people' },
    maxLength: 20,
    example: PAY_STATUS.success.payStatusDesc,
  })
  paystatusdesc: string;
}
