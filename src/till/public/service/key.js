/** The key of this till, where the service asks for keys. It stays on this machine. */
import { machine } from './kept.js';

const KEY = '3pay.till.key';

/** The key; '': there is none. */
export function key() {
  const kept = machine.read(KEY);
  return typeof kept === 'string' ? kept : '';
}

/** Does the service ask for keys? */
export function isKeyAsked() {
  return document.documentElement.dataset.keys === 'yes';
}

/** Keeps a key, or forgets it: ''. */
export function keepKey(text) {
  machine.keep(KEY, text || null);
}

/** A key as it may be sent in a header: what a clipboard adds is cut off. */
export function readKey(text) {
  const trimmed = text.trim();
  return /^[\x21-\x7e]{1,256}$/.test(trimmed) ? trimmed : '';
}
