import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../config/config';
import type { Config } from '../../config/config';
import type { BillType } from '../../domain/bill';
import { isSuperseded } from '../../domain/callback/callback-event';
import { PayError } from '../../domain/errors';
import { CALLBACKS } from '../../domain/ports/callbacks';
import type { Callbacks, CallbackState, ListedCallback } from '../../domain/ports/callbacks';

/** How many events one answer holds at most. */
export const MOST_EVENTS = 100;

/** The operation Events: what a system has missed. */
@Injectable()
export class MissedEvents {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CALLBACKS) private readonly callbacks: Callbacks,
  ) {}

  /**
   * The next events behind a number. An empty answer means that there is nothing newer, so it is
   * not given where that is not known.
   * @throws PayError ILLEGAL_STATE, DATABASE_UNAVAILABLE
   */
  async after(billType: BillType, afterSeq: number): Promise<ListedCallback[]> {
    const listed = await this.callbacks.listAfter(billType, afterSeq, MOST_EVENTS);
    if (listed.length > 0) return listed;
    const last = await this.callbacks.lastSeq(billType);
    if (afterSeq > last) {
      const shown = '序号已恢复,请从 0 重新查询 (the sequence was restored: ask from 0)';
      throw new PayError('ILLEGAL_STATE', `asked behind ${afterSeq}, last is ${last}`, { shown });
    }
    if (this.config.callbacks[billType] === null) {
      const shown = `系统 ${billType} 未启用回调 (callbacks are not switched on for system ${billType})`;
      throw new PayError('ILLEGAL_STATE', `no receiver of bill type ${billType}`, { shown });
    }
    return [];
  }
}

/**
 * How the push of an event stands. One that is not sent yet counts as superseded as soon as its
 * money is on its way back: nobody may open a gate on it. Pure.
 */
export function stateToTell({ state, type, body, receipt }: ListedCallback): CallbackState {
  return state === 'waiting' && body === null && isSuperseded(type, receipt) ? 'superseded' : state;
}
