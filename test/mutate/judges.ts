import { createHash } from 'node:crypto';
import type { Source } from '../support/tidy/tidy-source';
import { withoutExtension } from '../support/tidy/tidy-source';

/** Who can notice a change of a source: the specs that load it, and perhaps the simulation. */
export interface Judges {
  /** The nearest first: fewest imports away. */
  readonly specs: readonly string[];
  readonly simulated: boolean;
}

/** The root of what the simulation loads with a change in it. */
const SIMULATED = 'test/simulation/world/product';

/** The sources that import a source, directly or not. */
export class Importers {
  private readonly importers = new Map<string, Set<Source>>();

  constructor(private readonly sources: readonly Source[]) {
    for (const source of sources) {
      for (const { file, typeOnly } of source.imports) {
        if (file === null || typeOnly) continue;
        const known = this.importers.get(file) ?? new Set();
        this.importers.set(file, known.add(source));
      }
    }
  }

  /** The judges of a source, named from the project's root. */
  judgesOf(path: string): Judges {
    const reached = this.reachedFrom(withoutExtension(path));
    const judges = reached.filter((source) => canJudge(source, path));
    const specs = judges.map((source) => source.path);
    const simulated = reached.some((source) => withoutExtension(source.path) === SIMULATED);
    return { specs, simulated };
  }

  /** Says whether any spec has changed: a survivor is then judged again. */
  hashOfJudges(): string {
    const hash = createHash('sha256');
    for (const { path, text, isTest } of this.sources) if (isTest) hash.update(path + text);
    return hash.digest('hex');
  }

  private reachedFrom(name: string): Source[] {
    const reached = new Set<Source>();
    let next = [name];
    while (next.length > 0) {
      const found = next.flatMap((each) => [...(this.importers.get(each) ?? [])]);
      const fresh = new Set(found.filter((source) => !reached.has(source)));
      for (const source of fresh) reached.add(source);
      next = [...fresh].map((source) => withoutExtension(source.path));
    }
    return [...reached];
  }
}

/**
 * Unit and database specs that run in one process, and for what is SQL Server's alone those of its
 * wire, which take long. A snapshot of a text is no judge: it notices that a guard is gone, and
 * nothing that the guard is there for.
 */
function canJudge({ path, text }: Source, judged: string): boolean {
  if (!/\.spec\.ts$/.test(path) || /toMatchSnapshot|node:child_process/.test(text)) return false;
  if (/^test\/tds\//.test(path)) return judged.includes('/sqlserver/');
  return /^(?:src|test\/database)\//.test(path);
}
