import type { Receipt } from './receipt';
import { endedUnpaid } from './receipt-state';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The first look at a new receipt. ms after Begin. */
export const FIRST_LOOK_MS = 10 * SECOND;
/** The longest wait between two looks while a code may live. ms. */
export const LONGEST_WAIT_MS = 60 * SECOND;
/** The longest wait between two looks at what was given up on. ms. */
export const GIVEN_UP_WAIT_MS = 60 * MINUTE;
/** The longest time one caller alone may ask for a code: a call's deadline and more. ms. */
const LONGEST_LEASE_MS = 2 * MINUTE;
/** How long after its end a code is made unpayable. ms. */
export const AFTER_CODE_END_MS = MINUTE;
/**
 * A code is dead for sure, without any cancel, this long after its end by Alipay's own clock: the
 * two hours a code lives, and a margin. ms.
 */
export const DEAD_BY_AGE_MS = 150 * MINUTE;
/**
 * How long a charge may still take effect after its receipt was begun, answered or not: its call
 * is sent once, right then, and given up after a few seconds. ms.
 */
export const CHARGE_UNDER_WAY_MS = MINUTE;
/** How long a cancel may still take effect after it was sent, answered or not. ms. */
export const CANCEL_UNDER_WAY_MS = MINUTE;
/** How much later a process may have begun to count that was started anew meanwhile. ms. */
const STARTED_LATE_MS = 30 * SECOND;
/** How far this machine's clock and the channel's may be apart. ms. */
export const MOST_CLOCK_GAP_MS = 30 * SECOND;
/** When receipts that ended unpaid are looked at again, after their end. ms. */
export const LATE_LOOKS_MS = [MINUTE, 10 * MINUTE, 24 * 60 * MINUTE] as const;

/** How long after a look at its refusals what was sent before is asked for again. ms. */
export const PROOF_GAP_MS = 10 * SECOND;

/**
 * Is the time of the code or charge over, so that the receipt is to be made unpayable? `nowMs`: by
 * the channel's clock, which the code lives by. The clock only prompts. Pure.
 */
export function codeIsOver(receipt: Receipt, nowMs: number): boolean {
  return nowMs >= receipt.codeEndsAtMs + AFTER_CODE_END_MS;
}

/**
 * When the sweep looks at a receipt next, epoch ms; null: never again. Waits grow with age and
 * stay below a minute while a code may live. Pure. Source: docs/operating.md, "The sweep".
 */
export function nextDue(receipt: Receipt, nowMs: number): number | null {
  switch (receipt.state) {
    case 'begun':
    case 'waiting':
      return dueWhileLive(receipt, nowMs);
    case 'cancelling':
      return Math.min(dueWhileUndoing(receipt, nowMs), cancelOver(receipt, nowMs));
    case 'refunding':
      // What goes back by refunds is looked at refund by refund.
      return receipt.givingBack === 'refund' ? null : dueWhileUndoing(receipt, nowMs);
    case 'closed':
    case 'cancelled':
    case 'failed':
      return dueAfterEnd(receipt, nowMs);
    case 'paid':
      return receipt.checkAtMs !== null && receipt.checkAtMs > nowMs ? receipt.checkAtMs : null;
    case 'refunded':
      return null;
  }
}

/**
 * When a payment is looked at once more that gets into the books now, epoch ms; null: never. A
 * cancel sent before it may have taken effect after it was found. Pure.
 */
export function checkAfterBooking(receipt: Receipt, nowMs: number): number | null {
  return receipt.cancelTries === 0 ? null : nowMs + CANCEL_UNDER_WAY_MS;
}

/**
 * When the sweep comes back to a receipt whose look decided nothing. A look for late money that
 * found out nothing was none, and is repeated. What was given up on, that is has raised the alarm
 * of a contradiction, is looked at ever more seldom once its code's time is over. Pure.
 */
export function dueAfterDoubt(
  receipt: Receipt,
  nowMs: number,
  givenUpAtMs: number | null,
): number | null {
  const repeats = endedUnpaid(receipt.state) || isToBeChecked(receipt);
  const usual = repeats ? nowMs + LONGEST_WAIT_MS : nextDue(receipt, nowMs);
  if (usual === null || givenUpAtMs === null || !codeIsOver(receipt, nowMs)) return usual;
  return nowMs + clamp((nowMs - givenUpAtMs) / 4, usual - nowMs, GIVEN_UP_WAIT_MS);
}

function dueWhileLive(receipt: Receipt, nowMs: number): number {
  const wait = clamp(age(receipt.begunAtMs, nowMs) / 6, FIRST_LOOK_MS, LONGEST_WAIT_MS);
  const end = receipt.codeEndsAtMs + AFTER_CODE_END_MS;
  return end > nowMs ? Math.min(nowMs + wait, end) : nowMs + wait;
}

function dueWhileUndoing(receipt: Receipt, nowMs: number): number {
  const undoneForMs = age(receipt.undoAtMs ?? nowMs, nowMs);
  return nowMs + clamp(undoneForMs / 4, 3 * SECOND, LONGEST_WAIT_MS);
}

/** Is it a booked payment that is to be looked at once more? */
function isToBeChecked({ state, checkAtMs }: Receipt): boolean {
  return state === 'paid' && checkAtMs !== null;
}

/**
 * When a payment may be kept that was found while a cancel is under way: then, and no later. The
 * clock only prompts: who looks counts for himself, and was perhaps started after it was sent.
 */
function cancelOver({ cancelSentAtMs }: Receipt, nowMs: number): number {
  if (cancelSentAtMs === null) return Infinity;
  const over = cancelSentAtMs + CANCEL_UNDER_WAY_MS;
  if (over > nowMs) return over;
  return nowMs < over + STARTED_LATE_MS ? nowMs + 3 * SECOND : Infinity;
}

function dueAfterEnd(receipt: Receipt, nowMs: number): number | null {
  const endedAt = receipt.endedAtMs ?? nowMs;
  const looks = LATE_LOOKS_MS.map((after) => endedAt + after);
  const left = [...looks, receipt.codeEndsAtMs + 10 * MINUTE].filter((look) => look > nowMs);
  return left.length === 0 ? null : Math.min(...left);
}

/**
 * May the charge of a receipt just begun be sent? What took too long to save is not. Pure.
 * @param passedMs since it was asked for, by a clock that never jumps. ms
 */
export function mayCharge(passedMs: number): boolean {
  return passedMs < CHARGE_UNDER_WAY_MS / 3;
}

/**
 * Does somebody hold the right to ask for the code? A lease longer than any comes from a clock set
 * back. Pure.
 */
export function leaseHolds({ leaseUntilMs }: Receipt, nowMs: number): boolean {
  return leaseUntilMs > nowMs && leaseUntilMs <= longestLeaseUntil(nowMs);
}

/** The end of the longest lease that may be taken now, epoch ms. */
export function longestLeaseUntil(nowMs: number): number {
  return nowMs + LONGEST_LEASE_MS;
}

/** How old something is. What lies ahead comes from a clock set back, and is not new either. ms. */
function age(atMs: number, nowMs: number): number {
  return Math.abs(nowMs - atMs);
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}
