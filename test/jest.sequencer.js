// Jest's own, which jest does not hand out.
const core = require.resolve('@jest/core', { paths: [require.resolve('jest')] });
const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', { paths: [core] }));

/**
 * Specs that take long, though they are short to read. Where nothing ran before, as in a fresh
 * clone, jest begins with the largest files, and would wait for one of these at the end.
 */
const FIRST = /test.(crash|processes|simulation|examples|reconciliation|supply-chain)\b/;

/** Begins with what takes longest, so that all workers end at about the same time. */
module.exports = class extends Sequencer {
  sort(tests) {
    const usual = super.sort(tests);
    const isFirst = ({ path }) => FIRST.test(path);
    return [...usual.filter(isFirst), ...usual.filter((test) => !isFirst(test))];
  }
};
