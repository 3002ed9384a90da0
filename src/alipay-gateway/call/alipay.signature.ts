import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { AlipayKey } from '../../config/alipay/alipay-settings';

/** A parsed key of Alipay's. */
export interface AlipaysKey {
  readonly key: KeyObject;
  /** Serial number of its certificate; null: key mode, where answers name none. */
  readonly certSn: string | null;
}

/** Alipay's parsed keys, never none: a signature by any of them counts. */
export type AlipaysKeys = readonly [AlipaysKey, ...AlipaysKey[]];

/** Our private key and Alipay's public keys, parsed: parsing costs more than signing. */
export interface AlipayKeys {
  readonly privateKey: KeyObject;
  readonly alipay: AlipaysKeys;
}

const LEAST_BITS = 2048;

/**
 * Parses all keys and proves by a test signature that ours can sign.
 * Throws plainly, without any part of a key in the text, when one is missing, unreadable, not RSA,
 * shorter than RSA2 allows, or when our own public key was given as Alipay's.
 */
export function readKeys(privatePem: string, alipayKeys: readonly AlipayKey[]): AlipayKeys {
  const privateKey = parse('our private key', createPrivateKey, privatePem);
  const alipay = readAlipaysKeys(alipayKeys);
  const ourPublicKey = createPublicKey(privateKey);
  const probe = Buffer.from('self-test');
  if (!verify('RSA-SHA256', probe, ourPublicKey, sign('RSA-SHA256', probe, privateKey))) {
    throw new Error('our private key of the Alipay app fails its test signature');
  }
  if (alipay.some(({ key }) => ourPublicKey.equals(key))) {
    throw new Error('the public key given as that of Alipay belongs to our own private key');
  }
  return { privateKey, alipay };
}

/** Alipay's public keys, parsed. Throws plainly as `readKeys` does. */
export function readAlipaysKeys(keys: readonly AlipayKey[]): AlipaysKeys {
  const [first, ...others] = keys.map(({ publicKey, certSn }) => ({
    key: parse('the public key of Alipay', createPublicKey, publicKey),
    certSn,
  }));
  if (!first) throw new Error('the public key of Alipay is missing');
  return [first, ...others];
}

/**
 * Whether Alipay signed the text. In certificate mode the certificate must be named, and be one of
 * ours: whatever else is named is neither believed nor fetched.
 */
export function isSignedByAlipay(
  keys: AlipaysKeys,
  text: string,
  base64: string,
  certSn: string | null,
): boolean {
  return keys.some((each) => {
    const named = each.certSn === null || each.certSn === certSn;
    return named && isSignedBy(each.key, text, base64);
  });
}

/** Whether the holder of a key signed the text by RSA2, its signature being canonical base64. */
export function isSignedBy(publicKey: KeyObject, text: string, base64: string): boolean {
  const signature = Buffer.from(base64, 'base64');
  if (signature.length === 0 || signature.toString('base64') !== base64) return false;
  return verify('RSA-SHA256', Buffer.from(text), publicKey, signature);
}

function parse(name: string, read: (pem: string) => KeyObject, pem: string): KeyObject {
  const key = parsed(name, read, pem);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < LEAST_BITS) {
    throw new Error(`${name} is not an RSA key of at least ${LEAST_BITS} bits`);
  }
  return key;
}

function parsed(name: string, read: (pem: string) => KeyObject, pem: string): KeyObject {
  try {
    return read(pem);
  } catch {
    // The reason is left out on purpose: it may quote what it could not read.
    throw new Error(`${name} is missing or not readable as PEM`);
  }
}
