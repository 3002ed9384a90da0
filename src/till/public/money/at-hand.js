/** The bill at hand: what the till looks after now. It is kept over a break. */
import { bill } from '../service/kept.js';

/** The order, its receipt if there is one, a charge if one may be under way; null: the form. */
let current = null;

/** What is looked after now; null: nothing. */
export function atHand() {
  return current;
}

/**
 * Begins to look after an order: whatever was done for the one before ends. The signal aborts when
 * this one is over.
 */
export function begin(order, receipt = null, charge = null) {
  current?.ended.abort();
  current = { order, receipt, charge, ended: new AbortController() };
  keep();
  return current.ended.signal;
}

/** What was learnt of it meanwhile, for what is going on to go on. */
export function learn(more) {
  Object.assign(current, more);
  keep();
}

/** Lets go; only where no money can be on its way. */
export function letGo() {
  current?.ended.abort();
  current = null;
  bill.keep(null);
}

function keep() {
  const { order, receipt, charge } = current;
  bill.keep({ order, receipt, charge });
}
