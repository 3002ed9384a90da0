import { join } from 'node:path';
import { checkSources, show } from './support/tidy/tidy-rules';
import { parseSource, readSources, Violation } from './support/tidy/tidy-source';

/** What the rules say of sources given as path and text. */
function check(sources: Readonly<Record<string, string>>): Violation[] {
  return checkSources(Object.entries(sources).map(([path, text]) => parseSource(path, text)));
}

function lines(count: number, text = '// A line.'): string {
  return `${Array.from({ length: count }, () => text).join('\n')}\n`;
}

describe('the style', () => {
  const sources = readSources(join(__dirname, '..'));
  const violations = checkSources(sources);

  it('is checked over all sources', () => {
    const paths = sources.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['src/main.ts', 'src/domain/money.ts']));
    expect(paths).toEqual(expect.arrayContaining(['test/tidy.spec.ts', 'src/config/config.ts']));
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  });

  it('is kept', () => {
    expect(violations.map(show)).toEqual([]);
  });
});

describe('import direction', () => {
  it.each([
    ['src/domain/a.ts', '../config/config'],
    ['src/domain/a.ts', 'node:crypto'],
    ['src/domain/a.ts', '@nestjs/common'],
    ['src/config/a.ts', '../wire/codec'],
    ['src/wire/a.ts', '../pay/pay.module'],
    ['src/wire/a.ts', '../config/config'],
    ['src/alipay-gateway/a.ts', '../legacy-db/database'],
    ['src/legacy-db/a.ts', '../alipay-gateway/alipay.client'],
    ['src/legacy-db/a.ts', '../wire/codec'],
    ['src/pay/a.ts', '../alipay-gateway/alipay.client'],
    ['src/pay/a.ts', '../legacy-db/database'],
    ['src/pay/a.ts', '../simulator/simulator'],
    ['src/pay/a.ts', 'typeorm'],
    ['src/pay/a.ts', 'node:https'],
    ['src/pay/a.ts', '@opentelemetry/api'],
    ['src/domain/a.ts', '../tracing/tracer'],
    ['src/wire/a.ts', '../tracing/tracer'],
    ['src/till/a.ts', '../pay/pay.module'],
    ['src/console/a.ts', '../legacy-db/access/key-store'],
    ['src/pay/a.ts', '../console/console.module'],
    ['src/xpos/a.ts', '../legacy-db/legacy-db.module'],
    ['src/ops/a.ts', '../alipay-gateway/alipay.client'],
    ['src/simulator/a.ts', '../domain/receipt'],
    ['src/simulator/a.ts', '../config/config'],
    ['src/pay/operations/a.ts', '../../legacy-db/database'],
    ['src/pay/a.ts', '../app.module'],
    ['src/pay/a.ts', './scan-code.service.spec'],
    ['src/pay/a.ts', '../../test/support/clock'],
    ['src/elsewhere/a.ts', './b'],
    ['src/stray.ts', './domain/money'],
  ])('%s must not import %s', (path, name) => {
    const ways = [
      `import { x } from '${name}';`,
      `export { x } from '${name}';`,
      `const x = import('${name}');`,
      `const x = require('${name}');`,
    ];
    const found = ways.map((text) => check({ [path]: `/** Doc. */\n${text}\n` }));
    expect(found.map((each) => each.map(({ rule }) => rule))).toEqual(
      ways.map(() => ['direction']),
    );
  });

  it.each([
    ['src/domain/a.ts', './money'],
    ['src/config/a.ts', '../domain/clock'],
    ['src/config/a.ts', 'node:crypto'],
    ['src/wire/a.ts', '../domain/errors'],
    ['src/legacy-db/migrations/a.ts', '../../domain/bill'],
    ['src/legacy-db/a.ts', 'typeorm'],
    ['src/pay/a.ts', '../alipay-gateway/alipay-gateway.module'],
    ['src/pay/a.ts', '../legacy-db/legacy-db.module'],
    ['src/pay/operations/a.ts', '../../wire/wire.decorator'],
    ['src/till/a.ts', '../config/config'],
    ['src/console/a.ts', '../pay/refund/refund.service'],
    ['src/console/a.ts', '../reconciliation/turn/take-day'],
    ['src/xpos/a.ts', '../pay/pay.module'],
    ['src/simulator/a.ts', '../domain/money'],
    ['src/simulator/gateway/a.ts', '../../domain/china-time'],
    ['src/main.ts', './simulator/simulator'],
    ['src/install-wire.ts', './ops/install-ops'],
    ['src/launch-simulator.ts', './simulator/launcher'],
    ['src/doctor.ts', './alipay-gateway/alipay.probe'],
    ['src/pay/a.spec.ts', '../legacy-db/database'],
    ['test/e2e/a.spec.ts', '../../src/legacy-db/database'],
  ])('%s may import %s', (path, name) => {
    expect(check({ [path]: `import { x } from '${name}';\n` })).toEqual([]);
  });

  it('lets pay know an HTTP client by type alone', () => {
    expect(check({ 'src/pay/a.ts': "import type { Server } from 'node:http';\n" })).toEqual([]);
  });

  it('finds cycles, of types too', () => {
    const found = check({
      'src/pay/a.ts': "import { b } from './b';\n",
      'src/pay/b.ts': "import type { c } from './c';\n",
      'src/pay/c.ts': "import { a } from './a.js';\n",
      'src/pay/d.ts': "import { a } from './a';\n",
    });
    expect(found.map(({ rule, what }) => `${rule} ${what}`)).toEqual([
      'cycle src/pay/a -> src/pay/b -> src/pay/c -> src/pay/a',
    ]);
  });
});

