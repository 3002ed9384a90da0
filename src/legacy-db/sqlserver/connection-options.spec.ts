import { Secret } from '../../config/reading/secret';
import { connectionOptions } from './connection-options';

function options(address: string): ReturnType<typeof connectionOptions> {
  return connectionOptions({ url: new Secret(`mssql://us%2Fer:p%40ss@${address}`) });
}

describe('the options of DATABASE_URL', () => {
  it('are safe where nothing is said', () => {
    expect(options('db.example.com/books')).toMatchObject({
      host: 'db.example.com',
      port: 1433,
      database: 'books',
      authentication: { type: 'default', options: { userName: 'us/er', password: 'p@ss' } },
      connectionTimeout: 15_000,
      requestTimeout: 15_000,
      pool: { max: 10, min: 10, acquireTimeoutMillis: 5_000 },
      options: {
        encrypt: true,
        trustServerCertificate: false,
        appName: '3pay-gateway',
        abortTransactionOnError: true,
        isolationLevel: 'READ COMMITTED',
      },
    });
  });

  it('are those that are given', () => {
    const given =
      '[::1]:14330/the%20books?encrypt=false&trustServerCertificate=true&poolMax=3' +
      '&connectTimeoutMs=1000&requestTimeoutMs=2000&poolWaitMs=700&domain=CORP';
    expect(options(given)).toMatchObject({
      host: '::1',
      port: 14330,
      database: 'the books',
      authentication: { type: 'ntlm', options: { userName: 'us/er', domain: 'CORP' } },
      connectionTimeout: 1_000,
      requestTimeout: 2_000,
      pool: { max: 3, min: 3, acquireTimeoutMillis: 700 },
      options: { encrypt: false, trustServerCertificate: true },
    });
    expect(options('db/books?encrypt=strict').options.encrypt).toBe('strict');
  });
});
