import { play } from './story';
import type { StoryOptions, StoryResult } from './story';

/** Runs at most so many stories to find a shorter one. */
const MAX_RUNS = 400;

/**
 * Leaves out actors and faults, one at a time, as long as the same invariant is broken: the
 * shortest story, with its log.
 */
export async function shrink(
  result: StoryResult,
  options: StoryOptions,
): Promise<{ readonly result: StoryResult; readonly dropped: readonly string[] }> {
  const invariant = result.violation?.invariant;
  let dropped: readonly string[] = [...(options.dropped ?? [])];
  let best = result;
  let runs = 0;
  for (let again = true; again && runs < MAX_RUNS;) {
    again = false;
    const faults = [...new Set(best.happened)].reverse();
    for (const name of [...best.names, ...faults]) {
      if (dropped.includes(name) || runs >= MAX_RUNS) continue;
      runs += 1;
      const fewer = [...dropped, name];
      const tried = await play(result.seed, { ...options, dropped: new Set(fewer) });
      if (tried.violation?.invariant !== invariant) continue;
      best = tried;
      dropped = fewer;
      again = true;
    }
  }
  const logged = { ...options, dropped: new Set(dropped), logged: true };
  return { result: await play(result.seed, logged), dropped };
}
