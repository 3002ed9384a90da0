import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** What is looked at of a request to tell where it comes from. */
export interface Arrival {
  readonly headers: IncomingHttpHeaders;
  /** The peer of the connection. */
  readonly peer: string;
}

/**
 * Was a form sent by a page of ours? Browsers say where a request comes from; who says nothing is
 * no browser, and has no cookie of anybody's.
 */
export function isOwnForm({ headers }: Pick<Arrival, 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}

/**
 * Does a request come from this very machine, asked for by its own name? A proxy would come from
 * here, too, but says so; and a page from elsewhere whose name was made to lead here has its own
 * name in `Host`.
 */
export function isLocal({ headers, peer }: Arrival): boolean {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
  if (forwarded.some((name) => headers[name] !== undefined)) return false;
  return isLoopback(peer) && isLoopbackName(headers.host ?? '');
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

function isLoopbackName(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || isLoopback(name);
}
