/** The console's cookies go nowhere else. */
const PATH = '/console';

/** The value of a cookie; null: it was not sent. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** How a cookie is kept. */
export interface CookieLife {
  /** Seconds; 0: it is taken away. */
  readonly seconds: number;
  /** Was the request made over TLS? Then the cookie goes over nothing else. */
  readonly secure: boolean;
}

/** A `Set-Cookie` no script can read and no other site can have sent. */
export function setCookie(name: string, value: string, { seconds, secure }: CookieLife): string {
  const rules = [`Path=${PATH}`, `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict'];
  return [`${name}=${value}`, ...rules, ...(secure ? ['Secure'] : [])].join('; ');
}
