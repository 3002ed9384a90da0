import { closeSync, constants, mkdtempSync, openSync } from 'node:fs';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ts from 'typescript';
import { readConfig } from '../../config/config';
import { ConfigError } from '../../config/reading/config-error';
import { SETTING_NAMES, settingRow } from '../../config/reading/settings';
import { LineSink } from './line-sink';
import { Mask } from './mask';
import { secretsOf } from './secrets-of';
import { ServiceLog } from './service-log';
import { walk } from '../../../test/support/tidy/tidy-source';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

const { privateKey } = rsaPair('ours');
const PEM = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const BARE = PEM.replace(/-----[^-]+-----|\s/g, '');
const mask = new Mask(['pa$$:wörd']);

describe('the mask', () => {
  it.each([
    ['a private key', `key: ${PEM} end`, PEM.slice(40, 80)],
    ['a bare key', `key ${BARE}`, BARE.slice(10, 60)],
    ['a cut key', PEM.slice(0, 300), PEM.slice(40, 80)],
    ['a password in an address', 'mssql://sa:Geheim123@db:1433/x', 'Geheim123'],
    ['a known secret', 'login failed for pa$$:wörd', 'wörd'],
    ['a known secret in an address', `https://x/${encodeURIComponent('pa$$:wörd')}`, 'w%C3%B6rd'],
    ['a query', 'Cannot GET /x?api_key=abc123&cardno=C99', 'abc123'],
    ['a query in an address', 'asked http://x/y?token=abc123', 'abc123'],
    ['a name in a query', 'Cannot GET /x?abc123', 'abc123'],
    ['a key in a path', 'Cannot POST /api/3Pay/AliPay/Query/abc123', 'abc123'],
    ['a key in front of a path', 'GET /abc123/metrics', 'abc123'],
    ['a key behind ;', 'GET /metrics;key=abc123', 'abc123'],
    ['a key in %-form', 'GET /%61bc123', '61bc123'],
    ['a password that looks like a name of ours', 'MY_PASSWORD: Geheim123', 'Geheim123'],
    ['a secret of somebody else', 'APP_SECRET: Geheim123', 'Geheim123'],
    ['a value of ours after =', 'CALLBACK_SECRET=Geheim123', 'Geheim123'],
    ['a card in JSON', '{"cardno":"C0001234","x":1}', 'C0001234'],
    ['a card in a form', 'cardno=C0001234&billnum=B1', 'C0001234'],
    ['a buyer', 'buyer_logon_id: abc@example.test', 'abc@example'],
    ['an account', 'paid by 2088102116773037.', '2088102116773037'],
    ["a guest's code", 'refused 287654321098765432', '287654321098765432'],
    ['a signature', `sign=${'aB3/'.repeat(86)}==`, 'aB3/aB3/'],
    ['a hash', 'a'.repeat(63) + '1', 'aaaa'],
    ['a key header', 'X-Api-Key: 3pay_secret', '3pay_secret'],
  ])('hides %s', (_what, text, secret) => {
    const shown = mask.line(text);
    expect(shown).not.toContain(secret);
    expect(shown).toContain('***');
  });

  it.each([
    'precreate P0a1b2c3d4e5f60718293a4b5c6d7e8f9: refused: ACQ.TRADE_HAS_SUCCESS',
    'trade 2026091122001400000000000001',
    'at Sweep.look (/opt/3pay/node_modules/@nestjs/core/router/router-execution-context1.js:1:2)',
    '景区门票 · ¥88.88',
    'Cannot POST /api/3Pay/AliPay/Query',
    'get /docs and GET /DOCS/index.html',
    'mssql://user:password@host:1433/database?options',
  ])('leaves %s', (text) => expect(mask.line(text)).toBe(text));

  it.each([
    ['a\r\nb', 'a\\u000d\\nb'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\u202eb\u2028c\u0085d\u0000', 'a\\u202eb\\u2028c\\u0085d\\u0000'],
    ['{"a":1}\n{"fake":true}', '{"a":1}\\n{"fake":true}'],
  ])('makes one harmless line of %j', (text, line) => expect(mask.line(text)).toBe(line));

  it('cuts, and takes little time for it whatever comes', () => {
    const startedAt = performance.now();
    for (const piece of ['a', 'a1', '-----BEGIN ', 'x://y:', 'sign=', '2088', '"', '?a=']) {
      expect(mask.line(piece.repeat(500_000)).length).toBeLessThan(6_100);
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('what we say of settings ourselves', () => {
  const texts = [...configTexts(), ...SETTING_NAMES.map((name) => settingRow(name).notYet ?? '')];
  const names = [...SETTING_NAMES, 'SIM_PASSWORD', 'ALIPAY_SECRET', 'TOP_SIGN'];

  it('is all there', () => {
    expect(texts.length).toBeGreaterThan(60);
    expect(texts).toContain('must be set in production');
    expect(texts).toContain('is still the placeholder of the sample file');
  });

  it.each(names)('is never masked: %s', (name) => {
    for (const text of texts) expect(mask.lines(`${name}: ${text}`)).toBe(`${name}: ${text}`);
  });

  it('is whole where several lines are told at once', () => {
    const said = names.map((name) => `${name}: must be set in production`).join('\n');
    expect(mask.lines(said)).toBe(said);
    const { problems } = problemsOf({ NODE_ENV: 'production' });
    expect(problems.length).toBeGreaterThan(4);
    expect(mask.lines(problems.join('\n'))).toBe(problems.join('\n'));
  });
});

describe('what we say ourselves, anywhere', () => {
  /** Their texts are never put into a log: meanings for the documentation, a new key, SQL. */
  const others = /reading\/settings\.ts$|commands\/keys\/keys\.ts$|migrations\//;

  it('is never masked', () => {
    // A control character is for machines: no log shows one as it is.
    const texts = textsOf('', others).filter(({ text }) => !/[^\P{C}\n]/u.test(text));
    const eaten = texts.filter(({ text }) => mask.lines(text, text.length) !== text);
    expect(eaten).toEqual([]);
    expect(texts.length).toBeGreaterThan(1_000);
    const said = texts.map(({ text }) => text);
    expect(said).toContain('the stop took too long');
    expect(said).toContain('receipt ${12} is paid, and ${12}');
  });
});

/** What the reading of settings may say; meanings are no such. */
function configTexts(): string[] {
  const texts = textsOf('config', /settings\.ts$/);
  return texts.map(({ text }) => text).filter((text) => !text.includes('\n'));
}

/** Every text of more than a word in a folder of `src`; SQL is none. Values stand as `${12}`. */
function textsOf(folder: string, except: RegExp): { file: string; text: string }[] {
  const root = join(__dirname, '../..', folder);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !except.test(file),
  );
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const texts: string[] = [];
    walk(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), (node) => {
      if (ts.isTaggedTemplateExpression(node.parent ?? node)) return;
      if (ts.isStringLiteralLike(node)) texts.push(node.text);
      else if (ts.isTemplateExpression(node)) {
        const rest = node.templateSpans.map(({ literal }) => `\${12}${literal.text}`);
        texts.push(node.head.text + rest.join(''));
      }
    });
    return texts.filter((text) => text.includes(' ')).map((text) => ({ file, text }));
  });
}

function problemsOf(env: Readonly<Record<string, string>>): ConfigError {
  try {
    readConfig(env, () => '');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing is wrong');
}

describe('the secrets of an environment', () => {
  it('are the secret settings and the passwords in addresses', () => {
    const found = secretsOf({
      DATABASE_URL: 'mssql://sa:p%40ss@host/db',
      API_KEYS: 'till:till:1:aaaa, op:operator:*:bbbb',
      ALIPAY_PRIVATE_KEY: 'line1\\nline2',
      ALIPAY_APP_ID: '2021',
      CALLBACK_SECRET_3: 'whsec_cccc,whsec_dddd',
    });
    expect(found).toEqual(
      expect.arrayContaining(['p%40ss', 'p@ss', 'aaaa', 'bbbb', 'line1\\nline2', 'line1\nline2']),
    );
    expect(found).toEqual(expect.arrayContaining(['whsec_cccc', 'whsec_dddd']));
    expect(found).not.toContain('2021');
    expect(found).not.toContain('operator');
  });
});

describe('the log', () => {
  const folder = mkdtempSync(join(tmpdir(), '3pay-log-'));
  const file = join(folder, 'log');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is one JSON line an entry, whatever is in it', async () => {
    const descriptor = openSync(file, 'w');
    const sink = new LineSink(descriptor);
    const log = new ServiceLog({ level: 'info', pretty: false, mask, sink });
    log.warn('cardno=C77\n{"level":"fatal"}', 'Pay');
    log.error('broken', 'Error: broken\n    at x (password=abc, y)', 'Pay');
    log.error(new Error('an\u001b[2Jerror'), 'Pay');
    log.debug('not written', 'Pay');
    log.request({ id: 'x-1', method: 'GET', route: '/', status: 200, ms: 1, address: '::1' });
    log.log({ odd: 'object' }, 'Pay');
    await log.flush(1_000);
    closeSync(descriptor);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ level, msg }) => `${String(level)} ${String(msg)}`)).toEqual([
      'warn cardno=***\\n{"level":"fatal"}',
      'error broken',
      'error an\\u001b[2Jerror',
      'info request',
      'info {"odd":"object"}',
    ]);
    expect(entries[1]?.['stack']).toBe('Error: broken\n    at x (password=***, y)');
    expect(entries[3]).toMatchObject({ id: 'x-1', route: '/', status: 200 });
  });

  it('that cannot be written costs lines and nothing else', async () => {
    const full = openSync('/dev/full', 'w');
    const sink = new LineSink(full);
    for (let i = 0; i < 100; i += 1) sink.write('line\n');
    await sink.flush(1_000);
    expect(sink.lost()).toBeGreaterThan(0);
    closeSync(full);
    sink.write('closed\n');
    await sink.flush(1_000);
  });

  it('that nobody reads keeps a bounded memory and holds nobody up', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const end = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const sink = new LineSink(end, 100_000);
    const startedAt = performance.now();
    for (let i = 0; i < 20_000; i += 1) sink.write(`${'x'.repeat(99)}\n`);
    expect(sink.lost()).toBeGreaterThan(15_000);
    await sink.flush(60);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    closeSync(end);
  });
});
