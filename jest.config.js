/** `npm test`: everything that needs no foreign server, no browser and no long time. */
module.exports = {
  ...require('./test/jest.shared.js'),
  // Half of the time is spent waiting for processes that a test has started; more workers than cores
  // would make those late whose time counts (the crash rig's: seven seconds to be in the books).
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/jest.sequencer.js',
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...['browser', 'brokers', 'clients'].map((folder) => `<rootDir>/test/${folder}/`),
    ...(process.env.TEST_LONG === '1' ? [] : ['\\.long\\.spec\\.ts$']),
  ],
};
