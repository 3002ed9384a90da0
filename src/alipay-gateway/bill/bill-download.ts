import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get as getHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FetchedBill } from '../../domain/ports/bill-source';

/** What a download may cost. */
export interface DownloadLimits {
  /** The only host a bill may come from, with its port where that is not the scheme's. */
  readonly host: string;
  /** Largest zip, bytes. */
  readonly mostBytes: number;
  /** The whole of it, and the longest silence, ms. */
  readonly timeoutMs: number;
  readonly silenceMs: number;
}

/** A bill that did not come; the message is fit for the log and never holds the link. */
export class NoDownload extends Error {}

/**
 * Downloads a bill into a folder of its own that nobody else can read. One request, no redirects:
 * whoever has the link has the bill. @throws NoDownload
 */
export async function downloadBill(link: string, limits: DownloadLimits): Promise<FetchedBill> {
  const url = allowedUrl(link, limits.host);
  const folder = await mkdtemp(join(tmpdir(), '3pay-bill-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'bill.zip');
  try {
    const signal = AbortSignal.timeout(limits.timeoutMs);
    const response = await answered(url, limits.silenceMs, signal);
    await pipeline(
      response,
      new Bound(limits.mostBytes),
      createWriteStream(path, { mode: 0o600 }),
      { signal },
    );
    return { path, remove };
  } catch (error) {
    await remove();
    throw error instanceof NoDownload ? error : new NoDownload(wordOf(error), { cause: error });
  }
}

/** The link, when it leads to the allowed host and nowhere else. */
function allowedUrl(link: string, host: string): URL {
  if (!URL.canParse(link)) throw new NoDownload('the link is no address');
  const url = new URL(link);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  if (isWeb && url.host === host && url.username === '' && url.password === '') return url;
  throw new NoDownload('the link leads to another host than the allowed one');
}

function answered(url: URL, silenceMs: number, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    const request = get(url, { signal, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      const encoding = response.headers['content-encoding'] ?? 'identity';
      if (status === 200 && encoding === 'identity') resolve(response);
      else {
        response.destroy();
        reject(new NoDownload(status === 200 ? 'compressed answer' : `HTTP ${status}`));
      }
    });
    request.setTimeout(silenceMs, () => request.destroy(new NoDownload('the host is silent')));
    request.on('error', reject);
  });
}

/** Lets no more than so many bytes pass. */
class Bound extends Transform {
  private bytes = 0;

  constructor(private readonly most: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.most) done(new NoDownload(`more than ${this.most} bytes`));
    else done(null, chunk);
  }
}

/** The error's code, else its name: messages may quote the link. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
