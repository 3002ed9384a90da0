const { join } = require('node:path');

/** What every jest configuration of the project has in common. */
module.exports = {
  rootDir: join(__dirname, '..'),
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/'],
  transform: {
    '^.+\\.m?[tj]s$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
        },
      },
    ],
  },
  // Nest 12 is ESM only; swc turns it into CommonJS for jest.
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|@seriousme|ajv-draft-04)/)'],
  coverageProvider: 'v8',
  // A busy machine is slow, not wrong.
  testTimeout: 20_000,
  setupFiles: process.env.TEST_MSSQL_URL
    ? [join(__dirname, 'support/books/patient-suites.js')]
    : [],
  workerIdleMemoryLimit: '1GB',
};
