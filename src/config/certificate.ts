import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { type DerValue, derValues, objectIdentifier } from './der';
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

/** The parts of a certificate that its serial number at Alipay is made of. */
interface Parts {
  readonly serial: bigint;
  readonly signatureOid: string;
  readonly issuer: DerValue;
  readonly subject: DerValue;
}

/** Alipay takes no shorter RSA2 keys. Bits. */
const MIN_BITS = 2048;
/** Signature algorithms of RSA; the root certificates of others (SM2, ECC) do not count. */
const RSA_SIGNATURES = '1.2.840.113549.1.1.';
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----/g;
/** The only words of a name Alipay's serial numbers are known to be made with. */
const NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};
const BMP_STRING = 0x1e;
const CONTEXT_0 = 0xa0;

/** The first certificate of a PEM text: Alipay's files may hold its issuer behind it. */
export function readCertificate(pem: string): CertificateReading {
  const [der] = certificatesIn(pem);
  const certificate = der && attempt(() => certificateOf(der));
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
  const roots = certificatesIn(pem).map((der) => attempt(() => partsOf(der)));
  if (roots.length === 0 || roots.some((parts) => parts === null)) {
    return { ok: false, fault: 'is not a bundle of PEM certificates' };
  }
  const known = roots.filter((parts): parts is Parts => parts !== null);
  if (known.some(({ issuer, subject }) => !issuer.whole.equals(subject.whole))) {
    return { ok: false, fault: 'holds a certificate that is no root certificate' };
  }
  const counted = known.filter(({ signatureOid }) => signatureOid.startsWith(RSA_SIGNATURES));
  const sn = attempt(() => counted.map(serialNumber).join('_'));
  if (!sn) return { ok: false, fault: 'holds no root certificate with an RSA signature' };
  return { ok: true, sn };
}

/** Is the certificate that of our private key? */
export function certifies(certificate: Certificate, privateKey: KeyObject): boolean {
  return isPair(privateKey, certificate.publicKey);
}

function certificatesIn(pem: string): Buffer[] {
  return [...pem.matchAll(PEM)].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
}

function certificateOf(der: Buffer): Certificate {
  const x509 = new X509Certificate(der);
  return {
    sn: serialNumber(partsOf(der)),
    publicKey: x509.publicKey,
    notBeforeMs: Date.parse(x509.validFrom),
    notAfterMs: Date.parse(x509.validTo),
  };
}

// Certificate ::= { { [0] version, serial, algorithm, issuer, validity, subject, ... },
// algorithm, signature }; the version may be absent. Source: RFC 5280, 4.1.
function partsOf(der: Buffer): Parts {
  const [body, algorithm] = derValues(must(derValues(der)[0]).content);
  const fields = derValues(must(body).content);
  if (fields[0]?.tag === CONTEXT_0) fields.shift();
  const [serial, , issuer, , subject] = fields;
  return {
    serial: BigInt(`0x${must(serial).content.toString('hex')}`),
    signatureOid: objectIdentifier(must(derValues(must(algorithm).content)[0]).content),
    issuer: must(issuer),
    subject: must(subject),
  };
}

/** MD5 of the issuer, most specific word first, and the serial number in decimal. */
function serialNumber({ issuer, serial }: Parts): string {
  const words = derValues(issuer.content)
    .flatMap((set) => derValues(set.content))
    .map(({ content }) => nameWord(content));
  return createHash('md5')
    .update(`${words.reverse().join(',')}${serial}`)
    .digest('hex');
}

function nameWord(attribute: Buffer): string {
  const [type, value] = derValues(attribute);
  const name = NAMES[objectIdentifier(must(type).content)];
  if (name === undefined) throw new Error('a word of the issuer that is not known');
  const { tag, content } = must(value);
  const text = tag === BMP_STRING ? Buffer.from(content).swap16().toString('utf16le') : content;
  return `${name}=${text.toString()}`;
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('not a certificate');
  return value;
}

function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
