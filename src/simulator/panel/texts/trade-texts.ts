import { Words } from '../look';

/** How a trade stands, in a word, and how it is shown. */
export interface Standing {
  readonly words: Words;
  readonly look: 'good' | 'wait' | 'over' | 'warn';
}

/** The standings by their names. */
export const STANDINGS = {
  unscanned: { words: ['待扫码', 'not scanned'], look: 'wait' },
  expired: { words: ['二维码已过期', 'code expired'], look: 'over' },
  cancelled: { words: ['扫码前已撤销', 'cancelled before a scan'], look: 'over' },
  waiting: { words: ['顾客正在付款', 'the guest is paying'], look: 'wait' },
  left: { words: ['顾客已离开', 'the guest has left'], look: 'warn' },
  paid: { words: ['已付款', 'paid'], look: 'good' },
  partly: { words: ['部分退款', 'partly refunded'], look: 'good' },
  finished: { words: ['已完结', 'finished'], look: 'good' },
  refunded: { words: ['已全额退款', 'refunded'], look: 'over' },
  closed: { words: ['已关闭', 'closed'], look: 'over' },
} as const satisfies Record<string, Standing>;
