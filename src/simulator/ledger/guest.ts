import { SimClock } from '../clock';
import { digits } from '../keys/keys';
import { Ledger } from './ledger';
import { chinaTime } from '../../domain/china-time';
import { giveUp, Obstacle, Order, pay, scan, Step } from './trades';

/** What a guest can do with a code. */
export const GUEST_ACTIONS = ['scan', 'pay', 'giveup'] as const;

/** One of them. */
export type GuestAction = (typeof GUEST_ACTIONS)[number];

/** Why the guest could not, for whoever drives the guest. */
export const OBSTACLES: Record<Obstacle, string> = {
  CODE_EXPIRED: 'the code has expired',
  CANCELLED: 'the code was cancelled before anybody scanned it',
  CLOSED: 'the trade is closed',
  ALREADY_PAID: 'the trade is already paid',
  NOT_SCANNED: 'nobody has scanned the code yet: scan first',
  BUYER_LEFT: 'the guest has given up: scan again first',
};

/** Lets the guest act on an order; a step that was possible is in the ledger afterwards. */
export function actAsGuest(
  ledger: Ledger,
  clock: SimClock,
  order: Order,
  action: GuestAction,
): Step {
  const step = attempt(order, action, clock.nowMs());
  if (step.ok && step.order !== order) ledger.save(step.order, action);
  return step;
}

/** A fresh Alipay number: 28 digits that begin with the China date. */
export function newTradeNo(nowMs: number): string {
  return `${chinaTime(nowMs).slice(0, 10).replaceAll('-', '')}2200${digits(16)}`;
}

function attempt(order: Order, action: GuestAction, nowMs: number): Step {
  switch (action) {
    case 'scan':
      return scan(order, newTradeNo(nowMs), nowMs);
    case 'pay':
      return pay(order, nowMs);
    case 'giveup':
      return giveUp(order);
  }
}
