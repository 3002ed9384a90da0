import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import { AskedBy } from '../../wire/operation/message';
import type { Envelope } from '../../wire/operation/contract';
import { XposQueryStatusParm, XposQueryStatusResult } from '../../wire/operation/contracts';
import { Documented } from '../../wire/operation/operation-description';
import { Wire } from '../../wire/operation/wire.decorator';
import type { CheckoutResult } from './checkout';
import { QueryStatusDto, toStatusAsk } from './dto/query-status.dto';
import { QueryStatus } from './query-status.service';
import { TopError } from '../top/top-errors';
import { queryStatusDocumentation } from './xpos.documentation';

/** Querystatus in the house's own envelope and formats, and as a message. */
@Controller('api/3Pay/Xpos')
export class XposController {
  constructor(private readonly status: QueryStatus) {}

  @Post('QueryStatus')
  @MessagePattern('3pay.xpos.querystatus')
  @HttpCode(200)
  @Wire({ request: XposQueryStatusParm, result: XposQueryStatusResult })
  @Documented(queryStatusDocumentation)
  async queryStatus(
    @Body() body: QueryStatusDto,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    return statusEnvelope(this.status, body, asker);
  }
}

/**
 * The answer to a valid body, whichever way it came.
 * @throws PayError NO_RECEIPT, UNDECIDED, CHANNEL_MISCONFIGURED, DATABASE_UNAVAILABLE
 */
export async function statusEnvelope(
  status: QueryStatus,
  body: QueryStatusDto,
  asker: Asker = NOBODY,
): Promise<Envelope> {
  const { model, success } = await asked(status, body, asker);
  if (!model || success === false) throw new PayError('UNDECIDED', 'the upstream tells nothing');
  return { errcode: 0, errmsg: 'ok', tag: model };
}

/** What an upstream refused is a receipt nobody knows; that it did not answer is undecided. */
async function asked(
  status: QueryStatus,
  body: QueryStatusDto,
  asker: Asker,
): Promise<CheckoutResult> {
  try {
    return await status.query(toStatusAsk(body), true, asker);
  } catch (cause) {
    if (!(cause instanceof TopError)) throw cause;
    const ours = cause.body.sub_code?.startsWith('isv.') ? 'NO_RECEIPT' : 'UNDECIDED';
    throw new PayError(ours, cause.message, { cause });
  }
}
