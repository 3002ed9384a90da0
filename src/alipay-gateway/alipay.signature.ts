import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Our private key and Alipay's public key, parsed: parsing costs more than signing. */
export interface AlipayKeys {
  readonly privateKey: KeyObject;
  readonly alipayPublicKey: KeyObject;
}

const LEAST_BITS = 2048;

/**
 * Parses both keys and proves by a test signature that ours can sign.
 * Throws plainly, without any part of a key in the text, when one is missing, unreadable, not RSA,
 * shorter than RSA2 allows, or when our own public key was given as Alipay's.
 */
export function readKeys(privatePem: string, alipayPublicPem: string): AlipayKeys {
  const privateKey = parse('our private key', createPrivateKey, privatePem);
  const alipayPublicKey = readPublicKey(alipayPublicPem);
  const ourPublicKey = createPublicKey(privateKey);
  const probe = Buffer.from('self-test');
  if (!verify('RSA-SHA256', probe, ourPublicKey, sign('RSA-SHA256', probe, privateKey))) {
    throw new Error('our private key of the Alipay app fails its test signature');
  }
  if (ourPublicKey.equals(alipayPublicKey)) {
    throw new Error('the public key given as that of Alipay belongs to our own private key');
  }
  return { privateKey, alipayPublicKey };
}

/** Alipay's public key, parsed. Throws plainly as `readKeys` does. */
export function readPublicKey(pem: string): KeyObject {
  return parse('the public key of Alipay', createPublicKey, pem);
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