describe('sizes', () => {
  const body = (count: number): string => lines(count, '  work();');
  const fields = (count: number): string =>
    Array.from({ length: count }, (_each, i) => `private readonly p${i}: P`).join(', ');

  it.each<[string, string, string, string]>([
    ['file length', 'src/pay/a.ts', lines(401), lines(400)],
    ['file length', 'test/a.spec.ts', lines(401), lines(400)],
    ['columns', 'src/pay/a.ts', `// ${'款'.repeat(98)}\n`, `// ${'款'.repeat(97)}\n`],
    [
      'function length',
      'src/pay/a.ts',
      `function f() {\n${body(69)}}\n`,
      `function f() {\n${body(68)}}\n`,
    ],
    [
      'function length',
      'src/pay/a.ts',
      `const f = () => {\n${body(69)}};\n`,
      `const f = () => {\n${body(68)}};\n`,
    ],
    [
      'function length',
      'src/pay/a.ts',
      `class A {\n@Get()\nm() {\n${body(69)}}\n}\n`,
      `class A {\n${lines(20, '@Doc()')}m() {\n${body(68)}}\n}\n`,
    ],
    [
      'function length',
      'test/a.spec.ts',
      `it('works', () => {\n${body(69)}});\n`,
      `describe.each(x)('works', () => {\n${body(99)}});\n`,
    ],
    [
      'constructor',
      'src/pay/a.ts',
      `class A { constructor(${fields(6)}) {} }`,
      `class A { constructor(\n${fields(5).replaceAll(', ', ',\n')}\n) {} }`,
    ],
  ])('%s in %s', (rule, path, bad, good) => {
    const long = (each: Violation): boolean => each.rule !== 'columns' || rule === 'columns';
    expect(
      check({ [path]: bad })
        .filter(long)
        .map((each) => each.rule),
    ).toEqual([rule]);
    expect(check({ [path]: good })).toEqual([]);
  });
});

describe('rooms', () => {
  const folder = (name: string, count: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_each, i) => [`${name}/f${i}.ts`, '/** A. */\n']),
    );

  it('has a folder of more than ten files of code get some', () => {
    const found = check({ ...folder('src/pay', 10), ...folder('src/pay/sweep', 11) });
    expect(found.map(show)).toEqual(['rooms: src/pay/sweep:1 11 files']);
  });

  it('counts no specs, no tests and no migrations', () => {
    const spec = { 'src/pay/a.spec.ts': '', 'test/e2e/a.ts': '' };
    const lists = { ...folder('src/legacy-db/migrations', 12), ...folder('test/e2e', 12) };
    expect(check({ ...folder('src/pay', 10), ...spec, ...lists })).toEqual([]);
  });
});

