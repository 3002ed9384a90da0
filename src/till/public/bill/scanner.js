/**
 * Hears a scanner: a keyboard that types 16 to 24 digits faster than anybody, then Enter. Wherever
 * the page has the focus, the digits are taken back out of the field they went into.
 */

/** Two keys further apart are a person's. */
const GAP_MS = 100;
const CODE = /^\d{16,24}$/;
const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta', 'NumLock', 'CapsLock', 'Process'];

/**
 * @param {string} text what was typed or scanned into a field
 * @returns {string | null} the guest's code, null when it is none
 */
export function readBarcode(text) {
  const digits = text.normalize('NFKC').replace(/\s/g, '');
  return CODE.test(digits) ? digits : null;
}

/**
 * Calls `take` with each code and the field it went into (`before`: what stood there; `isFresh`:
 * nothing, or all of it was marked). True: it was taken, and the field is as it was. False: it
 * belongs to the field.
 */
export function hearScanner(take) {
  let burst = newBurst(null);
  const hear = (event) => {
    const digit = digitOf(event);
    if (event.repeat || event.timeStamp - burst.lastAt > GAP_MS) burst = newBurst(event.target);
    burst.lastAt = event.timeStamp;
    if (digit !== null) {
      burst.digits += event.repeat ? '' : digit;
      return;
    }
    const { digits, field, before, isFresh } = burst;
    if (!MODIFIERS.includes(event.key)) burst = newBurst(null);
    if (event.key !== 'Enter' || !CODE.test(digits)) return;
    if (!take(digits, { field, before, isFresh })) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener('keydown', hear, true);
}

function newBurst(target) {
  const field = target instanceof HTMLInputElement ? target : null;
  const before = field?.value ?? '';
  const isMarked = field?.selectionStart === 0 && field.selectionEnd === before.length;
  return { digits: '', lastAt: -Infinity, field, before, isFresh: before === '' || isMarked };
}

/** An input method may hide which digit it was, but not which key. */
function digitOf({ key, code, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return null;
  const digit = key.normalize('NFKC'); // A full-width one counts.
  if (/^\d$/.test(digit)) return digit;
  return key === 'Process' ? (/^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? null) : null;
}
