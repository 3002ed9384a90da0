const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

process.env.TEST_LONG = '1'; // The workers inherit it.
const whole = require('../jest.config.js');

/** A spec that has more to run than `npm test` runs of it: by its name, or by what it asks. */
function isLong(file) {
  return file.endsWith('.long.spec.ts') || /support\/long';/.test(readFileSync(file, 'utf8'));
}

const specs = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(whole.rootDir, folder), { recursive: true })
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => join(whole.rootDir, folder, name)),
);

/** `npm run test:long`: the specs that `npm test` runs in a short form, or not at all, in full. */
module.exports = { ...whole, testMatch: specs.filter(isLong) };
