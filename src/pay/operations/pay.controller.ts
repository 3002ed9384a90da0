import { Body, Controller } from '@nestjs/common';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker } from '../../domain/receipt/by';
import type { Envelope } from '../../wire/operation/contract';
import { AskedBy, CarriedUntil, Reply } from '../../wire/operation/message';
import type { Sending } from '../../wire/operation/message';
import { Operation } from '../../wire/operation/operation';
import { Told } from '../outcome/told.service';
import { BarCode } from './bar-code.service';
import { CancelPayment } from './cancel.service';
import { BarCodeDto, toBarCodeAsk } from './dto/bar-code.dto';
import { CancelDto } from './dto/cancel.dto';
import { QueryDto, toReceiptName } from './dto/query.dto';
import { PayScanCodeResult, PayStatusResult } from './dto/results';
import { BILL_NO, RECEIPT_ID } from './dto/samples';
import { ScanCodeDto, toScanCodeAsk } from './dto/scan-code.dto';
import { toWantedUntilMs } from './dto/wanted-until';
import { QueryPayment } from './query.service';
import type { ReceiptStatus } from './query.service';
import { ScanCode } from './scan-code.service';
import { BAR_CODE_RECEIPT, barCodeTexts } from './texts/bar-code.texts';
import { cancelTexts } from './texts/cancel.texts';
import { queryTexts } from './texts/query.texts';
import { scanCodeTexts } from './texts/scan-code.texts';

/** The tag of a ScanCode that gives no code, in samples. */
const NO_CODE = { billnum: BILL_NO, autoid: RECEIPT_ID, codeurl: null };

/**
 * The operations over Alipay, under their own and their joint-retail address, and as messages of
 * the group's other services.
 */
@Controller(['api/3Pay/AliPay', 'api/UnPos/3Pay/AliPay'])
export class PayController {
  constructor(
    private readonly scan: ScanCode,
    private readonly queryPayment: QueryPayment,
    private readonly cancelPayment: CancelPayment,
    private readonly told: Told,
    private readonly barCodes: BarCode,
  ) {}

  @Operation('ScanCode', {
    ...scanCodeTexts,
    message: '3pay.alipay.scancode',
    takes: ScanCodeDto,
    answers: PayScanCodeResult,
    refuses: [
      { code: 'UNDECIDED', tag: NO_CODE },
      { code: 'ALREADY_PAID', tag: NO_CODE },
      'ILLEGAL_STATE',
      'CHANNEL_REFUSED',
      'CHANNEL_MISCONFIGURED',
    ],
  })
  async scanCode(@Body() body: ScanCodeDto, @AskedBy() asker: Asker = NOBODY): Promise<Envelope> {
    const ask = { ...toScanCodeAsk(body), asker };
    const { receiptId, qrCode } = await this.scan.scanCode(ask);
    return done({ billnum: body.billnum, autoid: receiptId, codeurl: qrCode });
  }

  @Operation('BarCode', {
    ...barCodeTexts,
    message: '3pay.alipay.barcode',
    takes: BarCodeDto,
    answers: PayStatusResult,
    refuses: [
      { code: 'UNDECIDED', tag: BAR_CODE_RECEIPT },
      { code: 'ALREADY_PAID', tag: BAR_CODE_RECEIPT },
      'ILLEGAL_STATE',
      'TOO_LATE',
      { code: 'CHANNEL_MISCONFIGURED', tag: BAR_CODE_RECEIPT },
    ],
  })
  async barCode(
    @Body() body: BarCodeDto,
    @Reply() reply: Sending,
    @CarriedUntil() carried: string | null = null,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    const ask = toBarCodeAsk(body, toWantedUntilMs(body.validuntil, carried));
    const status = await this.barCodes.barCode({ ...ask, asker });
    this.told.whenSent(status, reply);
    return statusOf(body, status);
  }

  @Operation('Query', {
    ...queryTexts,
    message: '3pay.alipay.query',
    takes: QueryDto,
    answers: PayStatusResult,
    refuses: ['UNDECIDED', 'NO_RECEIPT', 'CHANNEL_MISCONFIGURED'],
  })
  async query(
    @Body() body: QueryDto,
    @Reply() reply: Sending,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    const status = await this.queryPayment.query(toReceiptName(body), asker);
    this.told.whenSent(status, reply);
    return statusOf(body, status);
  }

  @Operation('Cancel', {
    ...cancelTexts,
    message: '3pay.alipay.cancel',
    takes: CancelDto,
    answers: PayStatusResult,
    refuses: ['UNDECIDED', 'NO_RECEIPT', 'ILLEGAL_STATE', 'TOO_LATE', 'CHANNEL_MISCONFIGURED'],
  })
  async cancel(
    @Body() body: CancelDto,
    @Reply() reply: Sending,
    @CarriedUntil() carried: string | null = null,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    const untilMs = toWantedUntilMs(body.validuntil, carried);
    const status = await this.cancelPayment.cancel(toReceiptName(body), untilMs, asker);
    this.told.whenSent(status, reply);
    return statusOf(body, status);
  }
}

function statusOf(body: { readonly billnum: string }, status: ReceiptStatus): Envelope {
  return done({
    billnum: body.billnum,
    autoid: status.receipt.receiptId,
    billstatus: status.receipt.billStatus,
    paystatus: status.payStatus,
    paystatusdesc: status.payStatusDesc,
  });
}

function done(tag: object): Envelope {
  return { errcode: 0, errmsg: 'ok', tag };
}
