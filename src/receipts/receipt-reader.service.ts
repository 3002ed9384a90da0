import { Inject, Injectable } from '@nestjs/common';
import type { BillType } from '../domain/bill';
import { PayError } from '../domain/errors';
import type { ReceiptFile, ReceiptLife } from '../domain/reading/receipt-life';
import { RECEIPT_READING } from '../domain/reading/receipt-reading';
import type { ReceiptReading } from '../domain/reading/receipt-reading';
import { BEFORE_ALL } from '../domain/reading/receipt-search';
import type { ReceiptSearch } from '../domain/reading/receipt-search';
import { NOBODY } from '../domain/receipt/by';
import type { Asker } from '../domain/receipt/by';
import { Refresh } from '../pay/outcome/refresh.service';
import { invalidMember } from '../wire/operation/refusal';
import { cursorOf, placeOf } from './cursor';

/** How many receipts a page holds unless more or fewer are asked for. */
export const USUAL_PAGE = 50;
/** How many a page holds at most. */
export const LARGEST_PAGE = 200;

/** A page of what a search finds. */
export interface ReceiptPage {
  readonly files: readonly ReceiptFile[];
  /** What brings the next page; null: there is none. Also behind a page with fewer, or none. */
  readonly next: string | null;
}

/** Receipts as people and other programs look at them. A receipt of another system is not there. */
@Injectable()
export class ReceiptReader {
  constructor(
    @Inject(RECEIPT_READING) private readonly reading: ReceiptReading,
    private readonly refreshing: Refresh,
  ) {}

  /**
   * A page, newest first, each receipt with its refunds, callbacks and alarms.
   * @param cursor `next` of the page before; null: from the newest on
   * @param most 1 to `LARGEST_PAGE`
   * @throws PayError INVALID_MEMBER: a cursor that is none, or of another search
   * @throws PayError DATABASE_UNAVAILABLE
   */
  async search(search: ReceiptSearch, cursor: string | null, most: number): Promise<ReceiptPage> {
    const place = cursor === null ? BEFORE_ALL : placeOf(search, cursor);
    if (place === null) {
      throw invalidMember('cursor', '不是本次查询的游标 (no cursor of this search)');
    }
    const { receipts, next } = await this.reading.search(search, place, most);
    const files = await this.reading.files(receipts);
    return { files, next: next === null ? null : cursorOf(search, next) };
  }

  /**
   * One receipt by our numeric id, with its whole life.
   * @throws PayError NO_RECEIPT, also for one of another system; DATABASE_UNAVAILABLE
   */
  async get(id: number, billTypes: readonly BillType[]): Promise<ReceiptLife> {
    return this.reading.life(await this.find(id, billTypes));
  }

  /**
   * The same after Alipay was asked just now, whatever the books say. Simultaneous callers share
   * one question; its answer goes through the one door.
   * @throws PayError UNDECIDED: Alipay's answer says nothing; NO_RECEIPT, CHANNEL_MISCONFIGURED,
   * DATABASE_UNAVAILABLE
   */
  async refresh(
    id: number,
    billTypes: readonly BillType[],
    asker: Asker = NOBODY,
  ): Promise<ReceiptLife> {
    const found = await this.find(id, billTypes);
    const receipt = await this.refreshing.refresh(found, { ...asker, cause: 'refresh' });
    return this.reading.life(receipt);
  }

  private async find(id: number, billTypes: readonly BillType[]) {
    const found = await this.reading.find(id, billTypes);
    if (found === null) throw new PayError('NO_RECEIPT', `no receipt ${id} for this caller`);
    return found;
  }
}
