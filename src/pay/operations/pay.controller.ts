import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker } from '../../domain/receipt/by';
import type { Envelope } from '../../wire/operation/contract';
import {
  AliBarCodeParm,
  AliPayCancelParm,
  AliPayQueryParm,
  AliScanCodeParm,
  PayScanCodeResult,
  PayStatusResult,
} from '../../wire/operation/contracts';
import { AskedBy, CarriedUntil, Reply } from '../../wire/operation/message';
import type { Sending } from '../../wire/operation/message';
import { Wire } from '../../wire/operation/wire.decorator';
import { Documented } from '../../wire/operation/operation-description';
import { BarCode } from './bar-code.service';
import { CancelPayment } from './cancel.service';
import { BarCodeDto, toBarCodeAsk } from './dto/bar-code.dto';
import { CancelDto } from './dto/cancel.dto';
import { QueryDto, toReceiptName } from './dto/query.dto';
import { ScanCodeDto, toScanCodeAsk } from './dto/scan-code.dto';
import { toWantedUntilMs } from './dto/wanted-until';
import { barCodeDocumentation } from './bar-code.documentation';
import {
  cancelDocumentation,
  queryDocumentation,
  scanCodeDocumentation,
} from './pay.documentation';
import { QueryPayment } from './query.service';
import type { ReceiptStatus } from './query.service';
import { ScanCode } from './scan-code.service';
import { Told } from '../outcome/told.service';

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

  @Post('ScanCode')
  @MessagePattern('3pay.alipay.scancode')
  @HttpCode(200)
  @Wire({ request: AliScanCodeParm, result: PayScanCodeResult })
  @Documented(scanCodeDocumentation)
  async scanCode(@Body() body: ScanCodeDto, @AskedBy() asker: Asker = NOBODY): Promise<Envelope> {
    const ask = { ...toScanCodeAsk(body), asker };
    const { receiptId, qrCode } = await this.scan.scanCode(ask);
    return done({ billnum: body.billnum, autoid: receiptId, codeurl: qrCode });
  }

  @Post('BarCode')
  @MessagePattern('3pay.alipay.barcode')
  @HttpCode(200)
  @Wire({ request: AliBarCodeParm, result: PayStatusResult })
  @Documented(barCodeDocumentation)
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

  @Post('Query')
  @MessagePattern('3pay.alipay.query')
  @HttpCode(200)
  @Wire({ request: AliPayQueryParm, result: PayStatusResult })
  @Documented(queryDocumentation)
  async query(
    @Body() body: QueryDto,
    @Reply() reply: Sending,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    const status = await this.queryPayment.query(toReceiptName(body), asker);
    this.told.whenSent(status, reply);
    return statusOf(body, status);
  }

  @Post('Cancel')
  @MessagePattern('3pay.alipay.cancel')
  @HttpCode(200)
  @Wire({ request: AliPayCancelParm, result: PayStatusResult })
  @Documented(cancelDocumentation)
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
