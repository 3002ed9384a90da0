import type { IncomingHttpHeaders } from 'node:http';
import busboy from 'busboy';
import { topError } from './top-errors';
import type { TopError } from './top-errors';
import type { RawTopRequest } from '../router/top-request';

/** More parameters than any method has. */
const MAX_PARAMETERS = 100;
const MAX_NAME = 100;
const SAFE_NAME = /^\w{1,40}$/;

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** What carries a request. */
export interface TopTransport {
  /** The address as it was sent, with its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The body's bytes, already bounded; empty when there is none. */
  readonly body: Buffer;
}

type Pairs = Iterable<readonly [string, string]>;

/**
 * The parameters of a request, merged from query and body: SDKs put the system's into the query and
 * the method's into the body, or all into either. Files are left out, as they are not signed. What
 * cannot be read, or comes twice, is told as the request's `problem`; the rest is read on, because
 * it says how the caller wants to be answered.
 */
export async function readTopRequest({ url, headers, body }: TopTransport): Promise<RawTopRequest> {
  const merged = new Merged();
  merged.add(queryOf(url));
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  let rawBody = '';
  if (body.length === 0) return { ...merged, rawBody };
  if (type === FORM) merged.add(new URLSearchParams(body.toString('utf8')));
  else if (type === MULTIPART) await merged.addMultipart(headers, body);
  else rawBody = body.toString('utf8');
  return { ...merged, rawBody };
}

/** The parameters of an address. */
export function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
}

/** Parameters collected from several places, and the first thing that is wrong with them. */
class Merged {
  readonly parameters = new Map<string, string>();
  problem: TopError | null = null;

  add(pairs: Pairs): void {
    for (const [name, value] of pairs) {
      const wrong = this.wrongWith(name);
      if (wrong === null) this.parameters.set(name, value);
      else this.problem ??= topError('UNREADABLE', { shown: wrong });
    }
  }

  async addMultipart(headers: IncomingHttpHeaders, body: Buffer): Promise<void> {
    try {
      this.add(await readMultipart(headers, body));
    } catch (cause) {
      this.problem ??= topError('UNREADABLE', { cause });
    }
  }

  private wrongWith(name: string): string | null {
    if (name.length > MAX_NAME) return '参数名过长';
    if (this.parameters.has(name)) return `参数重复${SAFE_NAME.test(name) ? ` ${name}` : ''}`;
    return this.parameters.size < MAX_PARAMETERS ? null : '参数过多';
  }
}

function readMultipart(headers: IncomingHttpHeaders, body: Buffer): Promise<[string, string][]> {
  const parser = busboy({
    headers,
    defParamCharset: 'utf8',
    limits: {
      fieldNameSize: MAX_NAME + 1,
      fieldSize: body.length,
      fields: MAX_PARAMETERS + 1,
      files: MAX_PARAMETERS,
      parts: 2 * MAX_PARAMETERS,
    },
  });
  const pairs: [string, string][] = [];
  return new Promise((resolve, reject) => {
    const refuse = (cause?: unknown): void => reject(new Error('not readable', { cause }));
    parser
      .on('field', (name, value) => pairs.push([name, value]))
      .on('file', (_name, file) => file.resume())
      .on('partsLimit', refuse)
      .on('filesLimit', refuse)
      .on('error', refuse)
      .on('close', () => resolve(pairs));
    parser.end(body);
  });
}
