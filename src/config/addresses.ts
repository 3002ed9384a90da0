/** The address as text, without the slash at its end. */
export function withoutSlash(url: URL): string {
  return url.href.replace(/\/+$/, '');
}
