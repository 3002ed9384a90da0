import { CALLBACK_SETTINGS } from './callback-settings';

/** One environment variable, as the reader and docs/configuration.md both use it. */
export interface Setting {
  /** The text used when the variable is not set; null: there is none. */
  readonly fallback: string | null;
  /** The default in words, where it depends on other settings. */
  readonly fallbackInWords?: string;
  /** Smallest and largest whole number allowed. */
  readonly whole?: readonly [min: number, max: number];
  /** The only texts allowed. */
  readonly choices?: readonly string[];
  /** For the operator; one sentence, with the unit. */
  readonly meaning: string;
  /** Never printed, and the sample file's placeholder is refused. */
  readonly secret?: true;
  /** What does not work yet though the setting is read; absent: all of it works. */
  readonly notYet?: string;
}

/** Every setting there is. docs/configuration.md is kept equal to this table by a test. */
export const SETTINGS = {
  NODE_ENV: {
    fallback: 'development',
    choices: ['development', 'test', 'production'],
    meaning: 'Production never simulates Alipay and wants everything that matters named.',
  },
  HOST: { fallback: '127.0.0.1', meaning: 'Address the service and the simulator listen on.' },
  PORT: {
    fallback: '3000',
    whole: [0, 65_535],
    meaning: 'Port of the HTTP service; 0: any free one.',
  },
  DATABASE_URL: {
    fallback: 'sqlite:data/3pay.sqlite',
    fallbackInWords: '`sqlite:data/3pay.sqlite`; production: must be set',
    meaning:
      'The books: `sqlite:FILE`, or `mssql://user:password@host:1433/database?encrypt=true`.',
    secret: true,
  },
  PROCEDURE_PARAMETERS: {
    fallback: null,
    fallbackInWords: 'none: the names of the contract',
    meaning:
      'SQL Server: what your two procedures call their parameters, where it differs: ' +
      '`Begin.billnum=@p_bill,End.errmsg=@p_text`.',
  },
  ALIPAY_APP_ID: {
    fallback: null,
    fallbackInWords: 'none: simulator; production: must be set',
    meaning: 'App id at Alipay. Setting any of the account makes all of it required.',
  },
  ALIPAY_PRIVATE_KEY: {
    fallback: null,
    meaning: 'Our RSA private key, 2048 bits or more: PEM (line ends may be `\\n`) or bare base64.',
    secret: true,
  },
  ALIPAY_PRIVATE_KEY_FILE: { fallback: null, meaning: 'A file with that key, instead.' },
  ALIPAY_PUBLIC_KEY: {
    fallback: null,
    meaning: "Alipay's RSA public key (not our own): PEM or bare base64.",
  },
  ALIPAY_PUBLIC_KEY_FILE: { fallback: null, meaning: 'A file with that key, instead.' },
  ALIPAY_PUBLIC_KEY_NEXT: {
    fallback: null,
    meaning: "A second key of Alipay's that counts as well, while Alipay changes its key.",
  },
  ALIPAY_PUBLIC_KEY_NEXT_FILE: { fallback: null, meaning: 'A file with that key, instead.' },
  ALIPAY_APP_CERT_FILE: {
    fallback: null,
    meaning: 'Certificate mode: certificate of our app, PEM.',
  },
  ALIPAY_PUBLIC_CERT_FILE: {
    fallback: null,
    meaning: "Certificate mode: Alipay's certificate, PEM.",
  },
  ALIPAY_PUBLIC_CERT_NEXT_FILE: {
    fallback: null,
    meaning: "A second certificate of Alipay's that counts as well, while Alipay changes it.",
  },
  ALIPAY_ROOT_CERT_FILE: {
    fallback: null,
    meaning: "Certificate mode: Alipay's root certificates, PEM.",
  },
  ALIPAY_GATEWAY: {
    fallback: 'https://openapi.alipay.com/gateway.do',
    fallbackInWords: '`https://openapi.alipay.com/gateway.do` when an app id is set',
    meaning: "Address of Alipay's gateway. Production: https, or http to this machine.",
  },
  ALIPAY_SELLER_ID: {
    fallback: null,
    meaning: "Account that receives the money, 2088 and 12 digits; none: the contract's own.",
  },
  ALIPAY_BILL_HOST: {
    fallback: 'dwbillcenter.alipay.com',
    meaning: 'The only host a daily bill is downloaded from; the simulator names its own.',
  },
  ALIPAY_PRODUCT_CODE: {
    fallback: 'FACE_TO_FACE_PAYMENT',
    choices: ['FACE_TO_FACE_PAYMENT', 'QR_CODE_OFFLINE'],
    meaning: 'Product of the contract with Alipay.',
  },
  ALIPAY_TIMEOUT_MS: {
    fallback: '5000',
    whole: [100, 30_000],
    meaning: 'Deadline of one call to Alipay, in milliseconds.',
  },
  ALIPAY_CODE_MINUTES: {
    fallback: '120',
    whole: [3, 120],
    meaning: 'How long a code can be paid, in minutes.',
  },
  PUBLIC_URL: {
    fallback: null,
    meaning: 'Where Alipay reaches this service, for notifies. Production: https.',
  },
  SIM_PORT: {
    fallback: '3100',
    whole: [0, 65_535],
    meaning: 'Port of the simulated Alipay; 0: any free one.',
  },
  SIM_DATA: {
    fallback: 'data/simulator',
    meaning: 'Folder of the simulated Alipay: its keys, its ledger, `client.env`.',
  },
  SIM_PUBLIC_URL: {
    fallback: null,
    fallbackInWords: '`http://127.0.0.1:SIM_PORT`',
    meaning: "Address in the simulator's codes; the machine's LAN address for a real phone.",
  },
  SIM_KEY_MODE: {
    fallback: 'key',
    choices: ['key', 'cert'],
    meaning: 'Read by the simulator alone: whether its clients use keys or certificates.',
  },
  SIM_NOTIFY_SCALE: {
    fallback: null,
    meaning: 'Read by the simulator alone: speed of its notify schedule.',
  },
  SIM_LATENCY_MS: {
    fallback: '0',
    whole: [0, 600_000],
    meaning: 'Read by the simulator alone: delay of each of its answers, in milliseconds.',
  },
  SIM_REFUND_VISIBLE_MS: {
    fallback: '0',
    whole: [0, 86_400_000],
    meaning:
      'Read by the simulator alone: how long its refund query shows nothing of a refund, ' +
      'in milliseconds.',
  },
  SIM_FEE_RATE: {
    fallback: '0',
    meaning:
      'Read by the simulator alone: what its bills take of a payment, in percent with at most ' +
      'two decimals.',
  },
  REPEAT_GUARD_SECONDS: {
    fallback: '120',
    whole: [0, 86_400],
    meaning: 'How long a payment told to a till blocks another of the same amount, in seconds.',
  },
  REFUND_DUPLICATES: {
    fallback: 'auto',
    choices: ['auto', 'ask'],
    meaning:
      'Whether the money of a duplicate goes back by itself a minute after it was booked; `ask`: ' +
      'when somebody sends a Cancel or Refund of it.',
  },
  TRUST_PROXY: {
    fallback: null,
    meaning: 'Proxies whose forwarded headers count: addresses or networks, comma-separated.',
  },
  API_KEYS: {
    fallback: null,
    fallbackInWords: 'none; production: must be set unless `AUTH` is',
    meaning:
      'Keys: `name:role:billtypes:sha256hex`, comma-separated. Roles as in operating.md; ' +
      'bill types as digits (`12`) or `*`.',
    secret: true,
  },
  AUTH: {
    fallback: null,
    fallbackInWords: '`keys` in production and where `API_KEYS` is set, else `none`',
    choices: ['none', 'keys'],
    meaning: 'Whether callers must bring a key.',
  },
  HTTP_STATUS_STYLE: {
    fallback: 'legacy',
    choices: ['legacy', 'rest'],
    meaning: 'HTTP status of refusals, see errors.md.',
  },
  RATE_LIMIT_PER_MINUTE: {
    fallback: '600',
    whole: [1, 1_000_000],
    meaning: 'Calls a minute by one key or address.',
  },
  BODY_LIMIT_KB: {
    fallback: '100',
    whole: [1, 10_240],
    meaning: 'Largest request body, in KiB.',
  },
  SHUTDOWN_GRACE_MS: {
    fallback: '2000',
    whole: [0, 8_000],
    meaning:
      'How long a stop still takes requests, to refuse them with 503, until every proxy has ' +
      'heard of it; in milliseconds.',
  },
  SWAGGER: {
    fallback: null,
    fallbackInWords: '`on` outside production, else `off`',
    choices: ['on', 'off'],
    meaning: 'Swagger UI at `/docs`.',
  },
  MICROSERVICE_TRANSPORT: {
    fallback: null,
    fallbackInWords: '`none` in production, else `tcp`',
    choices: ['tcp', 'nats', 'rmq', 'redis', 'none'],
    meaning: 'How other services send messages, see integrating.md.',
  },
  MICROSERVICE_URL: {
    fallback: null,
    fallbackInWords: '`tcp://127.0.0.1:3001` for `tcp`, none for the others',
    meaning: 'Address to listen on (`tcp`) or of the broker.',
    secret: true,
  },
  MICROSERVICE_EXPOSED: {
    fallback: 'off',
    choices: ['off', 'on'],
    meaning:
      'Production: `on` lets `tcp` listen beyond this machine. Without `MICROSERVICE_KEYS=on` ' +
      'whoever reaches the port may collect and cancel.',
  },
  MICROSERVICE_KEYS: {
    fallback: 'off',
    choices: ['off', 'on'],
    meaning: 'Whether messages must bring one of `API_KEYS`. One that is brought always counts.',
  },
  SWEEP_PERIOD_MS: {
    fallback: '5000',
    whole: [0, 60_000],
    meaning: 'How often open receipts are looked for, in milliseconds; 0: never.',
  },
  TRADE_PREFIX: {
    fallback: 'aa',
    meaning:
      'Two letters of this installation, in front of its numbers at Alipay (`3paa…`): different ' +
      'ones for each installation under one account. Changed, only new numbers have them.',
  },
  RECONCILE_AT: {
    fallback: '09:30',
    fallbackInWords: '`09:30`; with the simulator: `off`',
    meaning:
      "When the day before is compared with Alipay's bill, China time; `off`: by command alone.",
  },
  ...CALLBACK_SETTINGS,
  TOP_APP_KEYS: {
    fallback: null,
    fallbackInWords: 'the sandbox pair `3pay-sandbox:3pay-sandbox-secret`; production: none',
    meaning: 'Callers of the TOP protocol: `key:secret`, comma-separated.',
    secret: true,
  },
  TOP_APP_BILL_TYPES: {
    fallback: null,
    fallbackInWords: 'every app speaks for all seven systems',
    meaning:
      'Binds apps to systems: `key:billtypes`, comma-separated, bill types as digits 1 to 7 like ' +
      '`12`, or `*`. For such an app a receipt of another system does not exist.',
  },
  TOP_UPSTREAM_URL: {
    fallback: null,
    meaning: 'TOP address asked for ids we do not know; all three or none.',
  },
  TOP_UPSTREAM_KEY: { fallback: null, meaning: 'Our app key there.' },
  TOP_UPSTREAM_SECRET: {
    fallback: null,
    meaning: 'Our secret there.',
    secret: true,
  },
  LOG_LEVEL: {
    fallback: 'info',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    meaning: 'Least severe log line that is written.',
  },
  TEST_MSSQL_URL: {
    fallback: null,
    meaning:
      'Read by the tests alone: an SQL Server on which they make and drop databases of their own.',
    secret: true,
  },
} as const satisfies Record<string, Setting>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

type NamesWith<Key extends keyof Setting> = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends Record<Key, unknown> ? Name : never;
}[SettingName];

/** A setting that is a whole number. */
export type WholeName = NamesWith<'whole'>;

/** A setting that is one of a few words. */
export type ChoiceName = NamesWith<'choices'>;

/** The words a setting allows. */
export type Choice<Name extends ChoiceName> = (typeof SETTINGS)[Name]['choices'][number];

/** The names alone. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** Is this the name of a setting? */
export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

// Variables that begin like ours are ours: a misspelt one must not be ignored in silence.
const OUR_PREFIXES = /^(?:ALIPAY|SIM|TOP|CALLBACK|MICROSERVICE|RECONCILE)_/;

/** Is this the name of a setting, or of a variable that is meant to be one? */
export function isOurs(name: string): boolean {
  return isSetting(name) || OUR_PREFIXES.test(name);
}

/** The row of a setting, for code that does not care which it is. */
export function settingRow(name: SettingName): Setting {
  return SETTINGS[name];
}
