/** The address as text, without the slash at its end. */
export function withoutSlash(url: URL): string {
  return url.href.replace(/\/+$/, '');
}

/** Does the name or address of a URL reach this machine alone? */
export function isThisMachine(hostname: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(hostname);
}
