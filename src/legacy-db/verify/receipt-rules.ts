import { billKey } from '../../domain/bill';
import { RECEIPT_EVENTS, RECEIPT_STATES, nextState } from '../../domain/receipt/receipt-state';
import type { ReceiptEvent, ReceiptState } from '../../domain/receipt/receipt-state';
import type { Account, AccountRule, BookDifference, HistoryLine } from './account';
import { differ, isBooked, knownHistory, yuanOf, yuanOrNull } from './account';

/** States in which a receipt has to be looked at again, whoever asks. */
const OPEN: ReadonlySet<string> = new Set(['begun', 'waiting', 'cancelling']);

/** It stands under the bill of its number. */
export const underItsBill: AccountRule = (account) => {
  const { billType, billNo, ownBill } = account.receipt;
  const own = ownBill && `${ownBill.billType} ${ownBill.billKey}`;
  return differ(account, 'bill', `${billType} ${billKey(billNo)}`, own);
};

/**
 * Its state is what its history leads to. What was written before each entry said where it comes
 * from is left alone.
 */
export const stateIsItsHistory: AccountRule = (account) => {
  const { history, receipt } = account;
  const begun = differ(account, 'begin', 'begin', history[0]?.event ?? null);
  const { entries } = knownHistory(history);
  const found: BookDifference[] = [...begun];
  let state: string | null = null;
  for (const entry of entries) {
    const before: string | null = state ?? entry.from;
    found.push(...entryDiffers(account, entry, before));
    ({ state } = entry);
  }
  return state === null ? found : [...found, ...differ(account, 'state', state, receipt.state)];
};

function entryDiffers(
  account: Account,
  { id, event, from, state }: HistoryLine,
  before: string | null,
): readonly BookDifference[] {
  if (event === 'begin') return differ(account, 'move', 'begin: begun', `begin: ${state}`);
  const what = (one: string | null) => `event ${id} from ${one}`;
  const came = differ(account, 'history', what(before), what(from));
  const to = leadsTo(from, event);
  const move = (one: string | null) => `${event} of ${from}: ${one ?? 'no such move'}`;
  return [...came, ...differ(account, 'move', move(to), move(state))];
}

/** Where an entry leads; what is no event of a receipt only notes something. */
function leadsTo(from: string | null, event: string): string | null {
  if (!(RECEIPT_EVENTS as readonly string[]).includes(event)) return from;
  if (!(RECEIPT_STATES as readonly (string | null)[]).includes(from)) return null;
  return nextState(from as ReceiptState, event as ReceiptEvent) ?? null;
}

/** It has a payment exactly where its state says so, and of the amount that was asked for. */
export const paymentIsWhole: AccountRule = (account) => {
  const { state, tradeNo, paid, amount } = account.receipt;
  const there = (one: boolean) => (one ? 'trade and amount' : 'neither trade nor amount');
  const found = tradeNo !== null && paid !== null ? true : tradeNo === null && paid === null;
  const has = found ? there(tradeNo !== null) : 'one of trade and amount';
  return [
    ...differ(account, 'payment', there(isBooked(state)), has),
    ...(paid === null ? [] : differ(account, 'paid', yuanOf(amount), yuanOf(paid))),
  ];
};

/** Its trade is put down as its own. */
export const tradeIsItsOwn: AccountRule = (account) =>
  differ(account, 'trade', account.receipt.tradeNo, account.trade);

/** No more went back than was paid, and all of it where it says so. */
export const refundedIsPossible: AccountRule = (account) => {
  const { state, paid, refunded } = account.receipt;
  const most = paid ?? 0;
  const possible = state === 'refunded' ? most : Math.min(Math.max(refunded, 0), most);
  return differ(account, 'refunded', yuanOrNull(possible), yuanOf(refunded));
};

/** What is open is looked at again. */
export const openIsDue: AccountRule = (account) => {
  const { state, givingBack, dueAtMs } = account.receipt;
  const open = OPEN.has(state) || (state === 'refunding' && givingBack !== 'refund');
  return open && dueAtMs === null ? differ(account, 'due', 'a time', null) : [];
};
