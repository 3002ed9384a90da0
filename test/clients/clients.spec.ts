import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as ts from 'typescript';
import { TestService } from '../support/process/service';
import { freshBill } from '../support/process/till';
import { tempFolder } from '../support/temp-folder';
import { GENERATORS, writeScript } from './generators';

// Clients that public generators make of the document as it is served: they compile under `strict`,
// and a till of each takes a payment, is refused, and learns that it must not collect again.

jest.setTimeout(180_000);

const PROGRAMS = join(__dirname, 'programs');
const work = tempFolder();
const node = promisify(execFile);
let service: TestService;

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  esModuleInterop: true,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: ['node'],
};

beforeAll(async () => {
  service = await TestService.start();
  const document = await (await fetch(`${service.url}/docs-json`)).text();
  writeFileSync(join(work.path, 'document.json'), document);
  symlinkSync(join(__dirname, '../../node_modules'), join(work.path, 'node_modules'), 'dir');
}, 60_000);

afterAll(async () => {
  await service?.stop();
  work.remove();
});

/** Compiles the program in a folder; gives what the compiler says. */
function compile(folder: string): string[] {
  const program = ts.createProgram([join(folder, 'main.ts')], {
    ...OPTIONS,
    rootDir: folder,
    outDir: join(folder, 'out'),
    typeRoots: [join(work.path, 'node_modules/@types')],
  });
  program.emit();
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      (one) =>
        `${one.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`,
    );
}

it.each(GENERATORS.map((one) => [one.name, one] as const))('%s', async (name, generator) => {
  const folder = join(work.path, name);
  const script = writeScript(work.path, generator);
  await node(process.execPath, [
    script,
    join(work.path, 'document.json'),
    join(folder, 'generated'),
  ]);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(PROGRAMS, `${name}.ts.txt`), join(folder, 'main.ts'));
  copyFileSync(join(PROGRAMS, 'story.ts.txt'), join(folder, 'story.ts'));
  expect(compile(folder)).toEqual([]);

  const env = { ...process.env, PAY_URL: service.url, PAY_BILL: freshBill('C') };
  const { stdout } = await node(process.execPath, [join(folder, 'out/main.js')], { env });
  expect(JSON.parse(stdout)).toEqual({
    paid: {
      ...{ errcode: 0, errmsg: 'ok' },
      tag: expect.objectContaining({ paystatus: 'SUCCESS', billstatus: '3' }) as unknown,
    },
    refused: {
      errcode: 40001,
      errmsg: expect.stringContaining('paymentvalue') as unknown,
      tag: null,
    },
    undecided: {
      ...{ errcode: 1, errmsg: expect.any(String) as unknown },
      tag: expect.objectContaining({ autoid: '97|0|1', paystatus: null }) as unknown,
    },
  });
});
