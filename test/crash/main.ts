import { parseArgs } from 'node:util';
import { CrashRig } from './rig';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cycles: { type: 'string', default: '300' },
      seed: { type: 'string', default: '20261122' },
    },
  });
  const cycles = Number(values.cycles);
  const startedAt = performance.now();
  const report = await CrashRig.run(cycles, Number(values.seed), (line) => {
    if (/^cycle \d*0:/.test(line)) print(line);
  });
  print(`seed ${values.seed}, ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  print(`cycles             ${report.cycles}`);
  for (const [point, count] of Object.entries(report.kills)) {
    print(`  kills ${point.padEnd(12)} ${count}`);
  }
  print(`  of them too late   ${report.missed}`);
  print(`sales              ${report.sales}`);
  print(`receipts           ${report.receipts}`);
  print(`paid trades        ${report.paidTrades}`);
  print(`owed at the kills  ${report.owed}`);
  print(`checks             ${report.checks}`);
  print(`cancels under way  at ${report.waited} starts`);
  print(`booked after start ${Math.round(report.slowestMs)} ms at most`);
  print(`violations         ${report.violations.length}`);
  for (const violation of report.violations) print(`  ${violation}`);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  print(`The rig broke: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 2;
});
