import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { BYTE_ORDER_MARK, csvLine } from '../../../domain/reading/csv';
import type { Cell } from '../../../domain/reading/csv';
import { LANGUAGES } from '../../../domain/reading/words';
import type { Language } from '../../../domain/reading/words';
import {
  MOST_DAYS,
  statementDays,
  statementOf,
} from '../../../domain/reconciliation/statement-days';
import type { StatementBooks, StatementDays } from '../../../domain/reconciliation/statement-days';
import {
  rowCells,
  rowHeads,
  standing,
  sumCells,
  sumHeads,
} from '../../../domain/reconciliation/statement-table';
import { DailyBooksStore } from '../../daily/daily-books-store';
import { Refusal } from '../../refusal';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { withDatabase } from '../with-database';
import type { CommandBooks } from '../with-database';

const USAGE =
  'npm run statement -- --date yyyy-MM-dd [--until yyyy-MM-dd] [--csv FILE] [--rows FILE] ' +
  `[--lang zh|en]; ${MOST_DAYS} days at most; the files must not be there yet`;

interface Wish {
  readonly days: StatementDays;
  readonly language: Language;
  /** Where the sums go as a table; null: nowhere. */
  readonly csv: string | null;
  /** Where every movement goes as a table; null: nowhere. */
  readonly rows: string | null;
}

/** What some days brought each system by the books, and cost it by Alipay's bills. */
export async function statementCommand(
  words: readonly string[],
  books: CommandBooks,
): Promise<Verdict> {
  try {
    const wish = wishOf(words);
    const lines = await withDatabase(books, (database) =>
      statement(wish, { books: new DailyBooksStore(database), clock: books.clock }),
    );
    return { exitCode: 0, lines };
  } catch (error) {
    if (error instanceof Refusal) return { exitCode: 1, lines: [error.message] };
    return { exitCode: 2, lines: [`cannot be done: ${reasonOf(error)}`] };
  }
}

function wishOf(words: readonly string[]): Wish {
  const text = { type: 'string' } as const;
  try {
    const options = { date: text, until: text, csv: text, rows: text, lang: text };
    const { values } = parseArgs({ args: [...words], options });
    const { date = '', until = date, csv = null, rows = null, lang = 'zh' } = values;
    const days = statementDays(date, until);
    const language = LANGUAGES.find((one) => one === lang);
    if (days === null || language === undefined) throw new Refusal(USAGE);
    return { days, language, csv, rows };
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(USAGE);
  }
}

async function statement({ days, language, csv, rows }: Wish, from: StatementBooks) {
  const each = rows === null ? null : await Table.open(rows, rowHeads(language));
  const told = await statementOf(days, from, (row) => each?.add(rowCells(row, language)));
  await each?.close();
  const lines = told.lines.map((line) => sumCells(days, line, language));
  if (csv !== null) {
    const table = await Table.open(csv, sumHeads(language));
    for (const line of lines) await table.add(line);
    await table.close();
  }
  return [
    sumHeads(language).join('  '),
    ...lines.map((line) => line.map(shown).join('  ')),
    standing(days, told, language),
  ];
}

function shown(cell: Cell): string {
  return typeof cell === 'string' ? cell : (cell?.plain ?? '');
}

/** A file for programs of tables, written row by row. */
class Table {
  private constructor(private readonly file: WriteStream) {}

  /** @throws Refusal: it is there already, or cannot be made */
  static async open(path: string, head: readonly string[]): Promise<Table> {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    try {
      await once(file, 'open');
    } catch (error) {
      throw new Refusal(`${path}: ${reasonOf(error)}`);
    }
    const table = new Table(file);
    file.write(BYTE_ORDER_MARK);
    await table.add(head);
    return table;
  }

  async add(cells: readonly Cell[]): Promise<void> {
    if (!this.file.write(csvLine(cells))) await once(this.file, 'drain');
  }

  async close(): Promise<void> {
    this.file.end();
    await once(this.file, 'close');
  }
}
