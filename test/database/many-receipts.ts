import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';

/** Ids of what is made begin behind it. */
const BASE = 100_000;

/** Columns that are another one's in each copy. */
const OWN: Readonly<Record<string, string>> = {
  id: `${BASE} + n`,
  bill_id: `${BASE} + n`,
  receipt_row_id: `${BASE} + n`,
  bill_key: `'M' || n`,
  bill_no: `'M' || n`,
  billnum: `'M' || n`,
  receipt_id: `cast(${BASE} + n as text)`,
  autoid: `cast(${BASE} + n as text)`,
  out_trade_no: `'NM' || n`,
  outtradeno: `'NM' || n`,
  trade_no: `'TM' || n`,
  tradeno: `'TM' || n`,
  live_receipt_id: 'null',
};

/** Adds `count` copies of a paid receipt of POS, and of all that belongs to it. */
export function multiply(file: string, receiptRowId: number, count: number): void {
  const handle = openHandle(file);
  handle.exec('create temp table many (n integer primary key)');
  handle
    .prepare(
      `insert into many with recursive up(n) as (select 1 union all select n + 1 from up
        where n < ?) select n from up`,
    )
    .run(count);
  const copy = (table: string, where: string, own: Readonly<Record<string, string>> = OWN) => {
    const columns = handle.pragma(`table_info(${table})`) as { name: string }[];
    const names = columns.map(({ name }) => name).filter((name) => own[name] !== '');
    const values = names.map((name) => own[name] ?? `x.${name}`);
    handle
      .prepare(
        `insert into ${table} (${names.join(', ')}) select ${values.join(', ')}
          from ${table} x, many where ${where} order by n, x.rowid`,
      )
      .run(receiptRowId);
  };
  copy('bill', 'x.id = (select bill_id from receipt where id = ?)');
  copy('receipt', 'x.id = ?');
  copy('receipt_event', 'x.receipt_row_id = ?', { ...OWN, id: '' });
  copy('trade', 'x.receipt_row_id = ?');
  copy('callback', 'x.receipt_row_id = ?', { ...OWN, id: '', event_id: `'e' || n`, seq: '0' });
  copy('receipt_pos', 'x.outtradeno = (select out_trade_no from receipt where id = ?)');
  handle.close();
}
