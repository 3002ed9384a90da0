/**
 * What the till remembers over a break. In this tab (a reload, a crash of the page, back and
 * forward): the form and the bill at hand. On this machine: the last receipt of each bill.
 */

const FORM = '3pay.till.form';
const AT_HAND = '3pay.till.bill';
const LAST = '3pay.till.last';
/** So many bills are remembered by their last receipt; the oldest is forgotten first. */
const MOST_BILLS = 200;

/** The form as it is filled in: texts by the names of its fields. */
export const form = {
  keep: (values) => write('sessionStorage', FORM, values),
  read: () => read('sessionStorage', FORM),
};

/**
 * The bill at hand: `order`, and `receipt` as soon as there is one. It is kept before the service
 * is asked, and forgotten only when no money can be on its way.
 */
export const atHand = {
  keep: (bill) => write('sessionStorage', AT_HAND, bill),
  read: () => read('sessionStorage', AT_HAND),
};

/** Remembers the receipt that was begun last on a bill. */
export function keepLast(receipt) {
  const others = lasts().filter(([bill]) => bill !== billOf(receipt));
  const all = [...others, [billOf(receipt), receipt.autoid]];
  write('localStorage', LAST, all.slice(-MOST_BILLS));
}

/** The autoid of the receipt that was begun last on a bill; undefined: none is known here. */
export function lastAutoid(order) {
  return lasts().find(([bill]) => bill === billOf(order))?.[1];
}

function lasts() {
  const kept = read('localStorage', LAST);
  return Array.isArray(kept) ? kept : [];
}

/** Two spellings of one bill: trailing blanks and the case of a to z do not count. */
function billOf({ billtype, billnum }) {
  const key = billnum.replace(/ +$/, '').replace(/[a-z]+/g, (text) => text.toUpperCase());
  return `${billtype} ${key}`;
}

function write(storage, name, value) {
  try {
    if (value === null) window[storage].removeItem(name);
    else window[storage].setItem(name, JSON.stringify(value));
  } catch {
    // Storage that is full or forbidden forgets over a break: the service then answers 40901.
  }
}

function read(storage, name) {
  try {
    return JSON.parse(window[storage].getItem(name));
  } catch {
    return null;
  }
}
