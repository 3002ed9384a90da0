// `npm run days -- COUNT [SEED]`: as many random days as asked for.
// npm test compares 60, npm run test:long 300.
import { spawnSync } from 'node:child_process';

const [count = '10000', seed] = process.argv.slice(2);
if (![count, seed ?? '0'].every((given) => /^\d+$/.test(given))) {
  process.stderr.write('npm run days -- COUNT [SEED], both whole numbers\n');
  process.exit(2);
}
const asked = seed === undefined ? { DAYS_COUNT: count } : { DAYS_COUNT: count, DAYS_SEED: seed };
const spec = 'test/reconciliation/random-days.spec.ts';
const jest = ['node_modules/jest/bin/jest.js', spec, '--runInBand'];
const { status } = spawnSync(process.execPath, jest, {
  stdio: 'inherit',
  env: { ...process.env, ...asked },
});
process.exit(status ?? 1);
