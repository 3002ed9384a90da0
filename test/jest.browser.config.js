/** `npm run test:browser`: pages in a real Chromium. */
module.exports = {
  ...require('./jest.shared.js'),
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  maxWorkers: 1,
};
