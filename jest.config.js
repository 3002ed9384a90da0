/** `npm test`: everything that needs no foreign server and no browser. */
module.exports = {
  ...require('./test/jest.shared.js'),
  // Half of the time is spent waiting for processes that a test has started.
  maxWorkers: '100%',
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...['browser', 'brokers', 'clients'].map((folder) => `<rootDir>/test/${folder}/`),
  ],
};
