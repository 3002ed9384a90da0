/** The key of this till: typed in once, where the service asks for keys. */
import { isKeyAsked, keepKey, key, readKey } from '../service/key.js';
import { say } from './words.js';

const byId = (id) => document.getElementById(id);
const dialog = byId('key-dialog');
const field = byId('key');

/** Opens the field. */
export function openKeyDialog() {
  field.value = '';
  say(byId('key-error'), '');
  field.removeAttribute('aria-invalid');
  byId('forget-key').hidden = !key();
  say(
    byId('key-state'),
    ...(key() ? ['已保存密钥。', 'A key is kept.'] : ['还没有密钥。', 'There is no key yet.']),
  );
  dialog.showModal();
  field.focus();
}

/**
 * Makes it work. `changed` is called when there is another key, or none; `closed` when the field is
 * gone.
 */
export function startKeyDialog(changed, closed) {
  byId('key-button').hidden = !isKeyAsked() && !key();
  byId('key-button').addEventListener('click', openKeyDialog);
  byId('close-key').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', closed);
  const keep = (text) => {
    keepKey(text);
    byId('key-button').hidden = false;
    dialog.close();
    changed();
  };
  byId('forget-key').addEventListener('click', () => keep(''));
  byId('key-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = readKey(field.value);
    field.value = '';
    if (text) keep(text);
    else {
      say(
        byId('key-error'),
        '密钥只含字母、数字和符号。',
        'A key is of letters, digits and signs.',
      );
      field.setAttribute('aria-invalid', 'true');
      field.focus();
    }
  });
  if (isKeyAsked() && !key()) openKeyDialog();
}
