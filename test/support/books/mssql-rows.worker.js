/**
 * Asks an SQL Server for a thread that waits: for the specs that look into the books in the middle
 * of a synchronous check. Gets `{ text, values }` by the port and gives `{ rows }` or `{ error }`
 * as JSON; `signal` wakes who waits.
 */
const { join } = require('node:path');
const { workerData } = require('node:worker_threads');

const { url, port, signal } = workerData;
const built = (name) => require(join(__dirname, '../../../dist/src', name));

let opening = null;

/** The driver and a pool, opened once. */
function opened() {
  opening ??= (async () => {
    const { Secret } = built('config/reading/secret.js');
    const { mssqlDataSource, mssqlOf, poolOf } = built('legacy-db/sqlserver/mssql-data-source.js');
    const source = mssqlDataSource({ url: new Secret(url) }, []);
    await source.initialize();
    return { mssql: mssqlOf(source), pool: poolOf(source) };
  })();
  return opening;
}

async function ask({ text, values }) {
  const { mssql, pool } = await opened();
  const request = pool.request();
  values.forEach((value, index) => {
    const type = typeof value === 'number' ? mssql.BigInt : mssql.NVarChar(4000);
    request.input(`p${index + 1}`, type, typeof value === 'number' ? String(value) : value);
  });
  const { recordset } = await request.query(text);
  return (recordset ?? []).map((row) => {
    const columns = Object.entries(row);
    return Object.fromEntries(
      columns.map(([name, value]) => [name, plain(mssql, recordset.columns[name], value)]),
    );
  });
}

/** A number all of whose digits are what the server has. */
function exact(value, scale) {
  if (Number.isSafeInteger(Math.round(value * 10 ** scale))) return value;
  throw new Error('a number too long to be looked at exactly: convert it to text in the query');
}

/** A value as SQLite's books give it: whole numbers, yuan and times as text. */
function plain(mssql, column, value) {
  if (value === null) return null;
  // The driver gives 64-bit numbers as text; the books' own are all safe integers.
  if (column.type === mssql.BigInt) return exact(Number(value), 0);
  // And decimals as floats: exact up to here.
  if (column.type === mssql.Decimal) return exact(value, column.scale).toFixed(column.scale);
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ');
  return value;
}

port.on('message', (question) => {
  ask(question)
    .then(
      (rows) => ({ rows }),
      (error) => ({ error: String(error?.stack ?? error) }),
    )
    .then((answer) => {
      port.postMessage(JSON.stringify(answer));
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
    });
});
