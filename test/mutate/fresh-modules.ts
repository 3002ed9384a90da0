import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { transformSync } from '@swc/core';

interface Loaded {
  exports: unknown;
}

type Body = (
  require: (name: string) => unknown,
  module: Loaded,
  exports: unknown,
  filename: string,
  folder: string,
) => void;

/** One file of the project with another text than it has on the disk. */
export interface Changed {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** How a verdict begins on a spec that did not even begin. */
export const NOT_LOADED = 'cannot be loaded';

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

const PARAMETERS = ['require', 'module', 'exports', '__filename', '__dirname'];
const ENDINGS = ['.ts', '.js', '.mjs', ''];

/** What the disk holds is compiled once, however often it is loaded. */
const compiled = new Map<string, Body>();

/**
 * The project's modules loaded once more, all of them fresh, one file changed in memory; packages
 * stay as they are. So a process judges one mutant after the other without starting again.
 */
export class FreshModules {
  private readonly modules = new Map<string, Loaded>();
  private readonly changedFile: string | null;

  constructor(
    private readonly root: string,
    private readonly changed: Changed | null,
  ) {
    this.changedFile = changed && join(root, changed.path);
  }

  /** The exports of a file, named from the project's root. */
  load(path: string): unknown {
    return this.loadFile(join(this.root, path));
  }

  private loadFile(file: string): unknown {
    const known = this.modules.get(file);
    if (known) return known.exports;
    const module: Loaded = { exports: {} };
    this.modules.set(file, module);
    const foreign = createRequire(file);
    const require = Object.assign((name: string): unknown => {
      const ours = name.startsWith('.') ? fileOf(resolve(dirname(file), name)) : null;
      return ours === null ? foreign(name) : this.loadFile(ours);
    }, foreign);
    this.body(file)(require, module, module.exports, file, dirname(file));
    return module.exports;
  }

  private body(file: string): Body {
    if (this.changed && file === this.changedFile) return compile(this.changed.text, file);
    const known = compiled.get(file) ?? compile(readFileSync(file, 'utf8'), file);
    compiled.set(file, known);
    return known;
  }
}

/** The source that an import without its ending means; null: data, which node reads itself. */
function fileOf(path: string): string | null {
  const file = ENDINGS.map((ending) => path + ending).find((each) => existsSync(each));
  return file === undefined || file.endsWith('.json') ? null : file;
}

function compile(text: string, filename: string): Body {
  const { code } = transformSync(text, { ...SWC, filename });
  return compileFunction(code, PARAMETERS, { filename }) as Body;
}
