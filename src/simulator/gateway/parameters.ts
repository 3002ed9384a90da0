const MAX_PARAMETERS = 200;
const BOUNDARY = /boundary=(?:"([^"]+)"|([^;\s]+))/i;

/** The merged parameters of a gateway call. */
export interface Parameters {
  readonly values: ReadonlyMap<string, string>;
  /** Names that came more than once, in the query, the body or both. */
  readonly repeated: readonly string[];
  /** Why some of it could not be read; null: all was. */
  readonly unreadable: string | null;
}

/** What clients say at both places, for the body cannot be read without it. */
const SAID_TWICE = 'charset';

/**
 * Query and body of a request as one set of parameters: form, multipart (file contents are left
 * out) or nothing. Strictly decoded: broken `%` escapes and invalid UTF-8 are reported, never
 * replaced. A charset that is the same in query and body counts once: every call of yansongda/pay
 * has it at both. Source: Alipay, self-made signatures (common/057k53).
 */
export function readParameters(query: string, contentType: string, body: Buffer): Parameters {
  const values = new Map<string, string>();
  const repeated = new Set<string>();
  /** The names met in the query, or in the body. */
  const here = new Set<string>();
  const take = (name: string, value: string): void => {
    const known = values.get(name);
    if (known === undefined) values.set(name, value);
    else if (name !== SAID_TWICE || here.has(name) || known !== value) repeated.add(name);
    here.add(name);
    if (values.size > MAX_PARAMETERS) throw new Error('too many parameters');
  };
  let unreadable: string | null = null;
  const attempt = (read: () => void): void => {
    try {
      read();
    } catch (error) {
      unreadable = error instanceof Error ? error.message : 'not readable';
    }
  };
  attempt(() => readForm(query, take));
  here.clear();
  attempt(() => {
    if (/^\s*multipart\/form-data/i.test(contentType)) readMultipart(contentType, body, take);
    else readForm(utf8(body), take);
  });
  return { values, repeated: [...repeated], unreadable };
}

type Take = (name: string, value: string) => void;

function readForm(text: string, take: Take): void {
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const cut = pair.indexOf('=');
    const [name, value] = cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)];
    take(percentDecoded(name), percentDecoded(value));
  }
}

function percentDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function utf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function readMultipart(contentType: string, body: Buffer, take: Take): void {
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw new Error('multipart without a boundary');
  // Latin-1 keeps every byte, so that the text can be cut first and decoded afterwards.
  const parts = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`);
  if (parts.length < 2 || !parts.at(-1)?.startsWith('--')) throw new Error('multipart is cut off');
  for (const part of parts.slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1];
    if (end < 0 || name === undefined) throw new Error('multipart without a name');
    if (/[;\s]filename=/i.test(head)) continue;
    take(utf8(Buffer.from(name, 'latin1')), utf8(Buffer.from(part.slice(end + 4), 'latin1')));
  }
}
