import { IncomingMessage, ServerResponse } from 'node:http';
import { HttpRefusal } from '../http';
import { Bills } from './bills';

const PATH = /^\/bills\/([\w-]+)\/[\w.]+$/;

/** Gives a bill out by its link. Throws `HttpRefusal`: 403 for a link whose time is over, 405. */
export function sendBill(
  bills: Bills,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  if (request.method !== 'GET') throw new HttpRefusal(405, 'WRONG_VERB', 'use GET');
  const download = bills.download(PATH.exec(path)?.[1] ?? '');
  if (download === null) throw new HttpRefusal(403, 'LINK_OVER', 'the link works for 30 seconds');
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename=${download.name}`,
    'Content-Length': download.zip.length,
  });
  response.end(download.zip);
}
