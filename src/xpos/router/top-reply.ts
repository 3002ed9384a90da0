import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { contentType } from '../top/top-answer';
import type { TopReply } from './top-router.service';

const pack = promisify(gzip);

/** Does `Accept-Encoding` ask for gzip, by name and with a weight that is not 0? */
function wantsGzip(acceptEncoding: string | string[] | undefined): boolean {
  const offers = [acceptEncoding ?? ''].flat().join(',').toLowerCase().split(',');
  return offers.some((offer) => {
    const [coding = '', ...rest] = offer.split(';').map((part) => part.trim());
    const weight = rest.find((part) => part.startsWith('q='));
    return coding === 'gzip' && (weight === undefined || Number(weight.slice(2)) > 0);
  });
}

/** Sends an answer: always HTTP 200, because SDKs take anything else for a broken transport. */
export async function sendTop(
  acceptEncoding: string | string[] | undefined,
  response: ServerResponse,
  { text, wish }: TopReply,
): Promise<void> {
  const plain = Buffer.from(text, 'utf8');
  const packed = wantsGzip(acceptEncoding) ? await pack(plain) : null;
  if (response.headersSent) return;
  const bytes = packed ?? plain;
  response.writeHead(200, {
    'Content-Type': contentType(wish),
    'Content-Length': bytes.byteLength,
    'Cache-Control': 'no-cache',
    Vary: 'Accept-Encoding',
    ...(packed ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(bytes);
}
