import { Body, Controller } from '@nestjs/common';
import type { BillType } from '../../domain/bill';
import { BILL_TYPES } from '../../domain/bill';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker } from '../../domain/receipt/by';
import type { Envelope } from '../../wire/operation/contract';
import { AskedBy, SpeaksFor } from '../../wire/operation/message';
import { Operation } from '../../wire/operation/operation';
import { ReceiptReader } from '../receipt-reader.service';
import { GetDto } from './get.dto';
import { getTexts, refreshTexts, searchTexts } from './receipts.texts';
import { LifeResult, SearchResult } from './results';
import { SearchDto, toPageSize, toSearch } from './search.dto';
import { toldFile, toldLife } from './told-receipt';

/** The books as they are read: over HTTP and as messages. */
@Controller('api/3Pay/Receipts')
export class ReceiptsController {
  constructor(private readonly reader: ReceiptReader) {}

  @Operation('Search', {
    ...searchTexts,
    message: '3pay.receipts.search',
    takes: SearchDto,
    answers: SearchResult,
    refuses: [],
  })
  async searchReceipts(
    @Body() body: SearchDto,
    @SpeaksFor() billTypes: readonly BillType[] = BILL_TYPES,
  ): Promise<Envelope> {
    const search = toSearch(body, billTypes);
    const { files, next } = await this.reader.search(search, body.cursor ?? null, toPageSize(body));
    return done({ receipts: files.map(toldFile), next });
  }

  @Operation('Get', {
    ...getTexts,
    message: '3pay.receipts.get',
    takes: GetDto,
    answers: LifeResult,
    refuses: ['NO_RECEIPT'],
  })
  async getReceipt(
    @Body() { id }: GetDto,
    @SpeaksFor() billTypes: readonly BillType[] = BILL_TYPES,
  ): Promise<Envelope> {
    return done(toldLife(await this.reader.get(Number(id), billTypes)));
  }

  @Operation('Refresh', {
    ...refreshTexts,
    message: '3pay.receipts.refresh',
    takes: GetDto,
    answers: LifeResult,
    refuses: ['UNDECIDED', 'NO_RECEIPT', 'CHANNEL_MISCONFIGURED'],
  })
  async refreshReceipt(
    @Body() { id }: GetDto,
    @SpeaksFor() billTypes: readonly BillType[] = BILL_TYPES,
    @AskedBy() asker: Asker = NOBODY,
  ): Promise<Envelope> {
    return done(toldLife(await this.reader.refresh(Number(id), billTypes, asker)));
  }
}

function done(tag: object): Envelope {
  return { errcode: 0, errmsg: 'ok', tag };
}
