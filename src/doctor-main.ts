import { parseArgs } from 'node:util';
import { readEnvironment } from './config/reading/environment';
import { examine } from './doctor';
import { exitCodeOf, tableOf } from './ops/doctor/table';

/** Something could not even be looked at. */
const COULD_NOT_RUN = 2;

async function main(): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { live: flag, callbacks: flag } });
  const findings = await examine(readEnvironment(), values);
  await new Promise((written) => process.stdout.write(tableOf(findings), written));
  return exitCodeOf(findings);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`Could not run: ${error instanceof Error ? error.message : 'error'}\n`);
    process.exit(COULD_NOT_RUN);
  },
);
