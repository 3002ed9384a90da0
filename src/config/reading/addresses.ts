import { isIP } from 'node:net';

/** The address as text, without the slash at its end. */
export function withoutSlash(url: URL): string {
  return url.href.replace(/\/+$/, '');
}

/** Does the name or address of a URL reach this machine alone? */
export function isThisMachine(hostname: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(hostname);
}

const PRIVATE_NAME = /^[^.:[\]]+$|\.(?:local|lan|internal|svc)$/;
const PRIVATE_V4 = /^(?:10|127)\.|^192\.168\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\./;
// Unique local (fc00::/7) and link local (fe80::/10).
const PRIVATE_V6 = /^\[(?:::1\]|f[cd][\da-f]{2}:|fe[89ab][\da-f]:)/;

/** Does the host of a URL lead nowhere but into a house's own network? By its looks alone. */
export function isPrivate(hostname: string): boolean {
  if (isIP(hostname) === 4) return PRIVATE_V4.test(hostname);
  return PRIVATE_NAME.test(hostname) || PRIVATE_V6.test(hostname);
}
