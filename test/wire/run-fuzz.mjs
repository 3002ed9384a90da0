// `npm run fuzz -- COUNT [SEED]`: as many mutated requests as asked for.
// npm test runs 1,500, npm run test:long 10,000.
import { spawnSync } from 'node:child_process';

const [count = '100000', seed] = process.argv.slice(2);
const asked = seed === undefined ? { FUZZ_COUNT: count } : { FUZZ_COUNT: count, FUZZ_SEED: seed };
const jest = ['node_modules/jest/bin/jest.js', 'test/wire/fuzz.spec.ts', '--runInBand'];
const { status } = spawnSync(process.execPath, jest, {
  stdio: 'inherit',
  env: { ...process.env, ...asked },
});
process.exit(status ?? 1);
