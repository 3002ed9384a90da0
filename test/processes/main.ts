import { parseArgs } from 'node:util';
import { contend } from './contention';
import { drain } from './drain';
import type { DrainReport } from './drain';
import { whileHanging } from './hanging';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function contention(bills: number): Promise<boolean> {
  const report = await contend(bills);
  print(`two processes on one file: ${JSON.stringify({ ...report, ms: Math.round(report.ms) })}`);
  const { receipts, trades, precreates, disagreements, other, integrity } = report;
  const once = [receipts, trades, precreates].every((count) => count === bills);
  return once && disagreements === 0 && other.length === 0 && integrity === 'ok';
}

function isWhole({ accepted, answered, kept, exitCode, ms, busy }: DrainReport): boolean {
  const { refused, resets, odd, unannounced } = busy;
  const counts = answered === accepted && kept === accepted && exitCode === 0 && ms < 10_000;
  return counts && refused > 0 && resets.length + odd.length + unannounced === 0;
}

async function drains(count: number): Promise<boolean> {
  let whole = 0;
  let slowestMs = 0;
  let resets = 0;
  let refused = 0;
  for (let run = 1; run <= count; run += 1) {
    const report = await drain();
    slowestMs = Math.max(slowestMs, report.ms);
    resets += report.busy.resets.length;
    refused += report.busy.refused;
    if (isWhole(report)) whole += 1;
    else print(`stop ${run}: ${JSON.stringify(report)}`);
  }
  print(`stops under load: ${whole} of ${count} whole, ${Math.round(slowestMs)} ms at most`);
  print(`requests that came too late: ${refused} refused in words, ${resets} reset`);
  return whole === count;
}

async function hanging(calls: number): Promise<boolean> {
  const report = await whileHanging(calls, 2_000);
  print(`final receipts while Alipay hangs: ${JSON.stringify(report)}`);
  return report.wrong === 0 && report.p99Ms < 50 && report.stillHanging > 0;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      bills: { type: 'string', default: '10000' },
      drains: { type: 'string', default: '50' },
      hanging: { type: 'string', default: '200' },
    },
  });
  const results = [
    Number(values.hanging) === 0 || (await hanging(Number(values.hanging))),
    Number(values.drains) === 0 || (await drains(Number(values.drains))),
    Number(values.bills) === 0 || (await contention(Number(values.bills))),
  ];
  process.exitCode = results.every(Boolean) ? 0 : 1;
}

main().catch((error: unknown) => {
  print(`broken: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 2;
});
