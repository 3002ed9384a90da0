/** How the till looks and sounds: language, theme and sound, kept on this machine. */
import { machine } from '../service/kept.js';
import { mute, soundPaid, wakeSound } from './sound.js';
import { isEnglish, label, speak } from './words.js';

const LOOK = '3pay.till.look';
const THEMES = {
  auto: ['外观：跟随系统', 'Appearance: as the system has it'],
  light: ['外观：浅色', 'Appearance: light'],
  dark: ['外观：深色', 'Appearance: dark'],
};

const root = document.documentElement;
const byId = (id) => document.getElementById(id);

function keep() {
  machine.keep(LOOK, {
    lang: isEnglish() ? 'en' : 'zh',
    theme: root.dataset.theme,
    muted: byId('sound').getAttribute('aria-pressed') === 'false',
  });
}

function showTheme(theme) {
  root.dataset.theme = theme;
  label(byId('theme'), ...THEMES[theme]);
}

function showSound(isOn) {
  byId('sound').setAttribute('aria-pressed', String(isOn));
  mute(!isOn);
}

function showLang(lang) {
  speak(lang);
  byId('lang').lang = isEnglish() ? 'zh-CN' : 'en'; // It names the other one.
}

/** Shows the page as it was chosen here before, and makes the switches work. */
export function startLook() {
  showLang(isEnglish() ? 'en' : 'zh');
  showTheme(root.dataset.theme);
  showSound(machine.read(LOOK)?.muted !== true);
  byId('lang').addEventListener('click', () => {
    showLang(isEnglish() ? 'zh' : 'en');
    keep();
  });
  byId('theme').addEventListener('click', () => {
    const names = Object.keys(THEMES);
    showTheme(names[(names.indexOf(root.dataset.theme) + 1) % names.length]);
    keep();
  });
  byId('sound').addEventListener('click', () => {
    showSound(byId('sound').getAttribute('aria-pressed') === 'false');
    soundPaid();
    keep();
  });
  for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, wakeSound, true);
}
