import type { KeyObject } from 'node:crypto';
import { type CertificateMode, readCertificateMode, usesCertificates } from './alipay-certificates';
import type { AlipayKey, AlipaySettings } from './alipay-settings';
import { deepFreeze } from '../reading/deep-freeze';
import type { EnvReader } from '../reading/env-reader';
import { isPair, type KeyReading, readPrivateKey, readPublicKey } from './rsa-key';
import type { SettingName } from '../reading/settings';

/** What the reading of an account depends on. */
export interface AccountContext {
  /** What to say of a name that is missing. */
  readonly why: string;
  readonly production: boolean;
  readonly notifyUrl: string | null;
}

interface ReadKey {
  readonly pem: string;
  readonly key: KeyObject;
  /** The variable it came from. */
  readonly setting: SettingName;
}

type KeyName = 'ALIPAY_PRIVATE_KEY' | 'ALIPAY_PUBLIC_KEY' | 'ALIPAY_PUBLIC_KEY_NEXT';

const PUBLIC_KEYS: readonly SettingName[] = [
  'ALIPAY_PUBLIC_KEY',
  'ALIPAY_PUBLIC_KEY_FILE',
  'ALIPAY_PUBLIC_KEY_NEXT',
  'ALIPAY_PUBLIC_KEY_NEXT_FILE',
];

/** Reads the account at Alipay, in key mode or in certificate mode. */
export function readAccount(reader: EnvReader, context: AccountContext): AlipaySettings {
  const appId = reader.text('ALIPAY_APP_ID');
  if (appId === null) reader.problem('ALIPAY_APP_ID', context.why);
  else if (!/^[A-Za-z0-9_-]{1,32}$/.test(appId)) {
    reader.problem('ALIPAY_APP_ID', 'must be 1 to 32 letters or digits');
  }
  const sellerId = reader.text('ALIPAY_SELLER_ID');
  if (sellerId !== null && !/^2088\d{12}$/.test(sellerId)) {
    reader.problem('ALIPAY_SELLER_ID', 'must be 2088 and 12 more digits');
  }
  const privateKey = readKey(reader, 'ALIPAY_PRIVATE_KEY', readPrivateKey, context.why);
  const mode = readMode(reader, privateKey?.key ?? null, context);
  return maskedSettings({
    appId: appId ?? '',
    privateKey: privateKey?.pem ?? '',
    ...mode,
    gateway: readGateway(reader, context.production),
    sellerId,
    productCode: reader.choice('ALIPAY_PRODUCT_CODE'),
    timeoutMs: reader.whole('ALIPAY_TIMEOUT_MS'),
    billHost: readBillHost(reader),
    notifyUrl: context.notifyUrl,
  });
}

/**
 * A frozen copy whose private key is not enumerable: JSON, logs, `inspect` and spreads leave it
 * out. Only reading `privateKey` by its name gives it.
 */
function maskedSettings(settings: AlipaySettings): AlipaySettings {
  const { privateKey, ...shown } = settings;
  return deepFreeze(
    Object.defineProperty({ ...shown } as AlipaySettings, 'privateKey', {
      get: () => privateKey,
      enumerable: false,
    }),
  );
}

function readMode(
  reader: EnvReader,
  privateKey: KeyObject | null,
  { why }: AccountContext,
): CertificateMode {
  if (!usesCertificates(reader)) {
    return {
      alipayKeys: readPublicKeys(reader, privateKey, why),
      serials: null,
      certificateDates: [],
    };
  }
  for (const name of PUBLIC_KEYS.filter((each) => reader.isSet(each))) {
    reader.problem(name, 'must not be set in certificate mode: the key is in the certificate');
  }
  return readCertificateMode(reader, privateKey, why);
}

function readPublicKeys(
  reader: EnvReader,
  privateKey: KeyObject | null,
  why: string,
): readonly AlipayKey[] {
  const now = readKey(reader, 'ALIPAY_PUBLIC_KEY', readPublicKey, why);
  const next = readKey(reader, 'ALIPAY_PUBLIC_KEY_NEXT', readPublicKey, null);
  const keys = [now, next].filter((each) => each !== null);
  for (const { key, setting } of keys) {
    if (privateKey && isPair(privateKey, key)) {
      reader.problem(setting, "is our own public key; Alipay's is needed");
    }
  }
  return keys.map(({ pem }) => ({ publicKey: pem, certSn: null }));
}

/** `why`: what to say when it is missing; null: it may be. */
function readKey(
  reader: EnvReader,
  name: KeyName,
  read: (text: string) => KeyReading,
  why: string | null,
): ReadKey | null {
  const fileName = `${name}_FILE` as const;
  const inFile = reader.isSet(fileName);
  if (inFile && reader.isSet(name)) reader.problem(fileName, `set either this or ${name}`);
  if (!inFile && !reader.isSet(name) && why !== null) {
    reader.problem(name, `${why} (or ${fileName})`);
  }
  const text = inFile ? reader.file(fileName) : reader.text(name);
  if (text === null) return null;
  const reading = read(text);
  const setting = inFile ? fileName : name;
  if (reading.ok) return { ...reading, setting };
  reader.problem(setting, reading.fault);
  return null;
}

/** As an address shows it: in small letters, without the port of its scheme. */
function readBillHost(reader: EnvReader): string {
  const host = reader.text('ALIPAY_BILL_HOST') ?? '';
  if (!/^[a-z0-9.-]{1,253}(?::\d{1,5})?$/.test(host)) {
    reader.problem('ALIPAY_BILL_HOST', 'must be a host name, with :PORT where it needs one');
  }
  return host;
}

function readGateway(reader: EnvReader, production: boolean): string {
  const url = reader.url('ALIPAY_GATEWAY', { schemes: ['https', 'http'] });
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  if (production && url?.protocol === 'http:' && !local) {
    reader.problem('ALIPAY_GATEWAY', 'must be https in production');
  }
  return url?.href ?? '';
}
