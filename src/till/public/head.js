/** Before anything is drawn: the language and the theme as they were chosen on this machine. */
{
  let look = null;
  try {
    look = JSON.parse(window.localStorage.getItem('3pay.till.look'));
  } catch {
    // Storage that is forbidden: as the browser has it.
  }
  const root = document.documentElement;
  const english = /^en\b/i.test(navigator.language);
  root.lang = (look?.lang ?? (english ? 'en' : 'zh')) === 'en' ? 'en' : 'zh-CN';
  root.dataset.theme = ['light', 'dark'].includes(look?.theme) ? look.theme : 'auto';
}
