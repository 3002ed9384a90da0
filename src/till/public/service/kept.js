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
 * The bill at hand: `order`, `receipt` as soon as there is one, and `charge` while one may be under
 * way. It is kept before the service is asked, and forgotten only when no money can be on its way.
 */
export const bill = {
  keep: (atHand) => write('sessionStorage', AT_HAND, atHand),
  read: () => read('sessionStorage', AT_HAND),
};

/** What is kept on this machine by name. */
export const machine = {
  keep: (name, value) => write('localStorage', name, value),
  read: (name) => read('localStorage', name),
};

/** Remembers the receipt that was begun last on a bill. */
export function keepLast(receipt) {
  const others = lasts().filter(([name]) => name !== billOf(receipt));
  const all = [...others, [billOf(receipt), receipt.autoid, receipt.paytype]];
  machine.keep(LAST, all.slice(-MOST_BILLS));
}

/** The receipt that was begun last on a bill; null: none is known here. */
export function lastOf(order) {
  const found = lasts().find(([name]) => name === billOf(order));
  return found ? { autoid: found[1], paytype: found[2] ?? '98' } : null;
}

function lasts() {
  const kept = machine.read(LAST);
  return Array.isArray(kept) ? kept : [];
}

/** Two spellings of one bill: trailing blanks and the case of a to z do not count. */
function billOf({ billtype, billnum }) {
  const name = billnum.replace(/ +$/, '').replace(/[a-z]+/g, (text) => text.toUpperCase());
  return `${billtype} ${name}`;
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
