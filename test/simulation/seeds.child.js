/**
 * Plays a range of seeds in a process of its own, outside jest's sandbox, from the sources.
 * Arguments: the first seed and how many. Prints one line of JSON.
 */
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

const SWC = {
  swcrc: false,
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

require.extensions['.ts'] = (module, filename) => {
  module._compile(
    transformSync(readFileSync(filename, 'utf8'), { ...SWC, filename }).code,
    filename,
  );
};

const { run, stage } = require('./runner.ts');

async function main() {
  const [from, seeds] = process.argv.slice(2).map(Number);
  const result = await run(await stage(null), { from, seeds, violations: 1 });
  const violations = result.violations.map(({ seed, violation }) => ({ seed, ...violation }));
  const { coverage, unlisted } = result;
  const answer = {
    seeds: result.seeds,
    violations,
    unlisted: [...unlisted],
    empty: coverage.empty(),
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
