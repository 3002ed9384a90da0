import { createHash, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as X509 from '@peculiar/x509';

/** Whom a certificate is for, how long it holds, and who issues it. */
export interface CertificateOrder {
  /** Like `C=CN, O=Somebody, CN=Some name`, most general word first. */
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  /** The issuer's key; RSA or EC. */
  readonly issuerKey: KeyObject;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** It may issue others. */
  readonly root?: boolean;
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate as PEM text. */
export async function issueCertificate(order: CertificateOrder): Promise<string> {
  const x509 = library();
  const algorithm = algorithmOf(order.issuerKey);
  const { subtle } = webcrypto;
  const signingKey = await subtle.importKey(
    'pkcs8',
    order.issuerKey.export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    false,
    ['sign'],
  );
  const publicKey = await subtle.importKey(
    'spki',
    order.publicKey.export({ type: 'spki', format: 'der' }),
    algorithmOf(order.publicKey),
    true,
    ['verify'],
  );
  const certificate = await x509.X509CertificateGenerator.create({
    // Positive and of full length, as the serial numbers of real issuers are.
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    subject: order.subject,
    issuer: order.issuer,
    notBefore: new Date(order.notBeforeMs),
    notAfter: new Date(order.notAfterMs),
    publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(order.root ?? false, undefined, true)],
  });
  return `${certificate.toString('pem')}\n`;
}

/** The serial number of the first certificate of a PEM text, as Alipay writes it. */
export function certificateSn(pem: string): string {
  const [first] = certificatesIn(pem);
  if (first === undefined) throw new Error('no certificate in the file');
  return snOf(first);
}

/** The serial numbers of the root certificates that are signed with RSA, joined by `_`. */
export function rootSn(pem: string): string {
  return certificatesIn(pem)
    .filter(({ signatureAlgorithm }) => isRsa(signatureAlgorithm))
    .map(snOf)
    .join('_');
}

/** The last moment the first certificate of a PEM text holds, epoch ms. */
export function notAfterMs(pem: string): number {
  return certificatesIn(pem)[0]?.notAfter.getTime() ?? 0;
}

function certificatesIn(pem: string): X509.X509Certificate[] {
  const x509 = library();
  return x509.PemConverter.decode(pem).map((der) => new x509.X509Certificate(der));
}

/** MD5 of the issuer, most specific word first, and the serial number in decimal. */
function snOf({ issuerName, serialNumber }: X509.X509Certificate): string {
  const words = issuerName
    .toJSON()
    .flatMap((word) => Object.entries(word))
    .map(([name, values]) => `${name}=${values.join('')}`);
  const decimal = BigInt(`0x${serialNumber}`).toString();
  return createHash('md5')
    .update(words.reverse().join(',') + decimal)
    .digest('hex');
}

/** Loaded when certificates are wanted: it takes longer than the rest of the simulator. */
function library(): typeof X509 {
  const load = createRequire(__filename);
  load('reflect-metadata');
  const x509 = load('@peculiar/x509') as typeof X509;
  x509.cryptoProvider.set(webcrypto);
  return x509;
}

function isRsa(algorithm: object): boolean {
  return 'name' in algorithm && algorithm.name === RSA.name;
}

function algorithmOf(key: KeyObject): typeof RSA | typeof EC {
  return key.asymmetricKeyType === 'rsa' ? RSA : EC;
}
