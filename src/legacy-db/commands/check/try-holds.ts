import { probeHolds } from '../../refunds/hold-probe';
import { openMssql } from '../../sqlserver/open-mssql';
import { END } from '../../sqlserver/procedures/contract';
import { comparisonOf } from '../difference';
import type { Comparison } from '../difference';
import type { CommandBooks } from '../with-database';

/** Tries what End makes of H and U: null, running totals; else what it does instead. */
export type HoldProbe = () => Promise<string | null>;

/** The probe at the database of the service, by a connection of its own; nothing of it stays. */
export function holdProbe({ database: config, clock, randomness }: CommandBooks): HoldProbe {
  return async () => {
    if (config.kind !== 'mssql') return null;
    const open = await openMssql(config, clock, randomness);
    try {
      return await probeHolds(open.database, open.systems['7'], randomness, clock.nowMs());
    } finally {
      await open.close();
    }
  };
}

/** What the probe says of `whose` End, for the check. */
export async function triedHolds(probe: HoldProbe, whose: string): Promise<Comparison> {
  const differs = (found: string): Comparison => {
    const part = { object: END.name, part: 'H and U', expected: 'running totals' };
    return comparisonOf('', [{ ...part, found }]);
  };
  try {
    const fault = await probe();
    if (fault !== null) return differs(`${fault}: parts of recharges are not refunded`);
    return comparisonOf(`procedure ${END.name}: ${whose}; H and U, tried, are running totals`, []);
  } catch (error) {
    return differs(`cannot be tried: ${error instanceof Error ? error.message : 'no answer'}`);
  }
}
