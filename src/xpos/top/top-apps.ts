import type { TopApp } from '../../config/partners-config';

/** Who may call this server by TOP, by its key; undefined: there is no such app. */
export type AppOf = (appKey: string) => TopApp | undefined;

/** Injection token of `AppOf`. */
export const TOP_APPS = Symbol('TopApps');
