import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const WINDOW_SECONDS = 60;
/** Addresses share this many counters, so a flood from everywhere cannot fill the memory. */
const ADDRESS_COUNTERS = 65_536;

/** So many times more calls than by one key may be signed rightly by one signer. */
const SIGNED_TIMES = 10;

/**
 * Counts calls by key, or by address where there is no key. Calls that sign themselves are counted
 * apart and once their signature is known, so that no flood from one address, a proxy's say, keeps
 * a genuine one out.
 */
export class RateLimits {
  private readonly limiter: RateLimiterMemory;
  private readonly signed: RateLimiterMemory;

  /** `salt`: any number; makes it unpredictable which addresses share a counter. */
  constructor(
    perMinute: number,
    private readonly salt: number,
  ) {
    this.limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
    const points = SIGNED_TIMES * perMinute;
    this.signed = new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
  }

  /** Counts a call. Resolves to the seconds to wait; 0: it may go on. */
  take(keyName: string | null, address: string): Promise<number> {
    const counter = keyName === null ? this.counterOf(address) : `k:${keyName}`;
    return secondsToWait(this.limiter, counter);
  }

  /** The same for a call that had to sign itself. `signer`: see `CountSigned`. */
  takeSigned(signer: string | null, address: string): Promise<number> {
    if (signer !== null) return secondsToWait(this.signed, signer);
    return secondsToWait(this.limiter, `u:${this.counterOf(address)}`);
  }

  /** Takes back the count of a call without a key: it was a rightful one after all. */
  async giveBack(address: string): Promise<void> {
    await this.limiter.reward(this.counterOf(address));
  }

  private counterOf(address: string): number {
    const counted = address.includes(':') ? networkOf(address) : address;
    let digest = this.salt | 0;
    for (let i = 0; i < counted.length; i += 1) {
      digest = Math.imul(digest ^ counted.charCodeAt(i), 16_777_619);
    }
    return (digest ^ (digest >>> 15)) & (ADDRESS_COUNTERS - 1);
  }
}

async function secondsToWait(
  limiter: RateLimiterMemory,
  counter: string | number,
): Promise<number> {
  try {
    await limiter.consume(counter);
    return 0;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.ceil(refused.msBeforeNext / 1000) || 1;
    throw refused;
  }
}

/** The /64 of an IPv6 address: whoever has one address of it has all. IPv4 in IPv6 stays whole. */
function networkOf(address: string): string {
  const [host = ''] = address.toLowerCase().split('%');
  if (host.includes('.')) return host.slice(host.lastIndexOf(':') + 1);
  const [left = '', right] = host.split('::');
  const groups = left === '' ? [] : left.split(':');
  if (right !== undefined) {
    const tail = right === '' ? [] : right.split(':');
    while (groups.length + tail.length < 8) groups.push('0');
    groups.push(...tail);
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
