import type { QueryRunner } from 'typeorm';
import { BILL_TYPE_NAMES } from '../../domain/bill';
import { EVENT_WORDS, STATE_WORDS } from '../../domain/reading/words';
import type { Words } from '../../domain/reading/words';
import { isSqlServer, literals } from '../books/own-columns';

/** How the two stores spell what people want to read. */
interface Spelling {
  /** Yuan with two decimals of a column of fen. */
  readonly yuan: (column: string) => string;
  /** China time of a column of epoch ms. */
  readonly time: (column: string) => string;
  readonly text: (text: string) => string;
}

const OFFSET_MS = 28_800_000;
const DAY_MS = 86_400_000;

function spellingOf(runner: QueryRunner): Spelling {
  const text = (one: string) => literals(runner, one);
  if (!isSqlServer(runner)) {
    return {
      yuan: (column) => `printf('%d.%02d', ${column} / 100, ${column} % 100)`,
      time: (column) =>
        `strftime('%Y-%m-%d %H:%M:%S', (${column} + ${OFFSET_MS}) / 1000, 'unixepoch')`,
      text,
    };
  }
  const days = (column: string) => `convert(int, (${column} + ${OFFSET_MS}) / ${DAY_MS})`;
  const seconds = (column: string) => `convert(int, (${column} + ${OFFSET_MS}) % ${DAY_MS} / 1000)`;
  return {
    yuan: (column) => `convert(decimal(18, 2), convert(decimal(18, 0), ${column}) / 100)`,
    // A day and its seconds: seconds alone are too many for dateadd after 2038.
    time: (column) =>
      `dateadd(second, ${seconds(column)}, dateadd(day, ${days(column)}, ` +
      `convert(datetime2(0), ${text('1970-01-01')})))`,
    text,
  };
}

/** Null where the column is. Of SQLite's printf and of arithmetic with null, only the second is. */
function orNull(column: string, spelt: string): string {
  return `case when ${column} is null then null else ${spelt} end`;
}

function wordOf(
  column: string,
  words: Readonly<Record<string, Words>>,
  { text }: Spelling,
): string {
  const cases = Object.entries(words).map(([key, { zh }]) => `when ${text(key)} then ${text(zh)}`);
  return `case ${column} ${cases.join(' ')} else ${column} end`;
}

function receiptView(spelling: Spelling): string {
  const { yuan, time, text } = spelling;
  return `create view v_receipt as select r.id as receipt_no,
    ${wordOf('r.bill_type', BILL_TYPE_NAMES, spelling)} as system_name, r.bill_type, r.bill_no,
    r.receipt_id, r.pay_type, ${yuan('r.amount_fen')} as amount,
    ${orNull('r.paid_fen', yuan('r.paid_fen'))} as paid, ${yuan('r.refunded_fen')} as refunded,
    r.amount_fen, r.paid_fen, r.refunded_fen,
    r.state, ${wordOf('r.state', STATE_WORDS, spelling)} as state_words,
    case when r.duplicate = 1 then ${text('是')} else ${text('否')} end as is_duplicate,
    ${time('r.begun_at_ms')} as begun_at,
    ${orNull('r.paid_at_ms', time('r.paid_at_ms'))} as paid_at,
    ${orNull('r.ended_at_ms', time('r.ended_at_ms'))} as ended_at,
    ${orNull('r.told_at_ms', time('r.told_at_ms'))} as told_at,
    r.trade_no, r.out_trade_no, r.card_no, r.buyer, r.channel_status as alipay_word, b.bill_status
    from receipt r join bill b on b.id = r.bill_id`;
}

function eventView(spelling: Spelling): string {
  const { yuan, time } = spelling;
  return `create view v_receipt_event as select e.id as event_no, e.receipt_row_id as receipt_no,
    ${time('e.at_ms')} as happened_at, r.bill_type, r.bill_no, r.receipt_id,
    e.event, ${wordOf('e.event', EVENT_WORDS, spelling)} as event_words,
    e.from_state, e.state, ${wordOf('e.state', STATE_WORDS, spelling)} as state_words,
    ${orNull('e.amount_fen', yuan('e.amount_fen'))} as amount, e.amount_fen,
    e.cause, e.actor, e.request_id, e.channel_status as alipay_word
    from receipt_event e join receipt r on r.id = e.receipt_row_id`;
}

const VIEWS: readonly (readonly [name: string, text: (spelling: Spelling) => string])[] = [
  ['v_receipt', receiptView],
  ['v_receipt_event', eventView],
];

/** Makes the views; what has their name already is left alone, whoever made it. */
export async function makeViews(runner: QueryRunner): Promise<void> {
  const spelling = spellingOf(runner);
  for (const [name, textOf] of VIEWS) {
    const found = isSqlServer(runner)
      ? `select name from sys.objects where name = N'${name}' and schema_id = schema_id()`
      : `select name from sqlite_master where name = '${name}'`;
    if (((await runner.query(found)) as unknown[]).length > 0) continue;
    await runner.query(textOf(spelling));
  }
}

/** Drops them. */
export async function dropViews(runner: QueryRunner): Promise<void> {
  for (const [name] of [...VIEWS].reverse()) await runner.query(`drop view ${name}`);
}
