// One table of receipts in SQLite with prepared statements, durable by WAL and synchronous=FULL.
import { openHandle } from '../../dist/src/legacy-db/sqlite/sqlite-driver.js';

/** Opens or makes the file. `group`: units that wait at the same time share one commit. */
export function floorBooks(file, group) {
  const db = openHandle(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`create table if not exists receipt (id integer primary key, bill_type text not null,
    bill_no text not null, pay_type text not null, amount_fen integer not null,
    out_trade_no text not null unique, state text not null, qr_code text, body text,
    begun_at_ms integer not null, unique (bill_type, bill_no, id))`);
  const insert = db.prepare(`insert into receipt (bill_type, bill_no, pay_type, amount_fen,
    out_trade_no, state, body, begun_at_ms) values (?, ?, ?, ?, ?, 'begun', ?, ?)`);
  const giveCode = db.prepare(
    `update receipt set state = 'waiting', qr_code = ? where id = ? and state = 'begun'`,
  );
  const find = db.prepare(
    `select * from receipt where bill_type = ? and bill_no = ? and id = ? and pay_type = ?`,
  );
  const write = group ? grouped(db) : (work) => Promise.resolve(work());
  return {
    begin: (...values) => write(() => insert.run(...values).lastInsertRowid),
    giveCode: (code, id) => write(() => giveCode.run(code, id).changes),
    find: (...key) => find.get(...key),
    setState: (id, state) => db.prepare('update receipt set state = ? where id = ?').run(state, id),
  };
}

/** Group commit: what arrives in one turn of the event loop is one transaction. */
function grouped(db) {
  const waiting = [];
  let planned = false;
  const commit = () => {
    planned = false;
    const units = waiting.splice(0);
    const results = [];
    try {
      db.transaction(() => units.forEach(({ work }) => results.push(work())))();
    } catch (error) {
      units.forEach(({ reject }) => reject(error));
      return;
    }
    units.forEach(({ resolve }, index) => resolve(results[index]));
  };
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve, reject });
      if (planned) return;
      planned = true;
      setImmediate(commit);
    });
}
