/**
 * Runs one query on an SQL Server and prints its rows as JSON: for the specs that look into the
 * books in the middle of a synchronous check. Reads `{ url, text, values }` from its input.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const built = (name) => require(join(__dirname, '../../dist/src', name));
const { Secret } = built('config/secret.js');
const { mssqlDataSource, mssqlOf, poolOf } = built('legacy-db/mssql/mssql-data-source.js');

async function main() {
  const { url, text, values } = JSON.parse(readFileSync(0, 'utf8'));
  const source = mssqlDataSource({ url: new Secret(url) }, []);
  await source.initialize();
  const mssql = mssqlOf(source);
  const request = poolOf(source).request();
  values.forEach((value, index) => {
    const type = typeof value === 'number' ? mssql.BigInt : mssql.NVarChar(mssql.MAX);
    request.input(`p${index + 1}`, type, typeof value === 'number' ? String(value) : value);
  });
  const { recordset } = await request.query(text);
  // The driver gives 64-bit numbers as text; the books' own are all safe integers.
  const whole = new Set(
    Object.values(recordset?.columns ?? {})
      .filter(({ type }) => type === mssql.BigInt)
      .map(({ name }) => name),
  );
  const rows = (recordset ?? []).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        whole.has(name) && value !== null ? Number(value) : value,
      ]),
    ),
  );
  process.stdout.write(JSON.stringify(rows));
  await source.destroy();
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
