import { projectRoot } from '../simulation/bugs/patched-sources';
import type { Changed } from './fresh-modules';
import { noteEntered } from './entered';
import { judgeBySpec, judgeByStories, prepareGlobals } from './judge';

/** What a worker is asked: does any of these judges notice the change? They are asked in order. */
export interface Question {
  /** Null: nothing is changed, and nothing should be noticed. */
  readonly changed: Changed | null;
  readonly specs: readonly string[];
  /** Stories of the simulation, after the specs; 0: none. */
  readonly seeds: number;
}

/** Who noticed a mutant, and how; judge null: nobody. */
export interface Verdict {
  readonly judge: string | null;
  readonly how: string;
  /** The functions of a probed source that were entered, by number. */
  readonly entered: readonly number[];
}

/** What a worker says: who is judging now, at last the verdict. */
export type Said =
  { readonly kind: 'asking'; readonly judge: string } | ({ readonly kind: 'verdict' } & Verdict);

const ROOT = projectRoot();

/** Who judges just now. */
let asked = 'start';

async function answer(question: Question): Promise<Said> {
  const entered = noteEntered();
  const verdict = await judged(question);
  return { kind: 'verdict', ...verdict, entered: [...entered] };
}

async function judged({ changed, specs, seeds }: Question): Promise<Omit<Verdict, 'entered'>> {
  for (const judge of specs) {
    ask(judge);
    const how = await judgeBySpec(ROOT, judge, changed);
    if (how !== null) return { judge, how };
  }
  if (changed && seeds > 0) {
    const judge = 'simulation';
    ask(judge);
    const how = await judgeByStories(changed, seeds);
    if (how !== null) return { judge, how };
  }
  return { judge: null, how: '' };
}

function ask(judge: string): void {
  asked = judge;
  say({ kind: 'asking', judge });
}

function say(said: Said): void {
  process.send?.(said);
}

// A long spec is not silent while its tests end.
prepareGlobals(() => say({ kind: 'asking', judge: asked }));
process.on('message', (question: Question) => {
  void answer(question).then(say);
});
