import type { KeyObject } from 'node:crypto';
import { parseEnv } from 'node:util';
import { withoutSlash } from './addresses';
import type { AlipaySettings } from './alipay-settings';
import { type Env, EnvReader, type ReadFile } from './env-reader';
import { isPair, type KeyReading, readPrivateKey, readPublicKey } from './rsa-key';
import type { SettingName } from './settings';

/** The local Alipay the service starts when no account at the real one is configured. */
export interface SimulatorConfig {
  readonly kind: 'simulator';
  /** TCP port, 0 to 65535; 0: any free one. */
  readonly port: number;
  /** Folder of its keys, its ledger and `client.env`; as given, relative to the working folder. */
  readonly dataDir: string;
  /** Address in its codes, without a slash at the end; null: 127.0.0.1 and the port it gets. */
  readonly publicUrl: string | null;
  /** For the settings we use it with: see `AlipaySettings`. */
  readonly productCode: string;
  /** Deadline of one call, ms, 100 to 30000. */
  readonly timeoutMs: number;
  /** For the settings we use it with: see `AlipaySettings`. */
  readonly notifyUrl: string | null;
}

/** The Alipay of the group's account. */
export interface RealAlipayConfig {
  readonly kind: 'real';
  readonly settings: AlipaySettings;
}

/** Which Alipay the service talks to. */
export type AlipayConfig = SimulatorConfig | RealAlipayConfig;

/** Where Alipay's notifies arrive, below the public address. */
const NOTIFY_PATH = '/api/3Pay/AliPay/Notify';
/** Alipay takes no longer notify_url. */
const MAX_NOTIFY_URL = 256;

// Any one of these says that an account at Alipay is meant.
const ACCOUNT: readonly SettingName[] = [
  'ALIPAY_APP_ID',
  'ALIPAY_PRIVATE_KEY',
  'ALIPAY_PRIVATE_KEY_FILE',
  'ALIPAY_PUBLIC_KEY',
  'ALIPAY_PUBLIC_KEY_FILE',
  'ALIPAY_GATEWAY',
  'ALIPAY_SELLER_ID',
];
const CERTIFICATES: readonly SettingName[] = [
  'ALIPAY_APP_CERT_FILE',
  'ALIPAY_PUBLIC_CERT_FILE',
  'ALIPAY_ROOT_CERT_FILE',
];
const SIMULATOR: readonly SettingName[] = [
  'SIM_PORT',
  'SIM_DATA',
  'SIM_PUBLIC_URL',
  'SIM_NOTIFY_SCALE',
  'SIM_LATENCY_MS',
];

/** Reads which Alipay to use: the account when any of it is named, else the simulator. */
export function readAlipay(
  reader: EnvReader,
  production: boolean,
  publicUrl: string | null,
): AlipayConfig {
  for (const name of CERTIFICATES.filter((each) => reader.isSet(each))) {
    reader.problem(name, 'certificate mode is not available yet; use the key settings');
  }
  for (const name of SIMULATOR.filter((each) => production && reader.isSet(each))) {
    reader.problem(name, 'the simulator never runs in production');
  }
  const notifyUrl = readNotifyUrl(reader, publicUrl);
  const simulator = readSimulator(reader, notifyUrl);
  const named = [...ACCOUNT, ...CERTIFICATES].some((name) => reader.isSet(name));
  if (!named && !production) return simulator;
  const why = named
    ? 'is missing: the account at Alipay is set only in part'
    : 'must be set in production';
  return { kind: 'real', settings: readAccount(reader, { why, production, notifyUrl }) };
}

/**
 * How the service talks to its running simulator. `clientEnv` is the text of the `client.env` the
 * simulator wrote; key files named there are read by `readFile`. @throws ConfigError
 */
export function settingsOfSimulator(
  simulator: SimulatorConfig,
  clientEnv: string,
  readFile: ReadFile,
): AlipaySettings {
  const env: Env = {
    ...parseEnv(clientEnv),
    ALIPAY_PRODUCT_CODE: simulator.productCode,
    ALIPAY_TIMEOUT_MS: String(simulator.timeoutMs),
  };
  const reader = new EnvReader(env, readFile);
  const { notifyUrl } = simulator;
  const why = 'is missing in the client.env of the simulator';
  const settings = readAccount(reader, { why, production: false, notifyUrl });
  reader.finish();
  return settings;
}

