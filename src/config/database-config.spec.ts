import { ConfigError } from './reading/config-error';
import { type DatabaseConfig, readDatabase } from './database-config';
import { EnvReader } from './reading/env-reader';

function read(url: string, parameters?: string): DatabaseConfig {
  const env = { DATABASE_URL: url, PROCEDURE_PARAMETERS: parameters };
  const reader = new EnvReader(env, () => '');
  const config = readDatabase(reader, true);
  reader.finish();
  return config;
}

function problems(url: string, parameters?: string): readonly string[] {
  try {
    read(url, parameters);
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
    ['encrypt=strict&trustServerCertificate=true', 'encrypt=strict always checks the certificate'],
    ['encrypt=true&encrypt=false', 'option encrypt is not valid'],
    ['poolMax=0', 'option poolMax is not valid'],
    ['domain=', 'option domain is not valid'],
    [
      'planted=1',
      'has an unknown option; known are encrypt, trustServerCertificate, poolMax, poolWaitMs, ' +
        'connectTimeoutMs, requestTimeoutMs, domain',
    ],
  ])('refuses the options %s', (options, what) => {
    const found = problems(`mssql://user:secret@db/books?${options}`);
    expect(found).toEqual([`DATABASE_URL: ${what}`]);
  });
});

const SHAPE_OF_NAMES = 'must be like Begin.billnum=@p_bill,End.errmsg=@p_text,End.@extra=default';

describe('PROCEDURE_PARAMETERS', () => {
  const url = 'mssql://user:secret@db/books';

  it('maps names of the contract to those of a customer', () => {
    const text = 'Begin.billnum=@p_bill, End.billnum=bill#no,Begin.errmsg=@p$text';
    expect(read(url, text)).toMatchObject({
      parameterNames: {
        'Begin.billnum': 'p_bill',
        'End.billnum': 'bill#no',
        'Begin.errmsg': 'p$text',
      },
    });
    expect(read(url)).toMatchObject({ parameterNames: {} });
  });

  it('takes names in Chinese, and parameters that have a default', () => {
    const text = 'Begin.billnum=@单据号,Begin.@extra=default,End.@备注=default,End.buyer=default';
    expect(read(url, text)).toMatchObject({
      parameterNames: {
        'Begin.billnum': '单据号',
        'Begin.@extra': 'default',
        'End.@备注': 'default',
        'End.buyer': 'default',
      },
    });
  });

  it.each([
    ['Begin.billnum', SHAPE_OF_NAMES],
    ['billnum=@a', SHAPE_OF_NAMES],
    ['Begin.billnum=@a b', SHAPE_OF_NAMES],
    ['Begin.billnum=@a]; drop', SHAPE_OF_NAMES],
    ['Begin.result=@a', 'there is no parameter Begin.result'],
    ['End.bill=@a', 'there is no parameter End.bill'],
    ['Begin.billnum=@a,Begin.billnum=@b', 'names Begin.billnum twice'],
    ['Begin.billnum=@BillType', 'gives two parameters of Begin one name'],
    ['Begin.@extra=@default', SHAPE_OF_NAMES],
    ['Begin.@Extra=default,Begin.billnum=@extra', 'gives two parameters of Begin one name'],
    ['Begin.@billnum=default', 'gives two parameters of Begin one name'],
    ['End.errmsg=@x,End.buyer=@X', 'gives two parameters of End one name'],
  ])('refuses %s', (text, what) => {
    expect(problems(url, text)).toEqual([`PROCEDURE_PARAMETERS: ${what}`]);
  });
});
