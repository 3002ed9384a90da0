import { type AccessConfig, readAccess } from './access-config';
import { type AlipayConfig, readAlipay } from './alipay/alipay-config';
import { type CallbackConfig, readCallbacks } from './callback-config';
import { type DatabaseConfig, readDatabase } from './database-config';
import { deepFreeze } from './reading/deep-freeze';
import { type Env, EnvReader, type ReadFile } from './reading/env-reader';
import { type HttpConfig, readHttp } from './http-config';
import {
  type MicroserviceConfig,
  readMicroservice,
  readTop,
  type TopConfig,
} from './partners-config';
import { type Choice, SETTING_NAMES, type SettingName, settingRow } from './reading/settings';

/** Everything that can be set, read once. Deeply frozen; secrets do not show when it is logged. */
export interface Config {
  /** `production` never simulates and wants everything that matters named. */
  readonly nodeEnv: Choice<'NODE_ENV'>;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly alipay: AlipayConfig;
  /** How long a code can be paid. Minutes, 3 to 120. */
  readonly codeMinutes: number;
  /** How long a payment told to a till blocks another of the same amount. Seconds, 0 to 86400. */
  readonly repeatGuardSeconds: number;
  /** How often open receipts are looked for. ms, 0 to 60000; 0: never. */
  readonly sweepPeriodMs: number;
  /** With what our numbers at Alipay begin: `3p` and two letters. */
  readonly tradePrefix: string;
  /** When the day before is compared with its bill, ms after midnight in China; null: never. */
  readonly reconcileAtMs: number | null;
  /** Does a duplicate's money go back by itself, or does a person begin it? */
  readonly refundDuplicates: Choice<'REFUND_DUPLICATES'>;
  /** Calls a minute by one key or address, 1 to 1000000. */
  readonly rateLimitPerMinute: number;
  readonly access: AccessConfig;
  readonly microservice: MicroserviceConfig;
  readonly callbacks: CallbackConfig;
  readonly top: TopConfig;
  /** Least severe log line that is written. */
  readonly logLevel: Choice<'LOG_LEVEL'>;
}

/** Injection token of the `Config`. */
export const CONFIG = Symbol('Config');

/**
 * The configuration an environment asks for. Pure but for `readFile`, which reads key files.
 * @throws ConfigError with every problem at once, by name and without values
 */
export function readConfig(env: Env, readFile: ReadFile): Config {
  const reader = new EnvReader(env, readFile);
  const nodeEnv = reader.choice('NODE_ENV');
  const production = nodeEnv === 'production';
  const http = readHttp(reader, production);
  const alipay = readAlipay(reader, production, http.publicUrl);
  if (alipay.kind === 'simulator' && alipay.port !== 0 && alipay.port === http.port) {
    reader.problem('SIM_PORT', 'must not be the same as PORT');
  }
  const config: Config = {
    nodeEnv,
    http,
    database: readDatabase(reader, production),
    alipay,
    codeMinutes: reader.whole('ALIPAY_CODE_MINUTES'),
    repeatGuardSeconds: reader.whole('REPEAT_GUARD_SECONDS'),
    sweepPeriodMs: reader.whole('SWEEP_PERIOD_MS'),
    tradePrefix: readTradePrefix(reader),
    reconcileAtMs: readReconcileAt(reader, alipay.kind === 'simulator'),
    refundDuplicates: reader.choice('REFUND_DUPLICATES'),
    rateLimitPerMinute: reader.whole('RATE_LIMIT_PER_MINUTE'),
    access: readAccess(reader, production),
    microservice: readMicroservice(reader, production),
    callbacks: readCallbacks(reader, production),
    top: readTop(reader, production),
    logLevel: reader.choice('LOG_LEVEL'),
  };
  reader.finish();
  return deepFreeze(config);
}

/** Tells our numbers from those of every other program. */
function readTradePrefix(reader: EnvReader): string {
  const letters = reader.text('TRADE_PREFIX') ?? '';
  if (!/^[a-z]{2}$/.test(letters)) reader.problem('TRADE_PREFIX', 'must be two letters a to z');
  return `3p${letters}`;
}

/** A bill is not there before 09:00, and the simulator's days are nobody's. */
function readReconcileAt(reader: EnvReader, simulator: boolean): number | null {
  if (simulator && !reader.isSet('RECONCILE_AT')) return null;
  const text = reader.text('RECONCILE_AT');
  if (text === 'off') return null;
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text ?? '') ?? [];
  if (hours === undefined) reader.problem('RECONCILE_AT', 'must be a time like 09:30, or off');
  return (Number(hours) * 60 + Number(minutes)) * 60_000 || 0;
}

/** A setting that was given a value although it does nothing, or not everything, yet. */
export interface NotInEffect {
  readonly name: SettingName;
  /** What does not work yet; fit to print. */
  readonly notYet: string;
}

/** The settings named in `env` that are not (wholly) in effect, for a warning at start. */
export function settingsNotInEffect(env: Env): NotInEffect[] {
  return SETTING_NAMES.flatMap((name) => {
    const { notYet } = settingRow(name);
    const value = env[name]?.trim() ?? '';
    return notYet && value !== '' ? [{ name, notYet }] : [];
  });
}