/**
 * A frozen copy whose private key is not enumerable: JSON, logs, `inspect` and spreads leave it
 * out. Only reading `privateKey` by its name gives it.
 */
export function maskedSettings(settings: AlipaySettings): AlipaySettings {
  const { privateKey, ...shown } = settings;
  return Object.freeze(
    Object.defineProperty({ ...shown } as AlipaySettings, 'privateKey', {
      get: () => privateKey,
      enumerable: false,
    }),
  );
}

function readNotifyUrl(reader: EnvReader, publicUrl: string | null): string | null {
  if (publicUrl === null) return null;
  const notifyUrl = publicUrl + NOTIFY_PATH;
  if (notifyUrl.length > MAX_NOTIFY_URL) {
    reader.problem(
      'PUBLIC_URL',
      `must have ${MAX_NOTIFY_URL - NOTIFY_PATH.length} characters or less`,
    );
  }
  return notifyUrl;
}

function readSimulator(reader: EnvReader, notifyUrl: string | null): SimulatorConfig {
  const port = reader.whole('SIM_PORT');
  reader.whole('SIM_LATENCY_MS'); // Read by the simulator itself; refused here already.
  const url = reader.url('SIM_PUBLIC_URL', { schemes: ['http', 'https'] });
  const known = port === 0 ? null : `http://127.0.0.1:${port}`;
  return {
    kind: 'simulator',
    port,
    dataDir: reader.text('SIM_DATA') ?? '',
    publicUrl: url ? withoutSlash(url) : known,
    productCode: reader.choice('ALIPAY_PRODUCT_CODE'),
    timeoutMs: reader.whole('ALIPAY_TIMEOUT_MS'),
    notifyUrl,
  };
}

interface AccountContext {
  /** What to say of a name that is missing. */
  readonly why: string;
  readonly production: boolean;
  readonly notifyUrl: string | null;
}

function readAccount(reader: EnvReader, context: AccountContext): AlipaySettings {
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
  const publicKey = readKey(reader, 'ALIPAY_PUBLIC_KEY', readPublicKey, context.why);
  if (privateKey && publicKey && isPair(privateKey.key, publicKey.key)) {
    reader.problem('ALIPAY_PUBLIC_KEY', "is our own public key; Alipay's is needed");
  }
  return maskedSettings({
    appId: appId ?? '',
    privateKey: privateKey?.pem ?? '',
    alipayPublicKey: publicKey?.pem ?? '',
    gateway: readGateway(reader, context.production),
    sellerId,
    productCode: reader.choice('ALIPAY_PRODUCT_CODE'),
    timeoutMs: reader.whole('ALIPAY_TIMEOUT_MS'),
    notifyUrl: context.notifyUrl,
  });
}

function readKey(
  reader: EnvReader,
  name: 'ALIPAY_PRIVATE_KEY' | 'ALIPAY_PUBLIC_KEY',
  read: (text: string) => KeyReading,
  why: string,
): { pem: string; key: KeyObject } | null {
  const fileName = `${name}_FILE` as const;
  const inFile = reader.isSet(fileName);
  if (inFile && reader.isSet(name)) reader.problem(fileName, `set either this or ${name}`);
  if (!inFile && !reader.isSet(name)) reader.problem(name, `${why} (or ${fileName})`);
  const text = inFile ? reader.file(fileName) : reader.text(name);
  if (text === null) return null;
  const reading = read(text);
  if (reading.ok) return reading;
  reader.problem(inFile ? fileName : name, reading.fault);
  return null;
}

function readGateway(reader: EnvReader, production: boolean): string {
  const url = reader.url('ALIPAY_GATEWAY', { schemes: ['https', 'http'] });
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  if (production && url?.protocol === 'http:' && !local) {
    reader.problem('ALIPAY_GATEWAY', 'must be https in production');
  }
  return url?.href ?? '';
}
