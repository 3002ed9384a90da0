import { cookieOf } from '../session/cookies';

/** The languages of the console. */
export type Lang = 'zh' | 'en';

/** `auto`: as the device has it. */
export type Theme = 'auto' | 'light' | 'dark';

/** How somebody wants to see the console. */
export interface Look {
  readonly lang: Lang;
  readonly theme: Theme;
}

/** The cookie that keeps it. */
export const LOOK_COOKIE = '3pay_look';
/** A year. Seconds. */
export const LOOK_SECONDS = 31_536_000;

/** As it was chosen, else in the language the browser asks for first. */
export function lookOf(cookies: string | undefined, languages: string | undefined): Look {
  const [, lang, theme] =
    /^(zh|en)-(auto|light|dark)$/.exec(cookieOf(cookies, LOOK_COOKIE) ?? '') ?? [];
  const asked: Lang = /^\s*en\b/i.test(languages ?? '') ? 'en' : 'zh';
  return { lang: isLang(lang) ? lang : asked, theme: isTheme(theme) ? theme : 'auto' };
}

/** Is it one of the languages? */
export function isLang(text: string | null | undefined): text is Lang {
  return text === 'zh' || text === 'en';
}

/** Is it one of the themes? */
export function isTheme(text: string | null | undefined): text is Theme {
  return text === 'auto' || text === 'light' || text === 'dark';
}

/** What its cookie holds. */
export function lookText({ lang, theme }: Look): string {
  return `${lang}-${theme}`;
}
