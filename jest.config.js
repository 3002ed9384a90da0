const { availableParallelism } = require('node:os');

/** `npm test`: everything that needs no foreign server, no browser and no long time. */
module.exports = {
  ...require('./test/jest.shared.js'),
  // Half of the time is spent waiting: for processes that a test has started, or for a deadline.
  maxWorkers: 2 * availableParallelism(),
  testSequencer: '<rootDir>/test/jest.sequencer.js',
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...['browser', 'brokers', 'clients'].map((folder) => `<rootDir>/test/${folder}/`),
    ...(process.env.TEST_LONG === '1' ? [] : ['\\.long\\.spec\\.ts$']),
  ],
};
