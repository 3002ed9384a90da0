import { isIP } from 'node:net';
import { withoutSlash } from './reading/addresses';
import type { EnvReader } from './reading/env-reader';

/** The HTTP service. */
export interface HttpConfig {
  /** Address or name of this machine to listen on. */
  readonly host: string;
  /** TCP port, 0 to 65535; 0: any free one. */
  readonly port: number;
  /** Largest request body, bytes, 1024 to 10485760. */
  readonly bodyLimitBytes: number;
  /** `legacy`: what an operation answers is HTTP 200; `rest`: by the table of errors. */
  readonly statusStyle: 'legacy' | 'rest';
  /** Is Swagger UI served? */
  readonly swagger: boolean;
  /** Our address from outside, without a slash at the end; null: not known. */
  readonly publicUrl: string | null;
  /** How long a stop still takes requests, and refuses them in words. ms, 0 to 8000. */
  readonly shutdownGraceMs: number;
  /** Proxies to believe: addresses or networks (`10.0.0.0/8`); empty: none. */
  readonly trustProxy: readonly string[];
}

/** Reads the settings of the HTTP service. */
export function readHttp(reader: EnvReader, production: boolean): HttpConfig {
  const host = reader.text('HOST') ?? '';
  if (!/^[\w.:-]+$/.test(host)) reader.problem('HOST', 'must be an address or a host name');
  return {
    host,
    port: reader.whole('PORT'),
    bodyLimitBytes: reader.whole('BODY_LIMIT_KB') * 1024,
    statusStyle: reader.choice('HTTP_STATUS_STYLE'),
    swagger: reader.choice('SWAGGER', production ? 'off' : 'on') === 'on',
    publicUrl: readPublicUrl(reader, production),
    shutdownGraceMs: reader.whole('SHUTDOWN_GRACE_MS'),
    trustProxy: readTrustProxy(reader),
  };
}

function readPublicUrl(reader: EnvReader, production: boolean): string | null {
  const url = reader.url('PUBLIC_URL', { schemes: ['https', 'http'] });
  if (production && url?.protocol === 'http:') {
    reader.problem('PUBLIC_URL', 'must be https in production');
  }
  return url && withoutSlash(url);
}

function readTrustProxy(reader: EnvReader): string[] {
  const proxies = reader.list('TRUST_PROXY');
  proxies.forEach((proxy, i) => {
    if (!isNetwork(proxy)) {
      reader.problem('TRUST_PROXY', `entry ${i + 1} must be an address or address/prefix length`);
    }
  });
  return proxies;
}

function isNetwork(text: string): boolean {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(prefix ?? 0) <= (version === 4 ? 32 : 128);
}
