import { projectRoot } from '../simulation/bugs/patched-sources';
import type { Changed } from './fresh-modules';
import { judgeBySpec, judgeByStories, prepareGlobals } from './judge';

/** What a worker is asked: does any of these judges notice the change? They are asked in order. */
export interface Question {
  /** Null: nothing is changed, and nothing should be noticed. */
  readonly changed: Changed | null;
  readonly specs: readonly string[];
  /** Stories of the simulation, after the specs; 0: none. */
  readonly seeds: number;
}

/** What a worker says: who is judging now, at last the verdict. */
export type Said =
  | { readonly kind: 'asking'; readonly judge: string }
  | { readonly kind: 'verdict'; readonly judge: string | null; readonly how: string };

const ROOT = projectRoot();

async function answer({ changed, specs, seeds }: Question): Promise<Said> {
  for (const judge of specs) {
    say({ kind: 'asking', judge });
    const how = await judgeBySpec(ROOT, judge, changed);
    if (how !== null) return { kind: 'verdict', judge, how };
  }
  if (changed && seeds > 0) {
    const judge = 'simulation';
    say({ kind: 'asking', judge });
    const how = await judgeByStories(changed, seeds);
    if (how !== null) return { kind: 'verdict', judge, how };
  }
  return { kind: 'verdict', judge: null, how: '' };
}

function say(said: Said): void {
  process.send?.(said);
}

prepareGlobals();
process.on('message', (question: Question) => {
  void answer(question).then(say);
});
