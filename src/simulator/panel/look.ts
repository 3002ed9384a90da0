/** The languages of the panel. */
export type Lang = 'zh' | 'en';

/** `auto`: as the device has it. */
export type Theme = 'auto' | 'light' | 'dark';

/** How somebody wants to see the panel. */
export interface Look {
  readonly lang: Lang;
  readonly theme: Theme;
}

/** The same in both languages; one of them is shown. */
export type Words = readonly [zh: string, en: string];

/** Gives the words of the language that is shown. */
export type Say = (words: Words) => string;

/** The themes, in the order in which they are offered. */
export const THEMES = ['auto', 'light', 'dark'] as const;

// Cookies know no ports, so the name must be no one else's on this machine.
const COOKIE = '3pay_sim_look';
const YEAR_S = 31_536_000;

/** As it was chosen, else in the language that the browser asks for first. */
export function lookOf(cookies: string | undefined, languages: string | undefined): Look {
  const chosen = /(?:^|; )3pay_sim_look=(zh|en)-(auto|light|dark)(?:;|$)/.exec(cookies ?? '');
  const asked: Lang = /^\s*en\b/i.test(languages ?? '') ? 'en' : 'zh';
  return changedLook({ lang: asked, theme: 'auto' }, chosen?.[1] ?? null, chosen?.[2] ?? null);
}

/** The look with what was chosen, as far as that is a language or a theme. */
export function changedLook(look: Look, lang: string | null, theme: string | null): Look {
  return {
    lang: lang === 'zh' || lang === 'en' ? lang : look.lang,
    theme: THEMES.find((one) => one === theme) ?? look.theme,
  };
}

/** The header that keeps a look for a year. */
export function lookCookie({ lang, theme }: Look): string {
  return `${COOKIE}=${lang}-${theme}; Path=/; Max-Age=${YEAR_S}; HttpOnly; SameSite=Lax`;
}

/** Speaks one language. */
export function sayIn(lang: Lang): Say {
  return ([zh, en]) => (lang === 'zh' ? zh : en);
}
