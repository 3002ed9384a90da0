/** `npm test`: everything that needs no foreign server and no browser. */
module.exports = {
  ...require('./jest.shared.js'),
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/', '<rootDir>/test/brokers/'],
};
