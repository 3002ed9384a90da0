import { Inject, Injectable } from '@nestjs/common';
import { chinaTime } from '../../../domain/china-time';
import type { ReceiptFile } from '../../../domain/reading/receipt-life';
import { STATE_WORDS } from '../../../domain/reading/words';
import { RECEIPT_STATES } from '../../../domain/receipt/receipt-state';
import { PayError } from '../../../domain/errors';
import { CLOCK } from '../../../domain/ports/clock';
import type { Clock } from '../../../domain/ports/clock';
import { ReceiptExport } from '../../../receipts/export/receipt-export.service';
import { ReceiptReader } from '../../../receipts/receipt-reader.service';
import type { Visit } from '../../session/visit';
import { RECEIPTS_TEXTS } from '../../texts/receipts.texts';
import { money, systemName, time } from '../../view/format';
import type { Lang } from '../../view/look';
import { Download, Page } from '../../view/page';
import { receiptPage, toneOf } from './receipt-page';
import { searchesOf, SlipSearch } from './receipt-search.service';
import type { SearchFields } from './receipt-search.service';

/** Receipts to look at: the list, and one with its whole life. */
@Injectable()
export class ReceiptDesk {
  constructor(
    private readonly reader: ReceiptReader,
    private readonly slips: SlipSearch,
    private readonly exports: ReceiptExport,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list({ lang, query, visitor }: Visit): Promise<Page> {
    const t = RECEIPTS_TEXTS[lang];
    const fields = fieldsOf(query);
    const { files, next, isCut } = await this.slips.find(fields, visitor.billTypes);
    return new Page('receipts', {
      t,
      fields,
      systems: visitor.billTypes.map((each) => ({ id: each, name: systemName(each, lang) })),
      states: RECEIPT_STATES.map((each) => ({ id: each, name: STATE_WORDS[each][lang] })),
      isNarrowed: Object.values(fields).some((each) => each !== '' && each !== null),
      receipts: files.map((file) => shownFile(file, lang)),
      isCut,
      next: next === null ? null : nextPath(query, next),
      file: filePath(query),
    });
  }

  /** All that the list would show, page by page, as a file. */
  export({ lang, query, visitor }: Visit): Download {
    const searches = searchesOf(fieldsOf(query), visitor.billTypes);
    const name = `receipts-${chinaTime(this.clock.nowMs()).replace(/\D/g, '')}`;
    return new Download(name, this.exports.file(searches, lang));
  }

  async one(visit: Visit, id: string): Promise<Page> {
    return receiptPage(await this.reader.get(receiptNumber(id), visit.visitor.billTypes), visit);
  }
}

/** The number in the address of a receipt. @throws PayError NO_RECEIPT */
export function receiptNumber(id: string): number {
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new PayError('NO_RECEIPT', 'an address without a receipt');
}

function fieldsOf(query: URLSearchParams): SearchFields {
  const text = (name: string): string => query.get(name)?.trim() ?? '';
  return {
    text: text('q'),
    billType: text('system'),
    state: text('state'),
    from: text('from'),
    to: text('to'),
    cursor: query.get('cursor'),
  };
}

function nextPath(query: URLSearchParams, cursor: string): string {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `/console/receipts?${next.toString()}`;
}

function filePath(query: URLSearchParams): string {
  const same = new URLSearchParams(query);
  same.delete('cursor');
  return `/console/receipts/export?${same.toString()}`;
}

function shownFile({ receipt, alarms }: ReceiptFile, lang: Lang) {
  const { payment, refunded } = receipt;
  return {
    id: receipt.id,
    bill: receipt.billNo,
    system: systemName(receipt.billType, lang),
    amount: money(receipt.amount),
    state: STATE_WORDS[receipt.state][lang],
    tone: toneOf(receipt),
    duplicate: receipt.duplicate,
    begun: time(receipt.begunAtMs),
    paidAt: payment === null ? '' : time(payment.paidAtMs),
    refunded: refunded > 0 ? money(refunded) : '',
    needsHuman: alarms.some(({ closedAtMs }) => closedAtMs === null),
  };
}
