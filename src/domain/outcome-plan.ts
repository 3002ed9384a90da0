import { SCANNED } from './pay-status';
import type { PayOutcome } from './payment-gateway';
import type { Payment, Receipt } from './receipt';
import type { AlarmKind, ReceiptStep } from './receipt-repository';
import { endedUnpaid, isLive } from './receipt-state';

/** What a verified channel answer means for a receipt. */
export type OutcomePlan =
  /** Nothing the books do not hold already. */
  | { readonly kind: 'nothing' }
  /** No move, but Alipay's word is new. */
  | { readonly kind: 'note'; readonly channelStatus: string }
  /** Moves to make in one unit, in this order. */
  | { readonly kind: 'moves'; readonly steps: readonly [ReceiptStep, ...ReceiptStep[]] }
  /** The answer contradicts the books: nothing moves, a human has to look. */
  | { readonly kind: 'contradiction'; readonly alarm: AlarmKind; readonly detail: string };

const NOTHING: OutcomePlan = { kind: 'nothing' };

type Answer<Kind extends PayOutcome['kind']> = Extract<PayOutcome, { kind: Kind }>;
type ToldPayment = Answer<'paid'>['payment'];

/** What a channel answer does to a receipt as it stands. Pure; the one place that decides it. */
export function planOutcome(receipt: Receipt, outcome: PayOutcome): OutcomePlan {
  switch (outcome.kind) {
    case 'paid':
      return planPaid(receipt, outcome);
    case 'closed':
      return outcome.payment
        ? planRefunded(receipt, outcome, outcome.payment)
        : planClosed(receipt, outcome);
    case 'pending':
      return planPending(receipt, outcome.channelStatus);
    case 'notExist':
      return planNotExist(receipt);
    case 'refused':
    case 'unknown':
      return NOTHING;
  }
}

function planPaid(receipt: Receipt, { payment: told, channelStatus }: Answer<'paid'>): OutcomePlan {
  const wrong = contradiction(receipt, told);
  if (wrong) return wrong;
  if (receipt.payment) return NOTHING;
  const payment = booked(receipt, told);
  // The operator undoes it whatever it is: its money goes back before anybody is told of it.
  const event = undoneByOperator(receipt) ? 'beginRefund' : 'pay';
  return { kind: 'moves', steps: [{ event, channelStatus, payment }] };
}

/** It was paid, and all of the money went back: both are recorded, together. */
function planRefunded(
  receipt: Receipt,
  { channelStatus }: Answer<'closed'>,
  told: ToldPayment,
): OutcomePlan {
  const wrong = contradiction(receipt, told);
  if (wrong) return wrong;
  const refunded = receipt.amount;
  const last: ReceiptStep = { event: 'refundInFull', channelStatus, refunded };
  if (receipt.state === 'refunded') return NOTHING;
  if (receipt.state === 'refunding') return { kind: 'moves', steps: [last] };
  if (receipt.payment) return { kind: 'moves', steps: [{ event: 'beginRefund' }, last] };
  const pay: ReceiptStep = { event: 'pay', payment: booked(receipt, told) };
  return { kind: 'moves', steps: [pay, { event: 'beginRefund' }, last] };
}

function planClosed(receipt: Receipt, { channelStatus }: Answer<'closed'>): OutcomePlan {
  if (receipt.payment) {
    // A trade that was paid closes only when all of its money went back.
    const told = receipt.payment;
    return planRefunded(receipt, { kind: 'closed', channelStatus, payment: told }, told);
  }
  if (!isLive(receipt.state)) return NOTHING;
  const ours = receipt.state === 'cancelling' && receipt.undoReason !== 'expired';
  return { kind: 'moves', steps: [{ event: ours ? 'undo' : 'close', channelStatus }] };
}

function planPending(receipt: Receipt, channelStatus: string): OutcomePlan {
  if (endedUnpaid(receipt.state)) {
    return {
      kind: 'contradiction',
      alarm: 'payableAgain',
      detail: `${channelStatus} after the end`,
    };
  }
  if (receipt.state === 'begun' && receipt.begunBy === 'barCode') {
    // The charge has arrived, and its guest is asked for the password.
    return { kind: 'moves', steps: [{ event: 'giveCode', channelStatus }] };
  }
  if (!isLive(receipt.state) || receipt.channelStatus === channelStatus) return NOTHING;
  return { kind: 'note', channelStatus };
}

function planNotExist(receipt: Receipt): OutcomePlan {
  const seen = receipt.channelStatus === SCANNED || receipt.payment !== null;
  if (!seen || endedUnpaid(receipt.state)) return NOTHING;
  return { kind: 'contradiction', alarm: 'tradeVanished', detail: 'a trade seen before is gone' };
}

function contradiction(receipt: Receipt, told: ToldPayment): OutcomePlan | null {
  if (told.amount !== receipt.amount) {
    const detail = `Alipay says ${told.amount ?? 'no amount'}, the receipt ${receipt.amount} fen`;
    return { kind: 'contradiction', alarm: 'amountMismatch', detail };
  }
  if (receipt.payment && receipt.payment.tradeNo !== told.tradeNo) {
    const detail = 'a second trade number for a booked receipt; the first is kept';
    return { kind: 'contradiction', alarm: 'tradeNoMismatch', detail };
  }
  return null;
}

function booked(receipt: Receipt, told: ToldPayment): Payment {
  return { ...told, amount: receipt.amount };
}

function undoneByOperator(receipt: Receipt): boolean {
  return receipt.state === 'cancelling' && receipt.undoReason === 'operator';
}
