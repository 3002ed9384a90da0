import type { AccountRule } from './account';
import { differ, isPending, sumOf, yuanOf } from './account';

/** What went back of it is what its refunds say. All of it may have gone by a cancel. */
export const refundsAddUp: AccountRule = (account) => {
  const { refunds, receipt } = account;
  const done = sumOf(refunds.filter(({ state }) => state === 'done'));
  const byCancel = receipt.state === 'refunded' && done < receipt.refunded;
  return byCancel ? [] : differ(account, 'refundSum', yuanOf(receipt.refunded), yuanOf(done));
};

/** What went back and what is to go back is not more than was paid. */
export const refundsFit: AccountRule = (account) => {
  const { refunds, receipt } = account;
  const all = sumOf(refunds.filter((one) => one.state === 'done' || isPending(one)));
  const most = receipt.paid ?? 0;
  return all <= most ? [] : differ(account, 'refundLimit', yuanOf(most), yuanOf(all));
};

/** It gives back by refunds exactly while one is not decided. */
export const refundsAreUnderWay: AccountRule = (account) => {
  const { refunds, receipt } = account;
  const goes = receipt.state === 'refunding' && receipt.givingBack === 'refund';
  const word = (one: boolean) => (one ? 'under way' : 'not under way');
  return differ(account, 'refundPending', word(goes), word(refunds.some(isPending)));
};

/** It says by what money goes back exactly while some does: a cancel is sent for one word alone. */
export const givesBackByItsWord: AccountRule = (account) => {
  const { state, givingBack } = account.receipt;
  const words = state === 'refunding' ? ['cancel', 'refund'] : ['none'];
  if (words.includes(givingBack)) return [];
  return differ(account, 'givingBack', words.join(' or '), givingBack);
};

/** A duplicate is owed its money, once, and nothing else is. */
export const duplicateIsOwed: AccountRule = (account) => {
  const { refunds, receipt } = account;
  const owed = refunds.filter(({ cause }) => cause === 'duplicate').map((one) => one.amount);
  const expected = receipt.duplicate ? yuanOf(receipt.amount) : null;
  return differ(account, 'owed', expected, owed.length > 0 ? owed.map(yuanOf).join(', ') : null);
};
