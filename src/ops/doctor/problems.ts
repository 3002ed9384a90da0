import type { ConfigError } from '../../config/reading/config-error';
import { bad, type Finding, skipped } from './finding';

/** The settings that cannot be used; everything else has to wait for them. */
export function problemFindings({ problems }: ConfigError): Finding[] {
  const rows = problems.map((problem) => {
    const colon = problem.indexOf(': ');
    return bad(
      problem.slice(0, colon),
      problem.slice(colon + 2),
      'correct it, see docs/configuration.md',
    );
  });
  return [...rows, skipped('everything else', 'the settings must be right first')];
}
