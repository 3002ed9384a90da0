import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** A key in the one form we hand on, or what is wrong with it (never with a part of it). */
export type KeyReading =
  | { readonly ok: true; readonly pem: string; readonly key: KeyObject }
  | { readonly ok: false; readonly fault: string };

interface KeyText {
  /** The words in the PEM header; null for bare base64. */
  readonly label: string | null;
  readonly der: Buffer;
}

/** Alipay takes no shorter RSA2 keys. Bits. */
const MIN_BITS = 2048;
const PEM = /-----BEGIN ([A-Z ]+)-----([\s\S]+?)-----END \1-----/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads our private key from PEM (PKCS#1 or PKCS#8, line ends also as `\n`) or bare base64. The
 * answer is always PKCS#1 PEM: alipay-sdk takes a PKCS#8 one for PKCS#1 unless it is told.
 */
export function readPrivateKey(text: string): KeyReading {
  const keyText = split(text);
  const key = keyText && labelled(keyText, ['PRIVATE KEY', 'RSA PRIVATE KEY'], privateKeyOf);
  if (!key) return { ok: false, fault: 'is not an RSA private key without passphrase' };
  return checked(key, () => key.export({ type: 'pkcs1', format: 'pem' }).toString());
}

/** Reads a public key from PEM or bare base64; a private key or a certificate is refused. */
export function readPublicKey(text: string): KeyReading {
  const keyText = split(text);
  const key = keyText && labelled(keyText, ['PUBLIC KEY', 'RSA PUBLIC KEY'], publicKeyOf);
  if (!key) return { ok: false, fault: 'is not an RSA public key' };
  return checked(key, () => publicPem(key));
}

/** Is the public key the other half of the private one? Then it is not Alipay's. */
export function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return publicPem(createPublicKey(privateKey)) === publicPem(publicKey);
}

/** A public key in the one form we hand on. */
export function publicPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function split(text: string): KeyText | null {
  const lines = text.replaceAll('\\r', '').replaceAll('\\n', '\n');
  const pem = PEM.exec(lines);
  const base64 = (pem?.[2] ?? lines).replace(/\s+/g, '');
  if (!BASE64.test(base64)) return null;
  return { label: pem?.[1] ?? null, der: Buffer.from(base64, 'base64') };
}

function labelled(
  { label, der }: KeyText,
  labels: readonly string[],
  read: (der: Buffer) => KeyObject | null,
): KeyObject | null {
  return label === null || labels.includes(label) ? read(der) : null;
}

function privateKeyOf(der: Buffer): KeyObject | null {
  const read = (type: 'pkcs1' | 'pkcs8') => createPrivateKey({ key: der, format: 'der', type });
  return attempt(() => read('pkcs8')) ?? attempt(() => read('pkcs1'));
}

function publicKeyOf(der: Buffer): KeyObject | null {
  // Node makes a public key of a private one too: then the wrong key was pasted here.
  if (privateKeyOf(der)) return null;
  const read = (type: 'pkcs1' | 'spki') => createPublicKey({ key: der, format: 'der', type });
  return attempt(() => read('spki')) ?? attempt(() => read('pkcs1'));
}

function attempt(read: () => KeyObject): KeyObject | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function checked(key: KeyObject, pem: () => string): KeyReading {
  if (key.asymmetricKeyType !== 'rsa') return { ok: false, fault: 'is not an RSA key' };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_BITS) return { ok: false, fault: `must have ${MIN_BITS} bits or more` };
  return { ok: true, pem: pem(), key };
}
