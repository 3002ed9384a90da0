import { Inject, Injectable } from '@nestjs/common';
import { PayError } from '../../domain/errors';
import { BYTE_ORDER_MARK } from '../../domain/reading/csv';
import { RECEIPT_READING } from '../../domain/reading/receipt-reading';
import type { ReceiptReading } from '../../domain/reading/receipt-reading';
import { BEFORE_ALL } from '../../domain/reading/receipt-search';
import type { Place, ReceiptSearch } from '../../domain/reading/receipt-search';
import type { Language } from '../../domain/reading/words';
import { mergedPages } from './merged-pages';
import type { Pages } from './merged-pages';
import { headLine, receiptLine } from './receipt-lines';

/** So many files are written at the same time: each reads all the time. */
const AT_ONCE = 2;
/** So many lines are in memory at a time: what outlives a collection of garbage costs the most. */
const PIECE = 60;

/** Everything a search finds, or several, as a file for spreadsheets. */
@Injectable()
export class ReceiptExport {
  private running = 0;

  constructor(@Inject(RECEIPT_READING) private readonly reading: ReceiptReading) {}

  /**
   * The file in pieces (UTF-8 text, CRLF), newest first, each receipt once. A piece is read when it
   * is asked for, so that memory does not grow with the file; end the iteration when nobody wants
   * the rest. Several searches are sorted by when receipts were begun.
   * @throws PayError OVERLOADED: so many are being written; DATABASE_UNAVAILABLE, at any piece
   */
  async *file(searches: readonly ReceiptSearch[], language: Language): AsyncGenerator<string> {
    if (this.running >= AT_ONCE) throw new PayError('OVERLOADED', 'exports');
    this.running += 1;
    try {
      let begin = BYTE_ORDER_MARK + headLine(language);
      for await (const receipts of this.pages(searches)) {
        yield begin + receipts.map((receipt) => receiptLine(receipt, language)).join('');
        begin = '';
      }
      if (begin !== '') yield begin;
    } finally {
      this.running -= 1;
    }
  }

  private pages(searches: readonly ReceiptSearch[]): Pages {
    const each = searches.map((search) => this.pagesOf(search));
    const [only] = each;
    return only && each.length === 1 ? only : mergedPages(each, PIECE);
  }

  private async *pagesOf(search: ReceiptSearch): Pages {
    for (let place: Place | null = BEFORE_ALL; place !== null;) {
      const { receipts, next } = await this.reading.search(search, place, PIECE);
      yield receipts;
      place = next;
    }
  }
}
