import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Envelope } from '../format/contract';
import {
  AliBarCodeParm,
  AliPayCancelParm,
  AliPayQueryParm,
  AliScanCodeParm,
  PayScanCodeResult,
  PayStatusResult,
} from '../format/contracts';
import { Wire } from '../format/wire.decorator';
import { Documented } from '../format/operation-description';
import { BarCode } from './bar-code.service';
import { CancelPayment } from './cancel.service';
import { BarCodeDto, toBarCodeAsk } from './dto/bar-code.dto';
import { QueryDto, toReceiptName } from './dto/query.dto';
import { ScanCodeDto, toScanCodeAsk } from './dto/scan-code.dto';
import { barCodeDocumentation } from './bar-code.documentation';
import {
  cancelDocumentation,
  queryDocumentation,
  scanCodeDocumentation,
} from './pay.documentation';
import { QueryPayment } from './query.service';
import type { ReceiptStatus } from './query.service';
import { ScanCode } from './scan-code.service';
import { Told } from './told.service';

/** The operations over Alipay, under their own and their joint-retail address. */
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
  @HttpCode(200)
  @Wire({ request: AliScanCodeParm, result: PayScanCodeResult })
  @Documented(scanCodeDocumentation)
  async scanCode(@Body() body: ScanCodeDto): Promise<Envelope> {
    const { receiptId, qrCode } = await this.scan.scanCode(toScanCodeAsk(body));
    return done({ billnum: body.billnum, autoid: receiptId, codeurl: qrCode });
  }

  @Post('BarCode')
  @HttpCode(200)
  @Wire({ request: AliBarCodeParm, result: PayStatusResult })
  @Documented(barCodeDocumentation)
  async barCode(
    @Body() body: BarCodeDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Envelope> {
    const status = await this.barCodes.barCode(toBarCodeAsk(body));
    this.told.whenSent(status, response);
    return statusOf(body, status);
  }

  @Post('Query')
  @HttpCode(200)
  @Wire({ request: AliPayQueryParm, result: PayStatusResult })
  @Documented(queryDocumentation)
  async query(
    @Body() body: QueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Envelope> {
    const status = await this.queryPayment.query(toReceiptName(body));
    this.told.whenSent(status, response);
    return statusOf(body, status);
  }

  @Post('Cancel')
  @HttpCode(200)
  @Wire({ request: AliPayCancelParm, result: PayStatusResult })
  @Documented(cancelDocumentation)
  async cancel(
    @Body() body: QueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Envelope> {
    const status = await this.cancelPayment.cancel(toReceiptName(body));
    this.told.whenSent(status, response);
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
