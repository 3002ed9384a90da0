import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error';
import { readEnvironment, readTextFile } from './environment';

describe('readEnvironment', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), '3pay-env-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    for (const name of ['ENV_SPEC_FILE', 'ENV_SPEC_SET', 'ENV_SPEC_EMPTY']) {
      delete process.env[name];
    }
  });

  it('is the process alone where there is no file', () => {
    expect(readEnvironment(join(folder, 'none'))).toEqual({ ...process.env });
  });

  it('adds the file, and what is set already wins', () => {
    const file = join(folder, '.env');
    writeFileSync(file, 'ENV_SPEC_FILE="a b"\nENV_SPEC_SET=file\nENV_SPEC_EMPTY=file\n');
    process.env['ENV_SPEC_SET'] = 'process';
    process.env['ENV_SPEC_EMPTY'] = '';
    expect(readEnvironment(file)).toMatchObject({
      ENV_SPEC_FILE: 'a b',
      ENV_SPEC_SET: 'process',
      ENV_SPEC_EMPTY: '',
    });
  });

  it('refuses a file it cannot read', () => {
    const directory = join(folder, 'directory');
    mkdirSync(directory);
    expect(() => readEnvironment(directory)).toThrow(ConfigError);
  });

  it('reads text files', () => {
    const file = join(folder, 'key.pem');
    writeFileSync(file, '密钥');
    expect(readTextFile(file)).toBe('密钥');
    expect(() => readTextFile(join(folder, 'none'))).toThrow('ENOENT');
  });
});
