import { parseEnv } from 'node:util';
import { withoutSlash } from '../reading/addresses';
import { readAccount } from './alipay-account';
import { CERTIFICATES } from './alipay-certificates';
import type { AlipaySettings } from './alipay-settings';
import { type Env, EnvReader, type ReadFile } from '../reading/env-reader';
import type { SettingName } from '../reading/settings';

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
  'ALIPAY_PUBLIC_KEY_NEXT',
  'ALIPAY_PUBLIC_KEY_NEXT_FILE',
  'ALIPAY_GATEWAY',
  'ALIPAY_SELLER_ID',
];
const SIMULATOR: readonly SettingName[] = [
  'SIM_PORT',
  'SIM_DATA',
  'SIM_PUBLIC_URL',
  'SIM_KEY_MODE',
  'SIM_NOTIFY_SCALE',
  'SIM_LATENCY_MS',
  'SIM_REFUND_VISIBLE_MS',
  'SIM_FEE_RATE',
];

/** Reads which Alipay to use: the account when any of it is named, else the simulator. */
export function readAlipay(
  reader: EnvReader,
  production: boolean,
  publicUrl: string | null,
): AlipayConfig {
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
  // Read by the simulator itself; refused here already.
  reader.whole('SIM_LATENCY_MS');
  reader.whole('SIM_REFUND_VISIBLE_MS');
  reader.choice('SIM_KEY_MODE');
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
