import { Body, Controller, Inject } from '@nestjs/common';
import { PayError } from '../../../domain/errors';
import { CLOCK } from '../../../domain/ports/clock';
import type { Clock } from '../../../domain/ports/clock';
import type { RefundCase } from '../../../domain/ports/refunds';
import { NOBODY } from '../../../domain/receipt/by';
import type { Asker } from '../../../domain/receipt/by';
import { isPending } from '../../../domain/refund/refund';
import type { Envelope } from '../../../wire/operation/contract';
import { AskedBy, CarriedUntil } from '../../../wire/operation/message';
import { Operation } from '../../../wire/operation/operation';
import { toReceiptName } from '../../operations/dto/query.dto';
import { toWantedUntilMs } from '../../operations/dto/wanted-until';
import { RefundPayment } from '../refund.service';
import { RefundDto, RefundQueryDto, toRefundAsk } from './refund.dto';
import { RefundResult } from './refund-result';
import { PENDING_TAG } from './refund-samples';
import { refundTag, refundText } from './refund-told';
import { refundQueryTexts, refundTexts } from './refund.texts';

/** The operations that give money of a receipt back, in parts or wholly. */
@Controller(['api/3Pay/AliPay', 'api/UnPos/3Pay/AliPay'])
export class RefundController {
  constructor(
    private readonly refunds: RefundPayment,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Operation('Refund', {
    ...refundTexts,
    message: '3pay.alipay.refund',
    takes: RefundDto,
    answers: RefundResult,
    refuses: [
      { code: 'UNDECIDED', tag: PENDING_TAG },
      'NO_RECEIPT',
      'ILLEGAL_STATE',
      'OTHER_CONTENT',
      'TOO_LATE',
      'CHANNEL_MISCONFIGURED',
    ],
  })
  async refund(
    @Body() body: RefundDto,
    @CarriedUntil() carried: string | null = null,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    const ask = toRefundAsk(body, toWantedUntilMs(body.validuntil, carried));
    return this.told(body, await this.refunds.refund(ask, asker));
  }

  @Operation('RefundQuery', {
    ...refundQueryTexts,
    message: '3pay.alipay.refundquery',
    takes: RefundQueryDto,
    answers: RefundResult,
    refuses: [{ code: 'UNDECIDED', tag: PENDING_TAG }, 'NO_RECEIPT'],
  })
  async refundQuery(
    @Body() body: RefundQueryDto,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    return this.told(body, await this.refunds.query(toReceiptName(body), body.batchno, asker));
  }

  /** The answer; numbers of bill and batch as they were sent. @throws PayError UNDECIDED */
  private told({ billnum, batchno }: RefundQueryDto, found: RefundCase): Envelope {
    const { refund } = found;
    const tag = { ...refundTag(found), billnum, batchno };
    const errmsg = refundText(refund, this.clock.nowMs());
    if (!isPending(refund)) return { errcode: 0, errmsg, tag };
    throw new PayError('UNDECIDED', `refund ${refund.id} is ${refund.state}`, {
      shown: errmsg,
      tag,
    });
  }
}
