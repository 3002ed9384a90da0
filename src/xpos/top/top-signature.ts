import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** How a TOP request may be signed; `hmac` is HMAC with MD5. Source: TOP, "API calling". */
export const SIGN_METHODS = ['md5', 'hmac', 'hmac-sha256'] as const;

/** How a TOP request may be signed. */
export type SignMethod = (typeof SIGN_METHODS)[number];

/** Parameters of a request, system and business, by name. */
export type TopParameters = ReadonlyMap<string, string>;

/** The method a text names, in letters of any case; undefined: none of the three. */
export function signMethodOf(text: string): SignMethod | undefined {
  return SIGN_METHODS.find((one) => one === text.toLowerCase());
}

function byName([left]: readonly [string, string], [right]: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** The text under a signature: every parameter but `sign`, by name, names and values unspaced. */
function signedText(parameters: TopParameters, rawBody: string, empties: boolean): string {
  const pairs = [...parameters].filter(
    ([name, value]) => name !== 'sign' && (empties || value !== ''),
  );
  return (
    pairs
      .sort(byName)
      .map(([name, value]) => name + value)
      .join('') + rawBody
  );
}

function digest(method: SignMethod, text: string, secret: string): string {
  const hash =
    method === 'md5'
      ? createHash('md5').update(secret + text + secret, 'utf8')
      : createHmac(method === 'hmac' ? 'md5' : 'sha256', secret).update(text, 'utf8');
  return hash.digest('hex').toUpperCase();
}

/**
 * The signature of a request, upper-case hex. `rawBody`: a body that is no form, appended to the
 * parameters; empty when there is none. Source: TOP, "signature"; vectors of the Java client.
 */
export function signTop(
  method: SignMethod,
  parameters: TopParameters,
  secret: string,
  rawBody = '',
): string {
  return digest(method, signedText(parameters, rawBody, true), secret);
}

/**
 * Does `sign` hold? Some clients sign empty parameters with their bare name and some leave them
 * out, so either text will do. Takes the same time whatever the claimed signature is.
 */
export function signatureHolds(
  method: SignMethod,
  parameters: TopParameters,
  secret: string,
  rawBody = '',
): boolean {
  const claimed = Buffer.from(parameters.get('sign') ?? '', 'utf8');
  const texts = [true, false].map((empties) => signedText(parameters, rawBody, empties));
  const matches = texts.map((text) => {
    const wanted = Buffer.from(digest(method, text, secret), 'utf8');
    return wanted.length === claimed.length && timingSafeEqual(wanted, claimed);
  });
  return matches.includes(true);
}
