import type { Randomness } from '../../domain/ports/clock';

/**
 * A new number for Alipay: 12 hex digits of the time, 20 of randomness, 32 characters in all. The
 * time in front keeps the index compact; the randomness makes it unique whatever the clock does.
 */
export function newOutTradeNo(nowMs: number, randomness: Randomness): string {
  return Math.trunc(nowMs).toString(16).padStart(12, '0').slice(-12) + randomness.hex(10);
}
