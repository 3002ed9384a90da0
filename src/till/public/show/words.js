/**
 * Words in two languages, of which one is shown. Every text on the page is the whole text of its
 * element, Chinese as it stands, English in `data-en`; a switch changes them where they are.
 */

const CHINESE_AND_ENGLISH = /^(.*?[^\s(]) ?\((.*)\)$/s;

/** Is English shown? */
export function isEnglish() {
  return document.documentElement.lang === 'en';
}

/** Puts words into an element, and keeps them for a switch. */
export function say(element, zh, en = zh) {
  element.dataset.zh = zh;
  element.dataset.en = en;
  element.textContent = isEnglish() ? en : zh;
}

/** Names an element for those who do not see it, by its tip, and while it is empty. */
export function label(element, zh, en) {
  element.dataset.zhLabel = zh;
  element.dataset.enLabel = en;
  const words = isEnglish() ? en : zh;
  element.setAttribute('aria-label', words);
  if (element.matches('button')) element.title = words;
  if (element.matches('input')) element.placeholder = words;
}

/** The words of the service, `中文 (English)`, as two. */
export function both(errmsg) {
  const [, zh, en] = CHINESE_AND_ENGLISH.exec(errmsg) ?? [];
  return en ? [zh, en] : [errmsg, errmsg];
}

/** Shows the whole page in a language: `zh` or `en`. */
export function speak(lang) {
  const root = document.documentElement;
  root.lang = lang === 'en' ? 'en' : 'zh-CN';
  for (const element of document.querySelectorAll('[data-en]')) {
    say(element, element.dataset.zh ?? element.textContent.trim(), element.dataset.en);
  }
  for (const element of document.querySelectorAll('[data-en-label]')) {
    const zh = element.dataset.zhLabel ?? element.getAttribute('aria-label') ?? '';
    label(element, zh, element.dataset.enLabel);
  }
  document.title = isEnglish() ? 'Till · 3Pay' : '收款台 · 3Pay';
}
