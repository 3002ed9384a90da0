import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { BILL_TYPE_NAMES } from '../../../domain/bill';
import { chinaTime, parseChinaTime } from '../../../domain/china-time';
import { NO_MONEY, fen, formatYuan } from '../../../domain/money';
import type { Fen } from '../../../domain/money';
import type { DailyBooks } from '../../../domain/ports/daily-books';
import { Statement } from '../../../domain/reconciliation/statement';
import type { StatementLine, StatementRow } from '../../../domain/reconciliation/statement';
import { DailyBooksStore } from '../../daily/daily-books-store';
import { Refusal } from '../../refusal';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { withDatabase } from '../with-database';
import type { CommandBooks } from '../with-database';
import { BOM, csvLine } from './csv';
import { LANGUAGES, WORDS } from './words';
import type { Language } from './words';

const USAGE =
  'npm run statement -- --date yyyy-MM-dd [--csv FILE] [--rows FILE] [--lang zh|en]; ' +
  'the files must not be there yet';
const DAY_MS = 86_400_000;

interface Wish {
  readonly date: string;
  readonly startMs: number;
  readonly language: Language;
  /** Where the sums go as a table; null: nowhere. */
  readonly csv: string | null;
  /** Where every movement goes as a table; null: nowhere. */
  readonly rows: string | null;
}

/** What a day brought each system by the books, and cost it by Alipay's bill. */
export async function statementCommand(
  words: readonly string[],
  books: CommandBooks,
): Promise<Verdict> {
  try {
    const wish = wishOf(words);
    const lines = await withDatabase(books, (database) =>
      statement(wish, new DailyBooksStore(database)),
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
    const options = { date: text, csv: text, rows: text, lang: text };
    const { values } = parseArgs({ args: [...words], options });
    const { date = '', csv = null, rows = null, lang = 'zh' } = values;
    const startMs = parseChinaTime(`${date} 00:00:00`);
    const language = LANGUAGES.find((one) => one === lang);
    if (startMs === null || language === undefined) throw new Refusal(USAGE);
    return { date, startMs, language, csv, rows };
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(USAGE);
  }
}

async function statement(wish: Wish, books: DailyBooks): Promise<string[]> {
  const { date, language } = wish;
  const words = WORDS[language];
  const sums = new Statement();
  const rows = wish.rows === null ? null : await Table.open(wish.rows, words.rows);
  for await (const row of movementsOf(wish, books)) {
    sums.add(row);
    await rows?.add(rowCells(row, language));
  }
  await rows?.close();
  const result = await books.dayResult(date);
  const lines = sums.lines(result === null ? null : await books.feesOf(date));
  if (wish.csv !== null) {
    const table = await Table.open(wish.csv, words.sums);
    for (const line of lines) await table.add(sumCells(date, line, language));
    await table.close();
  }
  const stands = result === null ? words.notCompared : words.differs(result.differences);
  return [
    words.sums.join('  '),
    ...lines.map((line) => sumCells(date, line, language).join('  ')),
    result?.differences === 0 ? words.agrees : stands,
  ];
}

/** Everything that moved on the day, once: by the bill that holds it, else by its time. */
async function* movementsOf(
  { date, startMs }: Wish,
  books: DailyBooks,
): AsyncGenerator<StatementRow> {
  const seen = new Set<string>();
  const both = [books.receiptsBetween(startMs, startMs + DAY_MS), books.receiptsSettledOn(date)];
  for (const receipts of both) {
    for await (const receipt of receipts) {
      for (const movement of receipt.movements) {
        const day = movement.settledOn ?? chinaTime(movement.atMs).slice(0, 10);
        if (day !== date || seen.has(movement.key)) continue;
        seen.add(movement.key);
        yield { receipt, movement };
      }
    }
  }
}

function sumCells(date: string, line: StatementLine, language: Language): (string | number)[] {
  const { all } = WORDS[language];
  const { billType, payments, paid, refunds, refunded, net, fee } = line;
  const system = billType === null ? all : BILL_TYPE_NAMES[billType][language];
  const fees = fee === null ? ['', ''] : [formatYuan(fee), formatYuan(minus(net, fee))];
  const sums = [payments, formatYuan(paid), refunds, formatYuan(refunded), formatYuan(net)];
  return [date, system, ...sums, ...fees];
}

function rowCells({ receipt, movement }: StatementRow, language: Language): (string | number)[] {
  const { kinds } = WORDS[language];
  const { kind, amount, tradeNo, requestNo, atMs } = movement;
  const shown = formatYuan(kind === 'refund' ? minus(NO_MONEY, amount) : amount);
  const head = [chinaTime(atMs), BILL_TYPE_NAMES[receipt.billType][language], kinds[kind], shown];
  return [...head, receipt.outTradeNo, tradeNo, requestNo ?? '', receipt.receiptRowId];
}

function minus(one: Fen, other: Fen): Fen {
  return fen(one - other);
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
    file.write(BOM);
    await table.add(head);
    return table;
  }

  async add(cells: readonly (string | number)[]): Promise<void> {
    if (!this.file.write(csvLine(cells))) await once(this.file, 'drain');
  }

  async close(): Promise<void> {
    this.file.end();
    await once(this.file, 'close');
  }
}
