import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A public generator of clients, as its own page says that it is used. */
export interface Generator {
  /** Also that of its program in `programs`. */
  readonly name: string;
  /** `document`: a file; `folder`: where its sources go. It asks nobody. Node's own script. */
  readonly script: string;
}

/** Runs in a process of its own: some are ESM alone, and some print. */
function script(...lines: string[]): string {
  return ['const [document, folder] = process.argv.slice(2);', ...lines].join('\n');
}

/** Three of different kinds: types for a client that is there, functions, classes with enums. */
export const GENERATORS: readonly Generator[] = [
  {
    name: 'openapi-fetch',
    script: script(
      "import { mkdirSync, writeFileSync } from 'node:fs';",
      "import { pathToFileURL } from 'node:url';",
      "import generate, { astToString } from 'openapi-typescript';",
      'mkdirSync(folder, { recursive: true });',
      'const made = astToString(await generate(pathToFileURL(document)));',
      'writeFileSync(`${folder}/schema.ts`, made);',
    ),
  },
  {
    name: 'hey-api',
    script: script(
      "import { createClient } from '@hey-api/openapi-ts';",
      "const plugins = ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'];",
      "const logs = { level: 'silent' };",
      'await createClient({ input: document, output: folder, plugins, logs });',
    ),
  },
  {
    name: 'codegen',
    script: script(
      "import { generate } from 'openapi-typescript-codegen';",
      'await generate({ input: document, output: folder });',
    ),
  },
];

/** Writes a generator's script where it finds the packages of the project. */
export function writeScript(folder: string, { name, script: text }: Generator): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return file;
}
