import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
    const file = this.exporting.file(search, dto.lang ?? 'zh');
    // Read before anything is said: what cannot be read is an error, and no empty file.
    const first = await file.next();
    try {
      response.set(headersOf(chinaTime(this.clock.nowMs())));
      const pieces = request.method === 'HEAD' ? [] : joined(first.done ? '' : first.value, file);
      await pipeline(Readable.from(pieces), response);
    } catch (error) {
      // Whoever has gone is not told; of a file that cannot be read on the connection breaks.
      if (Reflect.get(error as object, 'code') !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      this.logger.debug('the caller of an export has gone');
    } finally {
      await file.return(undefined);
    }
  }
}

function headersOf(time: string): Record<string, string> {
  return {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="receipts-${time.replace(/\D/g, '')}.csv"`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** What an address asks for, by the rules of forms. @throws PayError INVALID_MEMBER */
function askedIn(address: string): ExportDto {
  const from = address.indexOf('?');
  const record = readForm(CONTRACT, Buffer.from(from < 0 ? '' : address.slice(from + 1)));
  return VALIDATION.transform(record, { type: 'body', metatype: ExportDto }) as ExportDto;
}
