import type { MssqlConfig } from '../../config/database-config';

/** What the driver of SQL Server is told. Contains the password: never printed. */
export interface ConnectionOptions {
  readonly type: 'mssql';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** User and password; with `domain` a Windows login (NTLM). */
  readonly authentication:
    | { readonly type: 'default'; readonly options: Login }
    | { readonly type: 'ntlm'; readonly options: Login & { readonly domain: string } };
  /** ms. */
  readonly connectionTimeout: number;
  /** The longest wait for one statement. ms. */
  readonly requestTimeout: number;
  readonly pool: {
    readonly max: number;
    /** As many: a connection that was made stays, so that no crowd meets a cold pool. */
    readonly min: number;
    /** The longest wait for a free connection. ms. */
    readonly acquireTimeoutMillis: number;
    readonly idleTimeoutMillis: number;
    // No errorHandler, though TypeORM has one: it hands it on to the pool, which then refuses all
    // of its options. Errors of idle connections are met by the next statement anyway.
  };
  readonly options: {
    /** TLS below TDS (7.4), or TDS below TLS from the first byte on (8.0, `strict`). */
    readonly encrypt: boolean | 'strict';
    readonly trustServerCertificate: boolean;
    readonly appName: string;
    readonly useUTC: boolean;
    /** `SET XACT_ABORT ON`: an error undoes the whole transaction. */
    readonly abortTransactionOnError: boolean;
    readonly connectionIsolationLevel: 'READ COMMITTED';
    readonly isolationLevel: 'READ COMMITTED';
  };
}

interface Login {
  readonly userName: string;
  readonly password: string;
}

const POOL_MAX = 10;
const TIMEOUT_MS = 15_000;
/** How long a caller may wait for a free connection before it is told that there is none. ms. */
const POOL_WAIT_MS = 5_000;
const IDLE_MS = 30_000;

/** The driver's options of `DATABASE_URL`, which the configuration has checked. */
export function connectionOptions({ url }: Pick<MssqlConfig, 'url'>): ConnectionOptions {
  const address = new URL(url.reveal());
  const option = (name: string): string | null => address.searchParams.get(name);
  const whole = (name: string, fallback: number): number => Number(option(name) ?? fallback);
  return {
    type: 'mssql',
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: Number(address.port || 1433),
    database: decodeURIComponent(address.pathname.slice(1)),
    authentication: authentication(address, option('domain')),
    connectionTimeout: whole('connectTimeoutMs', TIMEOUT_MS),
    requestTimeout: whole('requestTimeoutMs', TIMEOUT_MS),
    pool: {
      max: whole('poolMax', POOL_MAX),
      min: whole('poolMax', POOL_MAX),
      acquireTimeoutMillis: whole('poolWaitMs', POOL_WAIT_MS),
      idleTimeoutMillis: IDLE_MS,
    },
    options: {
      encrypt: encryption(option('encrypt')),
      trustServerCertificate: option('trustServerCertificate') === 'true',
      appName: '3pay-gateway',
      useUTC: true,
      abortTransactionOnError: true,
      connectionIsolationLevel: 'READ COMMITTED',
      isolationLevel: 'READ COMMITTED',
    },
  };
}

function encryption(option: string | null): boolean | 'strict' {
  return option === 'strict' ? option : option !== 'false';
}

function authentication(address: URL, domain: string | null): ConnectionOptions['authentication'] {
  const options = {
    userName: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
  };
  if (domain === null) return { type: 'default', options };
  return { type: 'ntlm', options: { ...options, domain } };
}
