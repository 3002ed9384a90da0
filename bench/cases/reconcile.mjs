// Reconcile: a day of many payments, the books against the bill, by the command itself: how long,
// and how much memory at most. One row in a hundred thousand differs by a fen. Then the same beside
// tills that ask for codes as fast as they can: how many they get, with and without it.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import iconv from 'iconv-lite';
import { openHandle } from '../../dist/src/legacy-db/sqlite/sqlite-driver.js';
import { detailsText, summaryText } from '../../dist/src/simulator/bill/bill-text.js';
import { writeZip } from '../../dist/src/simulator/bill/write-zip.js';
import { median } from '../lib/figures.mjs';
import { load } from '../lib/load.mjs';
import { subject } from './scan-code.mjs';

const COMMAND = resolve(import.meta.dirname, '../../dist/src/reconcile-main.js');
const DAY_MS = 86_400_000;
const ACCOUNT = '20880000000000010156';
const NO_LIES = { trailer: 0, summary: 0, net: 0 };

/** Paid receipts, spread over the day; nothing else of them is looked at. */
function fillDay(file, count, startMs) {
  const db = openHandle(file);
  db.pragma('synchronous = OFF');
  db.prepare(
    `with recursive n(at) as (select 1 union all select at + 1 from n where at < @count)
     insert into receipt (bill_id, bill_type, bill_no, receipt_id, pay_type, amount_fen,
       out_trade_no, state, precreate_call, precreate_tries, lease_until_ms, code_ends_at_ms,
       trade_no, paid_fen, paid_at_ms, refunded_fen, begun_at_ms, duplicate, claim_until_ms)
     select at, '2', 'G' || at, at, '98', 100 + at % 900,
       printf('3paa%012x%020x', @startMs + at, at * 2654435761 % 4294967296), 'paid', '{}', 1, 0, 0,
       printf('2026112922001%015d', at), 100 + at % 900,
       @startMs + at * 80000000 / @count, 0, @startMs, 0, 0 from n`,
  ).run({ count, startMs });
  db.pragma('wal_checkpoint(TRUNCATE)');
  return db;
}

/** The bill of these receipts, on the disk; the path of it. */
function writeBill(folder, db, startMs) {
  const rows = [];
  const all = db.prepare('select out_trade_no, trade_no, paid_fen, paid_at_ms from receipt');
  for (const row of all.iterate()) {
    const atMs = Math.trunc(row.paid_at_ms / 1000) * 1000;
    const amount = row.paid_fen + (rows.length % 100_000 === 99_999 ? 1 : 0);
    rows.push({
      tradeNo: row.trade_no,
      outTradeNo: row.out_trade_no,
      kind: 'payment',
      subject: '景区门票',
      storeId: '',
      terminalId: '',
      buyer: '*津水(138***)',
      createdAtMs: atMs,
      atMs,
      amount,
      requestNo: null,
      fee: 0,
    });
  }
  const endMs = startMs + DAY_MS;
  const head = { account: ACCOUNT, startMs, endMs, exportedAtMs: endMs };
  const files = [
    { name: 'x_业务明细.csv', content: detailsText(rows, head, NO_LIES) },
    { name: 'x_业务明细(汇总).csv', content: summaryText(rows, head, NO_LIES) },
  ].map(({ name, content }) => ({
    name: iconv.encode(name, 'gbk'),
    content: iconv.encode(content, 'gbk'),
  }));
  const path = join(folder, 'bill.zip');
  writeFileSync(path, writeZip(files));
  return path;
}

function command(args, env) {
  return spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs the command; gives what it said and the most memory it held. */
async function run(args, env) {
  const startedAt = performance.now();
  const child = command(args, env);
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  let ended = false;
  const code = new Promise((end) => child.on('close', end)).finally(() => (ended = true));
  let peakMb = 0;
  while (!ended) {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
      peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has just ended.
    }
    await wait(50);
  }
  return { code: await code, text, peakMb, seconds: (performance.now() - startedAt) / 1000 };
}

/** ScanCodes a second beside the command, and without it before and after, in one run. */
async function beside(world, file, args, env, { count, warmUp, rounds }) {
  const { AliScanCodeParm } = await import('../lib/contracts.mjs');
  const service = await world.service({ RECONCILE_AT: 'off' }, file);
  const tills = { ...subject('tills', service, 'json', AliScanCodeParm), connections: 16 };
  await load({ ...tills, count: warmUp });
  const rates = async () => {
    const found = [];
    for (let round = 0; round < rounds; round += 1) {
      found.push((await load({ ...tills, count })).perSecond);
    }
    return found;
  };
  const before = await rates();
  const child = command(args, env);
  await wait(3_000); // It has read its modules, and is within the bill.
  const during = await rates();
  if (child.exitCode !== null) throw new Error('the command ended before the tills did');
  child.kill('SIGKILL');
  await new Promise((end) => child.once('close', end));
  const after = await rates();
  await service.stop();
  const [alone, beside] = [median([...before, ...after]), median(during)];
  return { alone, beside, ratio: beside / alone };
}

export async function reconcile(world, { rows = 1_000_000, ...options }, print) {
  const empty = await world.service({ RECONCILE_AT: 'off' });
  await empty.stop();
  const date = new Date(Date.now() + 8 * 3_600_000 - 2 * DAY_MS).toISOString().slice(0, 10);
  const startMs = Date.parse(`${date}T00:00:00+08:00`);
  const db = fillDay(empty.file, rows, startMs);
  const bill = writeBill(world.folder, db, startMs);
  db.close();
  const account = parseEnv(readFileSync(world.clientEnv, 'utf8'));
  delete account.ALIPAY_SELLER_ID;
  const env = { ...account, DATABASE_URL: `sqlite:${empty.file}` };
  const { code, text, peakMb, seconds } = await run(['--date', date, '--file', bill], env);
  const found = /amountDiffers (\d+)/.exec(text)?.[1] ?? '0';
  if (code !== 1 || Number(found) !== Math.floor(rows / 100_000)) {
    throw new Error(`it ended with ${code}: ${text.slice(0, 2_000)}`);
  }
  print(`\nReconcile: ${rows} payments, ${seconds.toFixed(1)} s, ${peakMb.toFixed(0)} MB at most`);
  const tills = await beside(world, empty.file, ['--date', date, '--file', bill], env, options);
  const [alone, besides] = [tills.alone, tills.beside].map((rate) => rate.toFixed(0));
  print(`ScanCodes a second: ${alone}, beside it ${besides}: ${tills.ratio.toFixed(2)}`);
  return { rows, seconds, peakMb, tills };
}
