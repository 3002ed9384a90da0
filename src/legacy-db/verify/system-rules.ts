import { STORED_VALUE, billKey, cardKey } from '../../domain/bill';
import type { Account, AccountRule, BookDifference, ReceiptLine, SystemLine } from './account';
import { differ, isBooked, isPending, knownHistory, sumOf, yuanOf, yuanOrNull } from './account';

const NO_YUAN = '0.00';

/** It is in its system's own table, with the same fen and the same result; a duplicate unpaid. */
export const systemHasIt: AccountRule = (account) => {
  const { system } = account;
  if (system === undefined) return [];
  if (system === null) return differ(account, 'systemRow', nameOf(account.receipt), null);
  return [...sameReceipt(account, system), ...sameMoney(account, system)];
};

function nameOf({ receiptId, billNo, payType }: ReceiptLine): string {
  return `${receiptId} of bill ${billKey(billNo)} by ${payType}`;
}

function sameReceipt(account: Account, system: SystemLine): readonly BookDifference[] {
  const { receipt } = account;
  const { autoid: receiptId, billNo, payType } = system;
  const key = (card: string | null) => (card === null ? null : cardKey(card));
  return [
    ...differ(
      account,
      'systemRow',
      nameOf(receipt),
      nameOf({ ...receipt, receiptId, billNo, payType }),
    ),
    ...differ(account, 'systemAsked', yuanOf(receipt.amount), system.asked),
    ...(receipt.billType === STORED_VALUE
      ? differ(account, 'card', key(receipt.cardNo), key(system.cardNo))
      : []),
  ];
}

function sameMoney(account: Account, system: SystemLine): readonly BookDifference[] {
  const { receipt } = account;
  const counts = isBooked(receipt.state) && !receipt.duplicate;
  const refunded = counts && receipt.refunded > 0 ? yuanOf(receipt.refunded) : null;
  return [
    ...resultDiffers(account, system),
    ...differ(account, 'systemTrade', counts ? receipt.tradeNo : null, system.tradeNo),
    ...differ(account, 'systemPaid', counts ? yuanOrNull(receipt.paid) : null, system.paid),
    ...differ(account, 'systemRefunded', refunded, system.refunded),
  ];
}

/** What the system was told last. A duplicate may have ended unpaid before its money came. */
function resultDiffers(account: Account, { result }: SystemLine): readonly BookDifference[] {
  const { receipt } = account;
  if (receipt.duplicate && isBooked(receipt.state)) {
    const unpaid = result === null || result === 'C' || result === 'F';
    return unpaid ? [] : differ(account, 'systemResult', null, result);
  }
  return differ(account, 'systemResult', resultOf(receipt), result);
}

function resultOf({ state, refunded }: ReceiptLine): string | null {
  switch (state) {
    case 'closed':
    case 'cancelled':
      return 'C';
    case 'failed':
      return 'F';
    case 'paid':
    case 'refunding':
      return refunded > 0 ? 'R' : 'S';
    case 'refunded':
      return 'R';
    default:
      return null;
  }
}

/**
 * Its card has given up what goes back and what went back. The credit itself is the amount that is
 * paid in its system's table: both are written by one statement. A card's balance is not compared:
 * others spend from it.
 */
export const cardGaveUp: AccountRule = (account) => {
  const { system, receipt, history } = account;
  if (!system || receipt.billType !== STORED_VALUE || !knownHistory(history).whole) return [];
  const held = system.held ?? NO_YUAN;
  const possible = heldOf(account).map(yuanOf);
  return possible.includes(held) ? [] : differ(account, 'cardHeld', possible.join(' or '), held);
};

/** What its card may have given up. Fen; mostly one amount. */
function heldOf({ receipt, refunds, alarms }: Account): readonly number[] {
  const { state, duplicate, amount, givingBack } = receipt;
  if (duplicate || !isBooked(state)) return [0];
  if (state === 'refunding' && givingBack === 'cancel') return [amount];
  const ours = sumOf(
    refunds.filter((one) => one.cause !== 'channel' && (one.state === 'done' || isPending(one))),
  );
  if (state !== 'refunded' || ours === amount) return [ours];
  // By a cancel or without us, as a whole; the card may have held too little, or the rest of what
  // was refunded in parts has gone elsewhere.
  return ours > 0 || alarms.includes('cardShort') ? [amount, ours] : [amount];
}
