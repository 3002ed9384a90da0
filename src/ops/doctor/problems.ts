import type { ConfigError } from '../../config/config-error';
import { bad, type Finding } from './finding';

/** The settings that cannot be used; everything else has to wait for them. */
export function problemFindings({ problems }: ConfigError): Finding[] {
  return problems.map((problem) => {
    const colon = problem.indexOf(': ');
    return bad(
      problem.slice(0, colon),
      problem.slice(colon + 2),
      'correct it, see docs/configuration.md',
    );
  });
}
