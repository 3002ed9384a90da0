import { BILL_TYPES, type BillType } from '../domain/bill';
import { readBillTypes } from '../domain/access/key-rules';
import { isThisMachine } from './reading/addresses';
import type { EnvReader } from './reading/env-reader';
import { Secret } from './reading/secret';
import type { Choice } from './reading/settings';

/** Messages of the group's other services. */
export type MicroserviceConfig =
  | { readonly kind: 'none' }
  /** Address to listen on. `port` 0 to 65535; 0: any free one. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Address of the broker; may contain a password. */
  | { readonly kind: 'nats' | 'rmq' | 'redis'; readonly url: Secret };

/** Who signs a call of the TOP protocol. */
export interface TopAppKey {
  readonly key: string;
  readonly secret: Secret;
}

/** A caller we serve by the TOP protocol. */
export interface TopApp extends TopAppKey {
  /** The systems it speaks for, at least one. A receipt of another one does not exist for it. */
  readonly billTypes: readonly BillType[];
}

/** The TOP protocol, served and called. */
export interface TopConfig {
  /** Callers we serve; empty: nobody. */
  readonly appKeys: readonly TopApp[];
  /** True: `appKeys` is the public sandbox pair, to be printed at start. */
  readonly sandbox: boolean;
  /** Where ids we do not know are asked for; null: nowhere. */
  readonly upstream: (TopAppKey & { readonly url: string }) | null;
}

const BROKER_SCHEMES = {
  tcp: ['tcp'],
  nats: ['nats', 'tls'],
  rmq: ['amqp', 'amqps'],
  redis: ['redis', 'rediss'],
} as const satisfies Record<string, readonly string[]>;

/** Known to everybody: for trying out, never used in production. */
const SANDBOX: TopAppKey = { key: '3pay-sandbox', secret: new Secret('3pay-sandbox-secret') };

/** Reads `MICROSERVICE_*`. */
export function readMicroservice(reader: EnvReader, production: boolean): MicroserviceConfig {
  const usual = production ? 'none' : 'tcp';
  const transport: Choice<'MICROSERVICE_TRANSPORT'> = reader.choice(
    'MICROSERVICE_TRANSPORT',
    usual,
  );
  if (production && reader.isSet('MICROSERVICE_URL') && !reader.isSet('MICROSERVICE_TRANSPORT')) {
    reader.problem('MICROSERVICE_TRANSPORT', 'must be set with MICROSERVICE_URL in production');
  }
  if (transport === 'none') return { kind: 'none' };
  const listens = transport === 'tcp';
  if (!listens && !reader.isSet('MICROSERVICE_URL')) {
    reader.problem('MICROSERVICE_URL', 'must be set for this MICROSERVICE_TRANSPORT');
  }
  const schemes = BROKER_SCHEMES[transport];
  const url = reader.url('MICROSERVICE_URL', { schemes, user: !listens, query: !listens });
  if (!listens) return { kind: transport, url: new Secret(url?.href ?? '') };
  if (url && url.port === '') reader.problem('MICROSERVICE_URL', 'must name a port');
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '127.0.0.1';
  const exposed = reader.choice('MICROSERVICE_EXPOSED') === 'on';
  if (production && !exposed && !isThisMachine(host)) {
    const what = 'listens beyond this machine; in production say MICROSERVICE_EXPOSED=on for that';
    reader.problem('MICROSERVICE_URL', what);
  }
  return { kind: 'tcp', host, port: Number(url?.port ?? 3001) };
}

/** Reads `TOP_*`. */
export function readTop(reader: EnvReader, production: boolean): TopConfig {
  const sandbox = !production && !reader.isSet('TOP_APP_KEYS');
  const given = reader.list('TOP_APP_KEYS').flatMap((text, i) => {
    const [, key, secret] = /^([\w.-]{1,64}):(\S+)$/.exec(text) ?? [];
    if (key && secret) return [{ key, secret: new Secret(secret) }];
    reader.problem('TOP_APP_KEYS', `entry ${i + 1} must read key:secret`);
    return [];
  });
  if (new Set(given.map(({ key }) => key)).size < given.length) {
    reader.problem('TOP_APP_KEYS', 'has two entries for one key');
  }
  const appKeys = bindApps(reader, sandbox ? [SANDBOX] : given);
  return { appKeys, sandbox, upstream: readUpstream(reader) };
}

/** The apps with the systems that `TOP_APP_BILL_TYPES` binds them to; all, where it names none. */
function bindApps(reader: EnvReader, apps: readonly TopAppKey[]): TopApp[] {
  const bound = new Map<string, readonly BillType[]>();
  reader.list('TOP_APP_BILL_TYPES').forEach((text, i) => {
    const refuse = (what: string): void =>
      reader.problem('TOP_APP_BILL_TYPES', `entry ${i + 1} ${what}`);
    const [key = '', billText = '', ...rest] = text.split(':').map((part) => part.trim());
    const billTypes = readBillTypes(billText);
    if (key === '' || rest.length > 0 || !billTypes) {
      refuse('must read key:billtypes, bill types as digits 1 to 7, like 12, or *');
    } else if (!apps.some((app) => app.key === key)) refuse('names no key of TOP_APP_KEYS');
    else if (bound.has(key)) refuse('names a key for the second time');
    else bound.set(key, billTypes);
  });
  return apps.map((app) => ({ ...app, billTypes: bound.get(app.key) ?? BILL_TYPES }));
}

function readUpstream(reader: EnvReader): TopConfig['upstream'] {
  const names = ['TOP_UPSTREAM_URL', 'TOP_UPSTREAM_KEY', 'TOP_UPSTREAM_SECRET'] as const;
  if (!names.some((name) => reader.isSet(name))) return null;
  for (const name of names.filter((each) => !reader.isSet(each))) {
    reader.problem(name, 'is missing; the TOP upstream is set only in part');
  }
  return {
    url: reader.url('TOP_UPSTREAM_URL', { schemes: ['https', 'http'] })?.href ?? '',
    key: reader.text('TOP_UPSTREAM_KEY') ?? '',
    secret: reader.secret('TOP_UPSTREAM_SECRET') ?? new Secret(''),
  };
}
