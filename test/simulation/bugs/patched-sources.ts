import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import type { Bug } from './bug';

interface Loaded {
  exports: object;
}

/** The folder with package.json, from the sources as from what is built of them. */
export function projectRoot(from: string = __dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const up = dirname(from);
  if (up === from) throw new Error('no package.json above');
  return projectRoot(up);
}

const SWC = {
  swcrc: false,
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
} as const;

const transpiled = new Map<string, string>();

/**
 * The service's modules loaded from their sources a second time, one file of them changed: that is
 * how a planted bug gets in without touching any file.
 */
export class PatchedSources {
  private readonly folder = join(projectRoot(), 'src');
  private readonly foreign = createRequire(__filename);
  private readonly modules = new Map<string, Loaded>();

  constructor(private readonly bug: Bug) {}

  /** The exports of a module, named by its path below `src` without its ending. */
  load(name: string): object {
    return this.loadFile(join(this.folder, `${name}.ts`));
  }

  private loadFile(file: string): object {
    const known = this.modules.get(file);
    if (known) return known.exports;
    const module: Loaded = { exports: {} };
    this.modules.set(file, module);
    const require = (name: string): unknown => {
      if (!name.startsWith('.')) return this.foreign(name) as unknown;
      return this.loadFile(`${resolve(dirname(file), name)}.ts`);
    };
    const parts = ['require', 'module', 'exports', this.code(file)];
    const make = Reflect.construct(Function, parts) as (
      require: (name: string) => unknown,
      module: Loaded,
      exports: object,
    ) => void;
    make(require, module, module.exports);
    return module.exports;
  }

  private code(file: string): string {
    const source = readFileSync(file, 'utf8');
    if (relative(this.folder, file) === this.bug.file)
      return compile(this.bug.patched(source), file);
    const known = transpiled.get(file) ?? compile(source, file);
    transpiled.set(file, known);
    return known;
  }
}

function compile(source: string, filename: string): string {
  return transformSync(source, { ...SWC, filename }).code;
}
