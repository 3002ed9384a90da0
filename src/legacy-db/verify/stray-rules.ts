import { BILL_TYPES } from '../../domain/bill';
import { Fragment, big, chars, sql } from '../sql/sql';
import type { Statement } from '../sql/sql';
import type { BookDifference } from './account';
import { NONE } from './account';
import type { Big, ReadBooks } from './read-accounts';

/** What a question for stray rows gives: the row, and what it says it belongs to. */
interface StrayRow {
  readonly number: Big;
  readonly owner: Big;
}

/** A question that no row answers in books that are right. */
interface StrayQuestion {
  readonly select: Statement;
  readonly read: (row: StrayRow) => BookDifference;
}

/** So many rows are told of each question; more of them have one cause. */
const MOST = 1_000;

/** Our tables whose rows belong to a receipt; 0 says that they belong to none. */
const OWNED = ['receipt_event', 'refund', 'callback', 'alarm'];

/** Rows that belong to nothing, and numbers that were given twice. */
export async function strayDifferences(books: ReadBooks): Promise<BookDifference[]> {
  const found: BookDifference[] = [];
  for (const { select, read } of strayQuestions(books)) {
    const rows = await books.read.rows<StrayRow>(select);
    found.push(...rows.map(read));
    if (rows.length < MOST) continue;
    const [one] = rows.slice(-1).map(read);
    if (one) found.push({ ...one, expected: 'no more', found: `${MOST} or more` });
  }
  return found;
}

function strayQuestions(books: ReadBooks): readonly StrayQuestion[] {
  const { top, limit } = books.dialect.first(MOST);
  const owned = OWNED.map((table): StrayQuestion => ({
    select: sql`select ${top} x.id as number, x.receipt_row_id as owner
        from ${new Fragment(table)} x left join receipt r on r.id = x.receipt_row_id
        where r.id is null and x.receipt_row_id <> ${big(0)} order by x.id ${limit}`,
    read: ({ number, owner }) => stray(`${table} ${number}`, `receipt ${owner}`),
  }));
  const trades: StrayQuestion = {
    select: sql`select ${top} t.trade_no as number, t.receipt_row_id as owner from trade t
        left join receipt r on r.id = t.receipt_row_id and r.trade_no = t.trade_no
        where r.id is null order by t.trade_no ${limit}`,
    read: ({ number, owner }) => stray(`trade ${number}`, `receipt ${owner} paid by it`),
  };
  return [...owned, trades, ...systemQuestions(books), ...numberQuestions(books)];
}

function stray(subject: string, expected: string): BookDifference {
  return { subject, kind: 'stray', expected, found: NONE };
}

/** What a system has of us and we do not. */
function systemQuestions({ dialect, systems }: ReadBooks): readonly StrayQuestion[] {
  if (!systems) return [];
  const { top, limit } = dialect.first(MOST);
  return BILL_TYPES.map((type) => {
    const table = systems.of(type);
    return {
      select: sql`select ${top} s.outtradeno as number, 0 as owner from ${table} s
          left join receipt r on r.out_trade_no = s.outtradeno and r.bill_type = ${chars(1, type)}
          where r.id is null order by s.outtradeno ${limit}`,
      read: ({ number }) => stray(`${table.text} ${number}`, 'a receipt'),
    };
  });
}

/** The numbers by which a system knows what it was told: each is given once, and counted. */
function numberQuestions({ dialect }: ReadBooks): readonly StrayQuestion[] {
  const { top, limit } = dialect.first(MOST);
  const subject = (type: Big) => `callbacks of bill type ${type}`;
  return [
    {
      select: sql`select ${top} bill_type as number, seq as owner from callback
          where seq > ${big(0)} group by bill_type, seq having count(*) > 1
          order by bill_type, seq ${limit}`,
      read: ({ number, owner }) => {
        const [expected, found] = [`seq ${owner} once`, 'several times'];
        return { subject: subject(number), kind: 'seq', expected, found };
      },
    },
    {
      select: sql`select ${top} r.bill_type as number, max(c.seq) as owner from callback c
          join callback_receiver r on r.bill_type = c.bill_type and c.seq > r.last_seq
          group by r.bill_type order by r.bill_type ${limit}`,
      read: ({ number, owner }) => {
        const [expected, found] = ['no seq above the last one', `seq ${owner}`];
        return { subject: subject(number), kind: 'seq', expected, found };
      },
    },
  ];
}
