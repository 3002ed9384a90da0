import { parseArgs } from 'node:util';
import { readEnvironment } from './config/reading/environment';
import { examine } from './doctor';
import { exitCodeOf, tableOf } from './ops/doctor/table';

/** Something could not even be looked at. */
const COULD_NOT_RUN = 2;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { live: { type: 'boolean', default: false } } });
  const findings = await examine(readEnvironment(), values.live);
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
