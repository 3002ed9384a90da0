/** Who may call this server by TOP: the secret of an app; undefined: there is no such app. */
export type SecretOf = (appKey: string) => string | undefined;

/** Injection token of `SecretOf`. */
export const TOP_APPS = Symbol('TopApps');
