import type { KeyObject } from 'node:crypto';
import type { AlipaySettings, CertificateDates } from './alipay-settings';
import {
  type Certificate,
  certifies,
  readCertificate,
  readRootCertificates,
  type RootReading,
} from './certificate';
import type { EnvReader } from '../reading/env-reader';
import { publicPem } from './rsa-key';
import type { SettingName } from '../reading/settings';

/** The settings in which certificate mode and key mode differ. */
export type CertificateMode = Pick<AlipaySettings, 'alipayKeys' | 'serials' | 'certificateDates'>;

/** A certificate and the variable it came from. */
interface Named {
  readonly setting: CertificateName;
  readonly certificate: Certificate;
}

type CertificateName =
  'ALIPAY_APP_CERT_FILE' | 'ALIPAY_PUBLIC_CERT_FILE' | 'ALIPAY_PUBLIC_CERT_NEXT_FILE';

/** Any one of these says that certificate mode is meant. */
export const CERTIFICATES: readonly SettingName[] = [
  'ALIPAY_APP_CERT_FILE',
  'ALIPAY_PUBLIC_CERT_FILE',
  'ALIPAY_ROOT_CERT_FILE',
  'ALIPAY_PUBLIC_CERT_NEXT_FILE',
];

/** Is certificate mode meant? */
export function usesCertificates(reader: EnvReader): boolean {
  return CERTIFICATES.some((name) => reader.isSet(name));
}

/** Reads the certificates. Their dates are told, not judged: here is no clock. */
export function readCertificateMode(
  reader: EnvReader,
  privateKey: KeyObject | null,
  why: string,
): CertificateMode {
  const app = readOne(reader, 'ALIPAY_APP_CERT_FILE', why);
  const alipay = readOne(reader, 'ALIPAY_PUBLIC_CERT_FILE', why);
  const next = readOne(reader, 'ALIPAY_PUBLIC_CERT_NEXT_FILE', null);
  const root = readRoot(reader, why);
  const alipays = [alipay, next].filter((each) => each !== null);
  if (privateKey) checkOwners(reader, privateKey, app, alipays);
  return {
    alipayKeys: alipays.map(({ certificate: { publicKey, sn } }) => ({
      publicKey: publicPem(publicKey),
      certSn: sn,
    })),
    serials: { app: app?.certificate.sn ?? '', root: root.ok ? root.sn : '' },
    certificateDates: [...(app ? [dates(app, 'app')] : []), ...alipays.map(alipaysDates)],
  };
}

function checkOwners(
  reader: EnvReader,
  privateKey: KeyObject,
  app: Named | null,
  alipays: readonly Named[],
): void {
  if (app && !certifies(app.certificate, privateKey)) {
    reader.problem(app.setting, 'is not the certificate of our private key');
  }
  for (const { setting, certificate } of alipays) {
    if (certifies(certificate, privateKey)) {
      reader.problem(setting, "is our own certificate; Alipay's is needed");
    }
  }
}

/** `why`: what to say when it is missing; null: it may be. */
function readOne(reader: EnvReader, setting: CertificateName, why: string | null): Named | null {
  if (!reader.isSet(setting)) {
    if (why !== null) reader.problem(setting, why);
    return null;
  }
  const text = reader.file(setting);
  if (text === null) return null;
  const reading = readCertificate(text);
  if (reading.ok) return { setting, certificate: reading.certificate };
  reader.problem(setting, reading.fault);
  return null;
}

function readRoot(reader: EnvReader, why: string): RootReading {
  const setting = 'ALIPAY_ROOT_CERT_FILE';
  const missing: RootReading = { ok: false, fault: why };
  const text = reader.file(setting);
  const reading = text === null ? missing : readRootCertificates(text);
  if (!reading.ok && (text !== null || !reader.isSet(setting))) {
    reader.problem(setting, reading.fault);
  }
  return reading;
}

function dates({ setting, certificate }: Named, owner: 'app' | 'alipay'): CertificateDates {
  const { notBeforeMs, notAfterMs } = certificate;
  return { setting, owner, notBeforeMs, notAfterMs };
}

function alipaysDates(named: Named): CertificateDates {
  return dates(named, 'alipay');
}
