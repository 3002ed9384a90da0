/** `npm run test:clients`: what public generators make of the document. */
module.exports = {
  ...require('./jest.shared.js'),
  testMatch: ['<rootDir>/test/clients/**/*.spec.ts'],
  maxWorkers: 1,
};