describe('bans', () => {
  it.each<[string, string, string]>([
    ['as any', 'src/pay/a.ts', 'const a = b as any;'],
    ['as any', 'test/a.spec.ts', 'const a = <any>b;'],
    ['process.env', 'src/pay/a.ts', "const a = process.env['A'];"],
    ['process.env', 'src/main.ts', "const a = process['env'];"],
    ['process.env', 'ormconfig.ts', 'const { env } = process;'],
    ['process.env', 'src/simulator/launcher.ts', "import { env } from 'node:process';"],
    ['time', 'src/pay/a.ts', 'const now = Date.now();'],
    ['time', 'src/simulator/ledger/trades.ts', 'const now = new Date();'],
    ['time', 'src/pay/a.ts', 'const now = performance.now();'],
    ['time', 'src/main.ts', 'const now = process.hrtime.bigint();'],
    ['randomness', 'src/pay/a.ts', 'const jitter = Math.random();'],
    ['transaction', 'src/legacy-db/a.ts', 'await source.transaction(work);'],
    ['transaction', 'src/legacy-db/a.ts', 'const runner = source.createQueryRunner();'],
    ['transaction', 'src/legacy-db/a.ts', 'await runner.startTransaction();'],
    ['transaction', 'src/legacy-db/a.ts', "await run('BEGIN IMMEDIATE');"],
    ['transaction', 'src/legacy-db/a.ts', "await run('BEGIN');"],
    ['transaction', 'src/pay/a.ts', 'await run(`begin tran ${name}`);'],
    ['synchronize', 'src/legacy-db/a.ts', 'const o = { synchronize: true };'],
    ['synchronize', 'test/a.spec.ts', "const o = { 'synchronize': fast };"],
    ['forwardRef', 'src/pay/a.ts', 'const m = forwardRef(() => Other);'],
    ['@Global', 'src/pay/a.ts', '@Global()\nclass A {}'],
    ['re-export', 'src/pay/index.ts', "export * from './a';"],
    ['re-export', 'test/support/index.ts', "export { a } from './a';"],
    ['driver', 'src/legacy-db/a.ts', "import D from 'better-sqlite3';"],
    ['driver', 'test/a.spec.ts', "const D = require('better-sqlite3-node20');"],
    ['driver', 'bench/a.mjs', "const D = await import('better-sqlite3');"],
    ['driver', 'src/legacy-db/a.ts', "const D = load('better-sqlite3/linux-x64');"],
    ['driver', 'test/a.spec.ts', "export * from 'better-sqlite3';"],
    ['loaded late', 'src/pay/a.ts', "import { ApiTags } from '@nestjs/swagger';"],
    ['loaded late', 'src/messages/a.ts', "import { Redis } from 'ioredis';"],
    ['only or skip', 'test/a.spec.ts', "it.only('works', work);"],
    ['only or skip', 'test/a.spec.ts', "describe.skip('works', work);"],
    ['only or skip', 'src/pay/a.spec.ts', "test.skip.each(table)('works', work);"],
    ['only or skip', 'src/pay/a.spec.ts', "xit('works', work);"],
    ['name', 'src/pay/a.ts', 'class BaseService {}'],
    ['name', 'src/pay/a.ts', 'interface IPayment {}'],
    ['name', 'src/pay/a.ts', 'class PayHelper {}'],
    ['comment', 'src/pay/a.ts', '// eslint-disable-next-line eqeqeq'],
    ['comment', 'test/a.spec.ts', '/* eslint-disable */'],
    ['comment', 'src/pay/a.ts', '// @ts-ignore'],
    ['comment', 'src/pay/a.ts', '// TODO: later'],
    ['docs', 'src/domain/a.ts', 'export const a = 1;'],
  ])('%s in %s: %s', (rule, path, text) => {
    expect(check({ [path]: `${text}\n` }).map((each) => each.rule)).toEqual([rule]);
  });

  it.each<[string, string]>([
    ['src/config/reading/environment.ts', "const a = process.env['A'];"],
    ['src/simulator/main.ts', 'const { env } = process;'],
    ['test/support/child.ts', 'const env = { ...process.env };'],
    ['src/config/system-clock.ts', 'const now = Date.now();'],
    ['src/simulator/clock.ts', 'const now = Date.now();'],
    ['src/till/public/a.js', 'const now = Date.now();'],
    ['src/pay/a.ts', 'const at = new Date(nowMs);'],
    ['test/a.spec.ts', 'const now = Date.now();'],
    ['src/legacy-db/sqlite/write-queue.ts', "await run('BEGIN IMMEDIATE');"],
    ['src/legacy-db/sqlite/sqlite-database.ts', 'const runner = source.createQueryRunner();'],
    ['src/pay/a.ts', "const plan = { kind: 'begin' };"],
    ['src/legacy-db/a.ts', 'const o = { synchronize: false };'],
    ['src/legacy-db/sqlite/sqlite-driver.ts', "const D = load('better-sqlite3');"],
    ['src/legacy-db/a.ts', "import type { Database } from 'better-sqlite3';"],
    ['src/legacy-db/a.ts', "const o = { type: 'better-sqlite3' };"],
    ['src/messages/a.ts', "import type { Redis } from 'ioredis';"],
    ['src/messages/a.ts', "const { Redis } = await import('ioredis');"],
    ['test/a.spec.ts', "import * as swagger from '@nestjs/swagger';"],
    ['src/config/config.module.ts', '@Global()\nclass A {}'],
    ['src/pay/index.ts', 'export const a = 1;'],
    ['test/a.spec.ts', 'const on = url ? describe : describe.skip;'],
    ['src/legacy-db/a.ts', 'query.skip(10);'],
    ['src/pay/a.ts', "const text = 'eslint-disable, as any, process.env, it.only(';"],
    ['src/pay/a.ts', '// TODO #12: later'],
    ['src/pay/a.ts', 'class InterestRate {}\nclass Ids {}'],
    ['src/domain/a.ts', '/** One. */\nexport const a = 1;'],
  ])('%s may say: %s', (path, text) => {
    expect(check({ [path]: `${text}\n` })).toEqual([]);
  });
});
