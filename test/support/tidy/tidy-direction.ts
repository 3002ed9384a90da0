import type { Import, Source, Violation } from './tidy-source';
import { withoutExtension } from './tidy-source';

/**
 * The only files that stand in src itself; they wire everything and may import anything. The doctor
 * is among them: it looks at every adapter, which ops by itself must not know.
 */
const APPLICATION =
  /^src\/(?:main|app\.module|install-wire|launch[\w.-]*|doctor(?:-main)?|reconcile-main)\.ts$/;

/** What each folder may import besides itself: whole folders, or files by their path. */
const MAY_IMPORT: Readonly<Record<string, readonly RegExp[]>> = {
  domain: [],
  // What parts of the service tell of themselves: ports, as in the domain, but no payment words.
  health: [folder('domain')],
  // What traces see of a payment; for all who do something, never for the domain.
  tracing: [folder('domain')],
  config: [folder('domain')],
  wire: [folder('domain')],
  'alipay-gateway': [folder('domain'), folder('config'), folder('tracing')],
  'legacy-db': [folder('domain'), folder('config'), folder('health'), folder('tracing')],
  pay: [
    folder('domain'),
    folder('config'),
    folder('wire'),
    folder('health'),
    folder('tracing'),
    /^src\/(?:alipay-gateway|legacy-db)\/[\w-]+\.module$/,
  ],
  // Alipay's daily bill against the books; wires the modules of the adapters as pay does.
  reconciliation: [
    folder('domain'),
    folder('config'),
    folder('health'),
    /^src\/(?:alipay-gateway|legacy-db|pay)\/[\w-]+\.module$/,
  ],
  // Tells the systems what became of their receipts: bodies by the wire's codecs.
  callbacks: [
    folder('domain'),
    folder('config'),
    folder('wire'),
    folder('health'),
    folder('tracing'),
    /^src\/legacy-db\/[\w-]+\.module$/,
  ],
  // Of the wire only that its pages stand in no document.
  till: [folder('domain'), folder('config'), /^src\/wire\/openapi\/documented$/],
  // For people: what the others know and do, on pages. Wires their modules as ops does.
  console: [
    folder('domain'),
    folder('config'),
    folder('wire'),
    folder('health'),
    folder('ops'),
    folder('pay'),
    folder('receipts'),
    folder('reconciliation'),
    /^src\/(?:legacy-db|callbacks)\/[\w-]+\.module$/,
  ],
  // The wire is HTTP's, and the handlers are found by the framework: no operation is known here.
  messages: ['domain', 'config', 'wire', 'health', 'tracing'].map(folder),
  // Its address is TOP's own and its apps' keys are settings; its house face is on our wire.
  xpos: [folder('domain'), folder('config'), folder('wire'), folder('pay')],
  // The books as they are read; Alipay is asked through the door of pay.
  receipts: [folder('domain'), folder('config'), folder('wire'), folder('pay')],
  ops: ['domain', 'config', 'wire', 'health', 'tracing'].map(folder),
  simulator: [/^src\/domain\/(?:money|china-time)$/],
};

const DRIVERS = ['typeorm', 'better-sqlite3', 'mssql', 'alipay-sdk'];
const HTTP_CLIENTS = ['undici', 'urllib', 'axios', 'node:http', 'node:https', 'http', 'https'];

/** Packages that are an adapter's business, and the folders that must not know them. */
const MUST_NOT_USE: Readonly<Record<string, readonly string[]>> = {
  config: DRIVERS,
  wire: DRIVERS,
  pay: DRIVERS,
  reconciliation: DRIVERS,
  callbacks: DRIVERS,
  till: DRIVERS,
  console: DRIVERS,
  xpos: DRIVERS,
  receipts: DRIVERS,
  ops: DRIVERS,
  messages: DRIVERS,
};

/** Who may import whom. Specs and tests may import what they test. */
export function checkDirection(source: Source): Violation[] {
  if (source.isTest || APPLICATION.test(source.path)) return [];
  const home = folderOf(source.path);
  if (source.path === 'ormconfig.ts') return [];
  if (home === null || !MAY_IMPORT[home]) {
    const what = 'stands where the tree has no place for it';
    return [{ rule: 'direction', file: source.path, line: 1, what }];
  }
  return source.imports
    .filter((each) => !mayImport(home, each))
    .map((each) => ({
      rule: 'direction',
      file: source.path,
      line: each.line,
      what: `${home} must not import ${each.file ?? each.name}`,
    }));
}

/** Files that import each other, types included; each cycle once. */
export function findCycles(sources: readonly Source[]): Violation[] {
  const byPath = new Map(sources.map((source) => [withoutExtension(source.path), source]));
  const done = new Set<string>();
  const cycles: Violation[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const what = [...trail.slice(at), path].join(' -> ');
      cycles.push({ rule: 'cycle', file: byPath.get(path)?.path ?? path, line: 1, what });
      return;
    }
    if (done.has(path)) return;
    for (const { file } of byPath.get(path)?.imports ?? []) {
      if (file !== null && byPath.has(file)) visit(file, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return cycles;
}

function folder(name: string): RegExp {
  return new RegExp(`^src/${name}/`);
}

function folderOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

function mayImport(home: string, { name, file, typeOnly }: Import): boolean {
  if (file === null) {
    const calls =
      ['pay', 'reconciliation'].includes(home) && !typeOnly && HTTP_CLIENTS.includes(name);
    const traces = name.startsWith('@opentelemetry/') && home !== 'tracing';
    return home !== 'domain' && !calls && !traces && !MUST_NOT_USE[home]?.includes(name);
  }
  if (/\.spec$/.test(file)) return false;
  return folderOf(file) === home || (MAY_IMPORT[home] ?? []).some((rule) => rule.test(file));
}
