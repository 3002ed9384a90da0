/**
 * Works on an SQLite file of the books in a process of its own, with the built service's code.
 * `books.child.js migrate FILE` brings the schema up to date; `write FILE NAME PAUSE_MS` begins
 * receipts for ever and prints each number once its Begin is acknowledged.
 */
const { join } = require('node:path');
const { setTimeout: wait } = require('node:timers/promises');

const built = (name) => require(join(__dirname, '../../dist/src', name));
const { systemClock } = built('config/system-clock.js');
const { openSqlite } = built('legacy-db/sqlite/open-sqlite.js');
const { receiptRepositories } = built('legacy-db/systems/receipt-repositories.js');

const [, , task, file, name, pauseMs] = process.argv;

function order(serial) {
  const nowMs = Date.now();
  return {
    billType: String(1 + (serial % 7)),
    billNo: `${name}${serial}`,
    payType: '98',
    amount: 100 + serial,
    body: 'body',
    detail: null,
    clientIp: '202.96.128.68',
    cardNo: serial % 7 === 6 ? 'CARD' : null,
    outTradeNo: `N${name}${serial}`,
    begunBy: 'scanCode',
    asker: { actor: null, requestId: null },
    channelCall: '{}',
    codeEndsAtMs: nowMs + 7_200_000,
    nowMs,
    leaseUntilMs: nowMs + 7_000,
    repeatGuardMs: 120_000,
  };
}

async function write(repositories, lane) {
  for (let serial = lane; ; serial += 4) {
    const begin = order(serial);
    const { kind } = await repositories[begin.billType].begin(begin);
    process.stdout.write(`${kind} ${begin.outTradeNo} ${begin.billType}\n`);
    if (Number(pauseMs) > 0) await wait(Number(pauseMs));
  }
}

async function main() {
  const open = await openSqlite(file, systemClock);
  if (task === 'migrate') return open.close();
  const repositories = receiptRepositories(open.database);
  await Promise.all([0, 1, 2, 3].map((lane) => write(repositories, lane)));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
