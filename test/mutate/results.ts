import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What became of a mutant in an earlier run. */
interface Kept {
  readonly file: string;
  readonly mutant: string;
  /** Of the mutated source. */
  readonly source: string;
  /** Of all tests. */
  readonly tests: string;
  readonly judge: string | null;
}

/**
 * The verdicts of earlier runs, one a line: a run that was interrupted goes on where it was. One is
 * good while its source is the same, and that nobody noticed while the tests are, too.
 */
export class Results {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly file: string,
    private readonly tests: string,
  ) {
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const kept = JSON.parse(line) as Kept;
      this.kept.set(keyOf(kept.file, kept.mutant), kept);
    }
  }

  /** Who noticed the mutant; null: nobody did; undefined: it has to be judged. */
  judgeOf(file: string, mutant: string, text: string): string | null | undefined {
    const kept = this.kept.get(keyOf(file, mutant));
    if (kept?.source !== hashOf(text)) return undefined;
    return kept.judge === null && kept.tests !== this.tests ? undefined : kept.judge;
  }

  keep(file: string, mutant: string, text: string, judge: string | null): void {
    const kept: Kept = { file, mutant, source: hashOf(text), tests: this.tests, judge };
    this.kept.set(keyOf(file, mutant), kept);
    mkdirSync(dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${JSON.stringify(kept)}\n`);
  }
}

function keyOf(file: string, mutant: string): string {
  return `${file}\n${mutant}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
