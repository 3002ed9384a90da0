import { Controller, Get, Inject, Logger, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { BILL_TYPES } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { PayError } from '../../domain/errors';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { readForm } from '../../wire/codec/form-read';
import { SpeaksFor } from '../../wire/operation/message';
import { WireValidationPipe } from '../../wire/operation/validation.pipe';
import { requestContractOf } from '../../wire/operation/wire-type';
import { toSearch } from '../operations/search.dto';
import { DocumentedExport } from './export.documentation';
import { ExportDto } from './export.dto';
import { ReceiptExport } from './receipt-export.service';
import { sendFile } from './send-file';

const CONTRACT = requestContractOf(ExportDto);
const VALIDATION = new WireValidationPipe();

/** `GET api/3Pay/Receipts/Export`: what a search finds as a file, streamed. */
@Controller('api/3Pay/Receipts')
export class ExportController {
  private readonly logger = new Logger(ExportController.name);

  constructor(
    private readonly exporting: ReceiptExport,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws PayError INVALID_MEMBER, FORBIDDEN, OVERLOADED, DATABASE_UNAVAILABLE */
  @Get('Export')
  @DocumentedExport()
  async receipts(
    @Req() request: Request,
    @Res() response: Response,
    @SpeaksFor() billTypes: readonly BillType[] = BILL_TYPES,
  ): Promise<void> {
    const dto = askedIn(request.originalUrl);
    const search = toSearch(dto, billTypes);
    if (search.billTypes.length === 0) throw new PayError('FORBIDDEN', `type ${dto.billtype}`);
    const name = `receipts-${chinaTime(this.clock.nowMs()).replace(/\D/g, '')}`;
    const pieces = this.exporting.file([search], dto.lang ?? 'zh');
    const isSent = await sendFile(request, response, { name, pieces });
    if (!isSent) this.logger.debug('the caller of an export has gone');
  }
}

/** What an address asks for, by the rules of forms. @throws PayError INVALID_MEMBER */
function askedIn(address: string): ExportDto {
  const from = address.indexOf('?');
  const record = readForm(CONTRACT, Buffer.from(from < 0 ? '' : address.slice(from + 1)));
  return VALIDATION.transform(record, { type: 'body', metatype: ExportDto }) as ExportDto;
}
