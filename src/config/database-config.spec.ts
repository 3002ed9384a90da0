import { ConfigError } from './config-error';
import { type DatabaseConfig, readDatabase } from './database-config';
import { EnvReader } from './env-reader';

function read(url: string): DatabaseConfig {
  const reader = new EnvReader({ DATABASE_URL: url }, () => '');
  const config = readDatabase(reader, true);
  reader.finish();
  return config;
}

function problems(url: string): readonly string[] {
  try {
    read(url);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const SHAPE =
  'DATABASE_URL: must be sqlite:FILE or mssql://user:password@host:1433/database?options';

describe('DATABASE_URL', () => {
  it.each([
    ['sqlite:data/3pay.sqlite', 'data/3pay.sqlite'],
    ['sqlite:/var/lib/3pay.sqlite', '/var/lib/3pay.sqlite'],
    ['sqlite:C:\\books\\3pay.sqlite', 'C:\\books\\3pay.sqlite'],
  ])('%s is a file', (url, file) => {
    expect(read(url)).toEqual({ kind: 'sqlite', file });
  });

  it('takes an SQL Server address with options', () => {
    const url =
      'mssql://us%2Fer:p%40ss@db.example.com/books?encrypt=true&trustServerCertificate=false' +
      '&poolMax=20&connectTimeoutMs=5000&requestTimeoutMs=15000&domain=CORP';
    const config = read(url);
    expect(config).toMatchObject({ kind: 'mssql', shown: 'mssql://db.example.com:1433/books' });
    expect(config.kind === 'mssql' && config.url.reveal()).toBe(url);
  });

  it('shows the port of an SQL Server', () => {
    const url = 'mssql://user:secret@10.0.0.5:14330/books';
    expect(read(url)).toMatchObject({ shown: 'mssql://10.0.0.5:14330/books' });
  });

  it.each(['books.sqlite', 'sqlite:', 'sqlite://data/x', 'sqlite:x?mode=ro', 'postgres://x/y'])(
    'refuses %s',
    (url) => {
      expect(problems(url)).toEqual([SHAPE]);
    },
  );

  it.each([
    'mssql:',
    'mssql://db/books',
    'mssql://user@db/books',
    'mssql://user:secret@db',
    'mssql://user:secret@db/',
    'mssql://user:secret@db/books/more',
    'mssql://user:secret@db/books#x',
    'mssql://user:100%@db/books',
    'mssql://user:se/cret@db/books',
  ])('refuses %s', (url) => {
    expect(problems(url)).toEqual([`${SHAPE}, special characters in %-form`]);
  });

  it('refuses books in memory', () => {
    expect(problems('sqlite::memory:')).toEqual([
      'DATABASE_URL: must be a file: books in memory would be lost',
    ]);
  });

  it.each([
    ['encrypt=yes', 'option encrypt is not valid'],
    ['encrypt=true&encrypt=false', 'option encrypt is not valid'],
    ['poolMax=0', 'option poolMax is not valid'],
    ['domain=', 'option domain is not valid'],
    [
      'planted=1',
      'has an unknown option; known are encrypt, trustServerCertificate, poolMax, ' +
        'connectTimeoutMs, requestTimeoutMs, domain',
    ],
  ])('refuses the options %s', (options, what) => {
    const found = problems(`mssql://user:secret@db/books?${options}`);
    expect(found).toEqual([`DATABASE_URL: ${what}`]);
  });
});
