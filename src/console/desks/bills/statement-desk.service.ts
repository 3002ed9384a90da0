import { Inject, Injectable } from '@nestjs/common';
import { BILL_TYPE_NAMES } from '../../../domain/bill';
import { PayError } from '../../../domain/errors';
import { chinaTime } from '../../../domain/china-time';
import { fen } from '../../../domain/money';
import { CLOCK } from '../../../domain/ports/clock';
import type { Clock } from '../../../domain/ports/clock';
import { DAILY_BOOKS } from '../../../domain/ports/daily-books';
import type { DailyBooks } from '../../../domain/ports/daily-books';
import { BYTE_ORDER_MARK, csvLine } from '../../../domain/reading/csv';
import type { StatementLine } from '../../../domain/reconciliation/statement';
import {
  movementsOf,
  statementDays,
  statementOf,
} from '../../../domain/reconciliation/statement-days';
import type { StatementBooks, StatementDays } from '../../../domain/reconciliation/statement-days';
import {
  daysText,
  rowCells,
  rowHeads,
  standing,
  sumCells,
  sumHeads,
} from '../../../domain/reconciliation/statement-table';
import type { Visit } from '../../session/visit';
import { STATEMENT_TEXTS } from '../../texts/reconciliation.texts';
import { money } from '../../view/format';
import type { Lang } from '../../view/look';
import { Download, Page } from '../../view/page';

const DAY_MS = 86_400_000;
/** So many statements are made at the same time: each reads all the time. */
const AT_ONCE = 2;
/** So many rows of a file are written at a time. */
const PIECE = 100;

/** What some days brought by the books: on a page, and as the tables of `npm run statement`. */
@Injectable()
export class StatementDesk {
  private running = 0;

  constructor(
    @Inject(DAILY_BOOKS) private readonly books: DailyBooks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async page({ lang, query }: Visit): Promise<Page> {
    const t = STATEMENT_TEXTS[lang];
    const days = this.daysOf(query);
    const told = days === null ? null : await this.alone(() => statementOf(days, this.from()));
    const shown =
      days === null || told === null
        ? { lines: [], standing: '', isGood: false, files: null }
        : {
            lines: told.lines.map((line) => shownLine(line, lang)),
            standing: standing(days, told, lang),
            isGood: told.compared === days.dates.length && told.differences === 0,
            files: { sums: fileOf(days, 'sums'), rows: fileOf(days, 'rows') },
          };
    const data = {
      t: days === null ? t : { ...t, title: `${t.title} ${daysText(days)}` },
      trouble: days === null ? t.wrongDays : null,
      from: days?.from ?? query.get('from') ?? '',
      until: days?.until ?? query.get('until') ?? '',
      runs: this.runs(lang),
      ...shown,
    };
    return new Page('statement', data, days === null ? 400 : 200);
  }

  /** `of=rows`: every movement; else the sums. */
  file({ lang, query }: Visit): Page | Download {
    const days = this.daysOf(query);
    if (days === null) {
      const t = STATEMENT_TEXTS[lang];
      return new Page('refused', { t, why: t.wrongDays, back: '/console/reconciliation' }, 400);
    }
    const isRows = query.get('of') === 'rows';
    const name = `${isRows ? 'movements' : 'statement'}-${daysText(days).replaceAll(' ', '')}`;
    const pieces = isRows ? this.rows(days, lang) : this.sums(days, lang);
    return new Download(name, pieces);
  }

  /** Runs of days that are asked for most, for the links of the page. */
  runs(lang: Lang): readonly { readonly name: string; readonly path: string }[] {
    const t = STATEMENT_TEXTS[lang];
    const today = dateOf(this.clock.nowMs());
    const yesterday = dateOf(this.clock.nowMs() - DAY_MS);
    const monthStart = `${today.slice(0, 8)}01`;
    const lastEnd = dateOf(Date.parse(`${monthStart}T00:00:00+08:00`) - DAY_MS);
    const run = (name: string, from: string, until: string) => {
      return { name, path: `/console/reconciliation/statement?from=${from}&until=${until}` };
    };
    return [
      run(t.yesterday, yesterday, yesterday),
      run(t.thisMonth, monthStart, today),
      run(t.lastMonth, `${lastEnd.slice(0, 8)}01`, lastEnd),
    ];
  }

  private async *sums(days: StatementDays, lang: Lang): AsyncGenerator<string> {
    const { lines } = await this.alone(() => statementOf(days, this.from()));
    yield BYTE_ORDER_MARK + csvLine(sumHeads(lang));
    yield lines.map((line) => csvLine(sumCells(days, line, lang))).join('');
  }

  private async *rows(days: StatementDays, lang: Lang): AsyncGenerator<string> {
    this.begin();
    try {
      let piece = BYTE_ORDER_MARK + csvLine(rowHeads(lang));
      let count = 0;
      for await (const row of movementsOf(days, this.from())) {
        piece += csvLine(rowCells(row, lang));
        count += 1;
        if (count % PIECE !== 0) continue;
        yield piece;
        piece = '';
      }
      yield piece;
    } finally {
      this.running -= 1;
    }
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.running -= 1;
    }
  }

  private begin(): void {
    if (this.running >= AT_ONCE) throw new PayError('OVERLOADED', 'statements');
    this.running += 1;
  }

  private from(): StatementBooks {
    return { books: this.books, clock: this.clock };
  }

  private daysOf(query: URLSearchParams): StatementDays | null {
    const from = query.get('from') ?? '';
    return statementDays(from, query.get('until') || from);
  }
}

function fileOf({ from, until }: StatementDays, of: 'sums' | 'rows'): string {
  return `/console/reconciliation/statement-file?from=${from}&until=${until}&of=${of}`;
}

function dateOf(atMs: number): string {
  return chinaTime(atMs).slice(0, 10);
}

function shownLine(line: StatementLine, lang: Lang) {
  const { billType, payments, paid, refunds, refunded, net, fee } = line;
  return {
    isAll: billType === null,
    system: billType === null ? STATEMENT_TEXTS[lang].all : BILL_TYPE_NAMES[billType][lang],
    payments,
    paid: money(paid),
    refunds,
    refunded: money(refunded),
    net: money(net),
    fee: fee === null ? '–' : money(fee),
    after: fee === null ? '–' : money(fen(net - fee)),
  };
}
