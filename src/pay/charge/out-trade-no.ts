import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { PAY_SETTINGS } from '../pay-settings';
import type { PaySettings } from '../pay-settings';

/**
 * A new number for Alipay: the mark of this installation, 12 hex digits of the time, 20 of
 * randomness, 36 characters in all. The mark tells our payments from those of other programs where
 * the books do not know them; the time behind it keeps the index compact; the randomness makes it
 * unique whatever the clock does.
 */
export function newOutTradeNo(tradePrefix: string, nowMs: number, randomness: Randomness): string {
  const time = Math.trunc(nowMs).toString(16).padStart(12, '0').slice(-12);
  return tradePrefix + time + randomness.hex(10);
}

/** Gives new numbers to those who begin a payment under a number of their own choosing. */
@Injectable()
export class OutTradeNumbers {
  constructor(
    @Inject(PAY_SETTINGS) private readonly settings: PaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
  ) {}

  next(): string {
    return newOutTradeNo(this.settings.tradePrefix, this.clock.nowMs(), this.randomness);
  }
}
