import type { Clock } from '../../domain/ports/clock';
import { bad, type Check, doubtful, errorWord, good, skipped } from './finding';

const TIMEOUT_MS = 10_000;
/** A Date header is cut to the second. */
const HALF_SECOND_MS = 500;
const IN_STEP_MS = 2_000;
const WARN_MS = 30_000;
/** Alipay's own limit where it names one. */
const FAIL_MS = 600_000;

const CHECK = 'clock';

/** Compares this machine's clock with the `Date` of Alipay's gateway. */
export function clockCheck(gateway: string, clock: Clock): Check {
  return async () => {
    const beforeMs = clock.nowMs();
    const date = await dateOf(gateway);
    const theirMs = Date.parse(date.text ?? '') + HALF_SECOND_MS;
    if (Number.isNaN(theirMs)) return [skipped(CHECK, date.why)];
    return [findingOf((beforeMs + clock.nowMs()) / 2 - theirMs)];
  };
}

function findingOf(aheadMs: number) {
  const off = Math.abs(aheadMs);
  if (off < IN_STEP_MS) return good(CHECK, "in step with Alipay's, within 2 s");
  const found = `${span(off)} ${aheadMs > 0 ? 'ahead of' : 'behind'} Alipay's`;
  const advice = 'set the clock by NTP (chrony, w32time)';
  if (off > FAIL_MS) return bad(CHECK, found, advice);
  return off > WARN_MS ? doubtful(CHECK, found, advice) : good(CHECK, found);
}

function span(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

async function dateOf(gateway: string): Promise<{ text: string | null; why: string }> {
  try {
    const answer = await fetch(gateway, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return { text: answer.headers.get('date'), why: 'the gateway does not tell its time' };
  } catch (error) {
    return { text: null, why: `no answer: ${errorWord(error)}` };
  }
}
