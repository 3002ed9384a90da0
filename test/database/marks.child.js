/**
 * Works on an SQLite file of the books in a process of its own, with the built service's code.
 * `marks.child.js begin FILE NAME COUNT` begins COUNT receipts and prints `autoid id` of each once
 * it is acknowledged. `cut FILE` ends itself by SIGKILL when it would write the marks: the books
 * have committed a block by then, and the file beside them does not know. `asNobody FILE` begins
 * one receipt without an administrator's rights.
 */
const fs = require('node:fs');
const { join } = require('node:path');

const built = (name) => require(join(__dirname, '../../dist/src', name));
const { systemClock } = built('config/system-clock.js');
const { openSqlite } = built('legacy-db/sqlite/open-sqlite.js');
const { receiptRepositories } = built('legacy-db/systems/receipt-repositories.js');
const { openHandle } = built('legacy-db/sqlite/sqlite-driver.js');

const [, , task, file, name = 'n', count = '1'] = process.argv;

function order(serial) {
  const nowMs = Date.now();
  return {
    ...{ billType: '2', billNo: `${name}${serial}`, payType: '98', amount: 100, body: 'b' },
    ...{ detail: null, clientIp: '202.96.128.68', cardNo: null, outTradeNo: `N${name}${serial}` },
    asker: { actor: null, requestId: null },
    ...{ begunBy: 'scanCode', channelCall: '{}', codeEndsAtMs: nowMs + 7_200_000, nowMs },
    ...{ leaseUntilMs: nowMs + 7_000, repeatGuardMs: 120_000 },
  };
}

/** An administrator may write anywhere. Nobody may not, but cannot read the program either. */
function becomeNobody() {
  openHandle(':memory:').close();
  if (process.getuid?.() === 0) process.setuid(65_534);
}

async function main() {
  if (task === 'asNobody') becomeNobody();
  if (task === 'cut') fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
  const open = await openSqlite(file, systemClock);
  const repositories = receiptRepositories(open.database);
  for (let serial = 1; serial <= Number(count); serial += 1) {
    const { receipt } = await repositories['2'].begin(order(serial));
    process.stdout.write(`${receipt.receiptId} ${receipt.id}\n`);
  }
  await open.close();
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
