import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { itLong, rows } from '../support/long';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(180_000);

const ROOT = join(__dirname, '../..');
const folder = tempFolder();
afterAll(() => folder.remove());

const at = (file: string): string => join(folder.path, file);
const OUTPUT = at('dist/src/main.js');

/** Writes a file as a second ago, so that its time tells nobody that it changed. */
function write(file: string, text: string): void {
  mkdirSync(dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
  utimesSync(at(file), 1_000, 1_000);
}

/** Runs the build as `npm start` does. */
function build(): { code: number | null; built: boolean; printed: string } {
  const before = statSync(OUTPUT, { bigint: true, throwIfNoEntry: false })?.ctimeNs;
  const script = join(ROOT, 'scripts/build.mjs');
  const run = spawnSync(process.execPath, [script], { cwd: folder.path, encoding: 'utf8' });
  const after = statSync(OUTPUT, { bigint: true, throwIfNoEntry: false })?.ctimeNs;
  return { code: run.status, built: before !== after, printed: run.stdout + run.stderr };
}

/** Stands for the compiler where only its being called matters: empties the folder, and copies. */
const COPIES = `const fs = require('node:fs');
fs.rmSync('dist', { recursive: true, force: true });
fs.cpSync('src', 'dist/src', { recursive: true });
fs.copyFileSync('src/main.ts', 'dist/src/main.js');`;

describe('the build before a start', () => {
  beforeAll(() => {
    write('src/main.ts', "export const told = 'one';\n");
    write('src/text/page.txt', 'one');
    write('package.json', '{ "name": "small", "version": "1.0.0" }');
    write('package-lock.json', '{ "lockfileVersion": 3 }');
    write('node_modules/@nestjs/cli/bin/nest.js', COPIES);
  });

  it('is run where nothing is built, and not again', () => {
    expect(build()).toMatchObject({ code: 0, built: true });
    expect(build()).toEqual({ code: 0, built: false, printed: '' });
  });

  type Row = [string, () => void];
  const SOME: Row[] = [
    ['a source has other contents', () => write('src/main.ts', "export const told = 'two';\n")],
    ['a source is new', () => write('src/more.ts', 'export const more = 1;\n')],
    ['a source has another name', () => renameSync(at('src/more.ts'), at('src/fewer.ts'))],
    ['a source is gone', () => rmSync(at('src/fewer.ts'))],
    ['what is built was changed', () => writeFileSync(OUTPUT, 'throw new Error();\n')],
    ['the compiler is another', () => write('package-lock.json', '{}')],
  ];
  const OTHERS: Row[] = [
    ['a file for people has', () => write('src/text/page.txt', 'two')],
    ['something of it is gone', () => rmSync(at('dist/src/text/page.txt'))],
    ['something is there besides', () => write('dist/src/old.js', '')],
    ['its options are', () => write('tsconfig.json', '{}')],
    ['nobody noted of what it was built', () => rmSync(at('dist/.built.json'))],
    ['the note is cut', () => writeFileSync(at('dist/.built.json'), '{')],
  ];
  it.each(rows(SOME, OTHERS))('is run where %s', (_what, change) => {
    change();
    expect(build()).toMatchObject({ code: 0, built: true });
    expect(readFileSync(OUTPUT, 'utf8')).toBe(readFileSync(at('src/main.ts'), 'utf8'));
    expect(build()).toEqual({ code: 0, built: false, printed: '' });
  });

  it('that a source was saved under is not believed', () => {
    const saves = `${COPIES} fs.writeFileSync('src/main.ts', "export const told = 'late';\\n");`;
    write('node_modules/@nestjs/cli/bin/nest.js', saves);
    write('src/main.ts', "export const told = 'three';\n");
    expect(build()).toMatchObject({ code: 0, built: true });
    expect(build()).toMatchObject({ code: 0, built: true });
    expect(readFileSync(OUTPUT, 'utf8')).toContain('late');
  });

  it('refuses a Node that package.json does not name, and says which it wants', () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const wants = (node: string) => write('package.json', JSON.stringify({ engines: { node } }));
    for (const range of ['^1.0.0 || >=99', `^${major}.${minor + 1}.0`, `^${major - 1}.0.0`]) {
      wants(range);
      const printed = `Node ${process.version} is not supported: install Node ${range}\n`;
      expect(build()).toEqual({ code: 1, built: false, printed });
    }
    for (const range of [`^1.0.0 || ^${major}.${minor}.0`, `>=${major}`]) {
      wants(range);
      expect(build()).toMatchObject({ code: 0, built: true });
    }
  });

  itLong('is that of nest, and ends the start when it fails', () => {
    rmSync(at('node_modules'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), at('node_modules'));
    const options = { module: 'node20', target: 'es2023', types: [], rootDir: '.', outDir: 'dist' };
    write('tsconfig.build.json', JSON.stringify({ compilerOptions: options, include: ['src'] }));
    const compilerOptions = { tsConfigPath: 'tsconfig.build.json', deleteOutDir: true };
    write('nest-cli.json', JSON.stringify({ sourceRoot: 'src', compilerOptions }));
    write('src/main.ts', "export const told: string = 'four';\n");
    expect(build()).toMatchObject({ code: 0, built: true });
    expect(readFileSync(OUTPUT, 'utf8')).toContain("told = 'four'");
    expect(build().built).toBe(false);
    write('src/main.ts', "export const told: number = 'five';\n");
    for (let time = 1; time <= 2; time += 1) {
      const { code, printed } = build();
      expect([code, printed]).toEqual([1, expect.stringContaining('src/main.ts')]);
    }
  });
});
