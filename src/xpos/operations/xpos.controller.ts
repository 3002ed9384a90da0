import { Body, Controller } from '@nestjs/common';
import { BILL_TYPES } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import { AskedBy, SpeaksFor } from '../../wire/operation/message';
import type { Envelope } from '../../wire/operation/contract';
import { Operation } from '../../wire/operation/operation';
import type { CheckoutResult } from './checkout';
import { QueryStatusDto, toStatusAsk, XposQueryStatusResult } from './dto/query-status.dto';
import { QueryStatus } from './query-status.service';
import type { AskedHow } from './query-status.service';
import { TopError } from '../top/top-errors';
import { queryStatusTexts } from './query-status.texts';

/** Querystatus in the house's own envelope and formats, and as a message. */
@Controller('api/3Pay/Xpos')
export class XposController {
  constructor(private readonly status: QueryStatus) {}

  @Operation('QueryStatus', {
    ...queryStatusTexts,
    message: '3pay.xpos.querystatus',
    takes: QueryStatusDto,
    answers: XposQueryStatusResult,
    refuses: ['UNDECIDED', 'NO_RECEIPT', 'CHANNEL_MISCONFIGURED'],
  })
  async queryStatus(
    @Body() body: QueryStatusDto,
    @SpeaksFor() billTypes: readonly BillType[] = BILL_TYPES,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    return statusEnvelope(this.status, body, { billTypes, asker });
  }
}

/**
 * The answer to a valid body, whichever way it came.
 * @throws PayError NO_RECEIPT, UNDECIDED, CHANNEL_MISCONFIGURED, DATABASE_UNAVAILABLE
 */
async function statusEnvelope(
  status: QueryStatus,
  body: QueryStatusDto,
  how: AskedHow,
): Promise<Envelope> {
  const { model, success } = await asked(status, body, how);
  if (!model || success === false) throw new PayError('UNDECIDED', 'the upstream tells nothing');
  return { errcode: 0, errmsg: 'ok', tag: model };
}

/** What an upstream refused is a receipt nobody knows; that it did not answer is undecided. */
async function asked(
  status: QueryStatus,
  body: QueryStatusDto,
  how: AskedHow,
): Promise<CheckoutResult> {
  try {
    return await status.query(toStatusAsk(body), how);
  } catch (cause) {
    if (!(cause instanceof TopError)) throw cause;
    const ours = cause.body.sub_code?.startsWith('isv.') ? 'NO_RECEIPT' : 'UNDECIDED';
    throw new PayError(ours, cause.message, { cause });
  }
}
