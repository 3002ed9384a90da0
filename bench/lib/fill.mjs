// Fills books that the service has made with finished receipts, by SQL, as the years would.
import { openHandle } from '../../dist/src/legacy-db/sqlite/sqlite-driver.js';

const CHUNK = 20_000;

/**
 * Adds paid receipts of bill type 2 until there are `count`. `vary` gives other columns of a
 * receipt for its place; those have a cashier and no row in a system's table.
 */
export function fill(file, count, vary = null) {
  const db = openHandle(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  const { have } = db.prepare('select count(*) as have from receipt').get();
  const begunAtMs = Date.now() - 86_400_000 * 30;
  for (let from = have; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    db.transaction(() => addReceipts(db, from, to, { begunAtMs, vary }))();
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function addReceipts(db, from, to, { begunAtMs, vary }) {
  const prepared = new Map();
  const insert = (table, values) => {
    const names = Object.keys(values);
    const marks = names.map(() => '?').join(', ');
    const text = `insert into ${table} (${names.join(', ')}) values (${marks})`;
    const statement = prepared.get(text) ?? db.prepare(text);
    prepared.set(text, statement);
    return statement.run(...Object.values(values)).lastInsertRowid;
  };
  for (let at = from; at < to; at += 1) {
    const billNo = `G${at}`;
    const number = `g${at.toString(16).padStart(31, '0')}`;
    const other = vary?.(at) ?? {};
    const bill = insert('bill', {
      bill_type: other.bill_type ?? '2',
      bill_key: billNo,
      bill_status: '3',
    });
    const serial = String(insert('receipt_serial', { outtradeno: number }));
    const receipt = insert('receipt', {
      ...plain({ at, billNo, number, begunAtMs }),
      bill_id: bill,
      receipt_id: serial,
      ...other,
    });
    for (const event of ['begin', 'giveCode', 'pay']) {
      insert('receipt_event', {
        receipt_row_id: receipt,
        at_ms: begunAtMs,
        event,
        state: 'paid',
        cause: 'bench',
      });
    }
    if (vary) {
      const { bill_type, begun_at_ms } = other;
      const key = { cashier_key: `K${at % 100}`, bill_type, begun_at_ms };
      insert('receipt_cashier', { ...key, receipt_row_id: receipt });
      const trade = { trade_no: `T${at}`, receipt_row_id: receipt };
      if (other.trade_no !== null) insert('trade', trade);
      continue;
    }
    insert('receipt_pos', {
      autoid: serial,
      billnum: billNo,
      bill_key: billNo,
      paytype: '98',
      outtradeno: number,
      paymentvalue: '1.00',
      body: 'x',
      clientip: '127.0.0.1',
      result: 'S',
      tradeno: `T${at}`,
      receiptvalue: '1.00',
      begunat: '2026-01-01 00:00:00',
    });
  }
}

/** A paid receipt of bill type 2. */
function plain({ at, billNo, number, begunAtMs }) {
  return {
    bill_type: '2',
    bill_no: billNo,
    pay_type: '98',
    amount_fen: 100,
    out_trade_no: number,
    state: 'paid',
    precreate_call: '{}',
    precreate_tries: 1,
    lease_until_ms: 0,
    code_ends_at_ms: begunAtMs,
    trade_no: `T${at}`,
    paid_fen: 100,
    paid_at_ms: begunAtMs,
    told_at_ms: begunAtMs,
    refunded_fen: 0,
    begun_at_ms: begunAtMs,
    duplicate: 0,
    claim_until_ms: 0,
  };
}
