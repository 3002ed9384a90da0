import { generateKeyPair, KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { certificateSn, issueCertificate, notAfterMs, rootSn } from './certificates';
import { machineClock } from '../clock';
import { writeWhole } from './write-whole';

/** The certificates of a simulator in certificate mode. */
export interface Certificates {
  /** Serial number of the application's. */
  readonly appSn: string;
  /** The last moment the application's holds, epoch ms. */
  readonly appNotAfterMs: number;
  /** Serial numbers of the root certificates. */
  readonly rootSn: string;
  /** Serial number of Alipay's. */
  readonly alipaySn: string;
}

/** Where the certificates stand. */
interface CertificateFiles {
  readonly appCert: string;
  readonly alipayCert: string;
  readonly rootCert: string;
}

/** Whom they are for. */
interface Owners {
  readonly appId: string;
  readonly appPublicKey: KeyObject;
  readonly alipayPublicKey: KeyObject;
}

const generatePair = promisify(generateKeyPair);
const DAY_MS = 86_400_000;
const ROOTS = ['R1', 'R2'].map(
  (name) => `C=CN, O=Simulated, OU=Certification Authority, CN=Simulated Alipay ${name}`,
);
const EC_ROOT = 'C=CN, O=Simulated, OU=Certification Authority, CN=Simulated Alipay E1';

/** The certificates of a data folder; at the first start in certificate mode they are made. */
export async function loadCertificates(
  files: CertificateFiles,
  owners: Owners,
): Promise<Certificates> {
  if (!existsSync(files.appCert)) await createCertificates(files, owners);
  const [app, alipay, root] = [files.appCert, files.alipayCert, files.rootCert].map((file) =>
    readFileSync(file, 'utf8'),
  ) as [string, string, string];
  return {
    appSn: certificateSn(app),
    appNotAfterMs: notAfterMs(app),
    rootSn: rootSn(root),
    alipaySn: certificateSn(alipay),
  };
}

/**
 * Makes them as Alipay's are: five years for Alipay's and the application's, roots of two kinds of
 * keys in one bundle, Alipay's issuer behind its certificate. The application's is written last,
 * so a first start that was cut short begins anew. The issuers' keys are forgotten.
 */
async function createCertificates(files: CertificateFiles, owners: Owners): Promise<void> {
  const [rsa, ec] = await Promise.all([
    generatePair('rsa', { modulusLength: 2048 }),
    generatePair('ec', { namedCurve: 'P-256' }),
  ]);
  const nowMs = machineClock().nowMs();
  const issue = (subject: string, publicKey: KeyObject, issuer = ROOTS[0] ?? '') =>
    issueCertificate({
      subject,
      publicKey,
      issuer,
      issuerKey: issuer === EC_ROOT ? ec.privateKey : rsa.privateKey,
      notBeforeMs: nowMs - DAY_MS,
      notAfterMs: nowMs + (subject === issuer ? 20 : 5) * 365 * DAY_MS,
      root: subject === issuer,
    });
  const [first = '', second = ''] = await Promise.all(
    ROOTS.map((name) => issue(name, rsa.publicKey, name)),
  );
  const curved = await issue(EC_ROOT, ec.publicKey, EC_ROOT);
  // A blank line between certificates, as in Alipay's own bundle: clients cut it there.
  writeWhole(files.rootCert, [first, curved, second].join('\n'));
  const alipay = await issue('C=CN, O=Simulated, CN=Alipay RSA2', owners.alipayPublicKey);
  writeWhole(files.alipayCert, alipay + first);
  const app = await issue(`C=CN, O=Merchant, CN=${owners.appId}`, owners.appPublicKey);
  writeWhole(files.appCert, app);
}
