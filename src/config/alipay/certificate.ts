import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { isPair } from './rsa-key';

/** What a certificate says of itself. Nothing here says who vouches for it. */
export interface Certificate {
  /** Its serial number as Alipay writes it: 32 lower-case hex digits. */
  readonly sn: string;
  readonly publicKey: KeyObject;
  /** First and last moment it holds, epoch ms. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A certificate, or what is wrong with it (never with a part of it). */
export type CertificateReading =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly fault: string };

/** The serial numbers of root certificates, or what is wrong with them. */
export type RootReading =
  { readonly ok: true; readonly sn: string } | { readonly ok: false; readonly fault: string };

/** Alipay takes no shorter RSA2 keys. Bits. */
const MIN_BITS = 2048;
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----/g;
/**
 * A word of a name as Node writes it, if Alipay's serial numbers are known to be made with it. A
 * `\` is an escape of Node's, a `+` joins two words in one: neither is known.
 */
const KNOWN_WORD = /^(?:CN|C|L|ST|O|OU)=[^\\+]*$/;

/** The first certificate of a PEM text: Alipay's files may hold its issuer behind it. */
export function readCertificate(pem: string): CertificateReading {
  const [x509] = certificatesIn(pem);
  const certificate = x509 && attempt(() => certificateOf(x509));
  if (!certificate) return { ok: false, fault: 'is not a PEM certificate' };
  const { publicKey } = certificate;
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < MIN_BITS) {
    return { ok: false, fault: `must certify an RSA key of ${MIN_BITS} bits or more` };
  }
  return { ok: true, certificate };
}

/**
 * The serial number of a bundle of root certificates: those signed with RSA, joined by `_` in
 * their order. Source: Alipay, common/057k53, as its own SDKs compute it.
 */
export function readRootCertificates(pem: string): RootReading {
  const roots = certificatesIn(pem);
  if (roots.length === 0 || roots.includes(null)) {
    return { ok: false, fault: 'is not a bundle of PEM certificates' };
  }
  const known = roots.filter((root) => root !== null);
  const rsa = known.filter((root) => attempt(() => root.publicKey.asymmetricKeyType) === 'rsa');
  if (known.some(({ issuer, subject }) => issuer !== subject) || !rsa.every(signedByItself)) {
    return { ok: false, fault: 'holds a certificate that is no root certificate' };
  }
  const sn = attempt(() => rsa.map(serialNumber).join('_'));
  if (!sn) return { ok: false, fault: 'holds no root certificate with an RSA signature' };
  return { ok: true, sn };
}

/** Is the certificate that of our private key? */
export function certifies(certificate: Certificate, privateKey: KeyObject): boolean {
  return isPair(privateKey, certificate.publicKey);
}

/** The certificates of a PEM text; null for one that is none. */
function certificatesIn(pem: string): (X509Certificate | null)[] {
  return [...pem.matchAll(PEM)].map(([, base64 = '']) =>
    attempt(() => new X509Certificate(Buffer.from(base64, 'base64'))),
  );
}

function certificateOf(x509: X509Certificate): Certificate {
  return {
    sn: serialNumber(x509),
    publicKey: x509.publicKey,
    notBeforeMs: Date.parse(x509.validFrom),
    notAfterMs: Date.parse(x509.validTo),
  };
}

/** Its signature is by its own key, so the key's kind is the signature's. */
function signedByItself(root: X509Certificate): boolean {
  return attempt(() => root.verify(root.publicKey)) === true;
}

/** MD5 of the issuer, most specific word first, and the serial number in decimal. */
function serialNumber({ issuer, serialNumber: hex }: X509Certificate): string {
  const words = issuer.split('\n');
  if (!words.every((word) => KNOWN_WORD.test(word))) throw new Error('an unknown word');
  const text = `${words.reverse().join(',')}${BigInt(`0x${hex}`)}`;
  return createHash('md5').update(text).digest('hex');
}

function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
