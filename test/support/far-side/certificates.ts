import type { KeyObject } from 'node:crypto';
import { issueCertificate } from '../../../src/simulator/keys/certificates';

const DAY_MS = 86_400_000;
const ISSUER = 'C=CN, O=Test, OU=Certification Authority, CN=Test R1';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A certificate of a test; dates in days from now. */
export function aCertificate(
  of: KeyObject,
  issuer: Pair,
  { subject = 'C=CN, O=Test, CN=subject', fromDays = -1, untilDays = 365 } = {},
): Promise<string> {
  return issueCertificate({
    subject,
    issuer: ISSUER,
    publicKey: of,
    issuerKey: issuer.privateKey,
    notBeforeMs: Date.now() + fromDays * DAY_MS,
    notAfterMs: Date.now() + untilDays * DAY_MS,
  });
}

/** The root certificate behind `aCertificate`. */
export function aRoot(issuer: Pair): Promise<string> {
  return issueCertificate({
    subject: ISSUER,
    issuer: ISSUER,
    publicKey: issuer.publicKey,
    issuerKey: issuer.privateKey,
    notBeforeMs: Date.now() - DAY_MS,
    notAfterMs: Date.now() + 3650 * DAY_MS,
    root: true,
  });
}
