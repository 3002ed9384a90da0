import { checkBans } from './tidy-bans';
import { checkDirection, findCycles } from './tidy-direction';
import { checkDocs, checkLimits, checkRooms } from './tidy-limits';
import { Source, Violation } from './tidy-source';

/** Every rule of the style that a program can check, over all sources together. */
export function checkSources(sources: readonly Source[]): Violation[] {
  return [
    ...sources.flatMap((source) => [
      ...checkDirection(source),
      ...checkLimits(source),
      ...checkDocs(source),
      ...checkBans(source),
    ]),
    ...checkRooms(sources.filter(({ isTest }) => !isTest)),
    ...findCycles(sources.filter(({ isTest }) => !isTest)),
  ];
}

/** One line for a human. */
export function show({ rule, file, line, what }: Violation): string {
  return `${rule}: ${file}:${line} ${what}`;
}
