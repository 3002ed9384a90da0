import type { AlarmKind } from '../../domain/ports/alarm';
import type { OpenAlarm } from '../../domain/reading/alarm-book';

/** What can be done about an alarm from its page. Each of them asks once more. */
export type AlarmStep =
  | 'ask' // Alipay is asked now, and what it proves is booked.
  | 'cancel' // All of it goes back, booked or not.
  | 'refund' // Money that is booked goes back.
  | 'release' // It ends unpaid, if Alipay proves that there is no money of it.
  | 'refunds' // The refund that waits is withdrawn, or given back.
  | 'callbacks'
  | 'day' // The day is compared again.
  | 'file' // Its bill is taken by hand.
  | 'days'
  | 'doctor';

const STEPS: Readonly<Record<AlarmKind, readonly AlarmStep[]>> = {
  amountMismatch: ['ask', 'release'],
  tradeNoMismatch: ['ask'],
  tradeVanished: ['ask', 'release'],
  refundUnproven: ['ask'],
  payableAgain: ['ask'],
  unverifiedAnswer: ['ask'],
  endRefused: ['ask', 'cancel'],
  undoRefused: ['ask', 'refund'],
  refundWaits: ['refunds'],
  foreignRefund: ['ask'],
  unknownPayment: [],
  booksRestored: ['days'],
  clockWrong: ['doctor'],
  cardShort: [],
  callbackGivenUp: ['callbacks'],
  receiverFailing: ['callbacks'],
  dayDiffers: ['day'],
  billMissing: ['day', 'file'],
  billNotBelieved: ['day', 'file'],
  billChanged: ['day'],
  lateMoney: ['ask', 'refund'],
  duplicatePayment: ['cancel', 'refunds'],
};

/** States of a receipt that holds a payment, or did. */
const HOLDING: ReadonlySet<string> = new Set(['paid', 'refunding', 'refunded']);

/** What can be done about this one as it stands, and where. */
export function stepsOf(alarm: OpenAlarm): { readonly step: AlarmStep; readonly path: string }[] {
  // A newer version's kind has no steps here.
  const steps = Object.hasOwn(STEPS, alarm.kind) ? STEPS[alarm.kind] : [];
  return steps.flatMap((step) => {
    const path = pathOf(step, alarm);
    return path === null ? [] : [{ step, path }];
  });
}

/** Null: it is not possible as the receipt stands, or the alarm is about something else. */
function pathOf(step: AlarmStep, { receipt, subject }: OpenAlarm): string | null {
  const page = receipt === null ? null : `/console/receipts/${receipt.id}`;
  const state = receipt?.state ?? '';
  const date = /^day (\d{4}-\d\d-\d\d)\b/.exec(subject)?.[1];
  switch (step) {
    case 'ask':
      return page && `${page}/look`;
    case 'cancel':
      return ['begun', 'waiting', 'paid'].includes(state) ? page && `${page}/cancel` : null;
    case 'refund':
      return ['paid', 'refunding'].includes(state) ? page && `${page}/refund` : null;
    case 'release':
      // What was paid in the end holds its money.
      return HOLDING.has(state) ? null : page && `${page}/release`;
    case 'refunds':
      return '/console/refunds';
    case 'callbacks':
      return page ?? '/console/callbacks';
    case 'day':
      return date === undefined ? null : `/console/reconciliation/again?date=${date}`;
    case 'file':
      return date === undefined ? null : `/console/reconciliation/file?date=${date}`;
    case 'days':
      return '/console/reconciliation';
    case 'doctor':
      return '/console/doctor';
  }
}
