/** `npm run test:brokers`: messages over real NATS, RabbitMQ and Redis servers. */
module.exports = {
  ...require('./jest.shared.js'),
  testMatch: ['<rootDir>/test/brokers/**/*.spec.ts'],
  // The brokers are shared: runs at the same time would take each other's messages.
  maxWorkers: 1,
};
