import type { NextFunction, Request, Response } from 'express';

/** Scheme and authority of an address that is whole, as proxies send it. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const ESCAPE = /%[0-9a-f]{2}/gi;
const ESCAPES = /(?:%[0-9a-f]{2})+|%/gi;
/** The characters that mean themselves in a path, and the slash. Source: RFC 3986, pchar. */
const STANDS = /^[\w.~!$&'()*+,;=:@/-]$/;

/**
 * An address whose path spells every character that may stand there as that character, as the
 * legacy service compared paths: `/Quer%79` is `/Query`, `%2F` a slash. Escapes are resolved once:
 * `%2579` stays what it is, the text `%79`, and so do escapes of controls, blanks, `?`, `#` and all
 * that is not ASCII. What is no escape, or no UTF-8, is the text it is, which no route has. The
 * query stays as it came. Pure; twice is once.
 */
export function plainUrl(url: string): string {
  const pathStart = ORIGIN.exec(url)?.[0].length ?? 0;
  const queryStart = url.indexOf('?', pathStart);
  const pathEnd = queryStart < 0 ? url.length : queryStart;
  const path = url.slice(pathStart, pathEnd);
  if (!path.includes('%')) return url;
  const plain = path.replace(ESCAPE, resolved).replace(ESCAPES, asText);
  return url.slice(0, pathStart) + plain + url.slice(pathEnd);
}

function resolved(escape: string): string {
  const character = String.fromCharCode(parseInt(escape.slice(1), 16));
  return STANDS.test(character) ? character : escape;
}

function asText(escapes: string): string {
  try {
    decodeURIComponent(escapes);
    return escapes;
  } catch {
    return escapes.replaceAll('%', '%25');
  }
}

/** Has everything behind it, router and guards, see one spelling of a path. Comes first of all. */
export function plainPath(request: Request, _response: Response, next: NextFunction): void {
  request.url = plainUrl(request.url);
  next();
}
