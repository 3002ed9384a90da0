import { IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const TIMEOUT_MS = 10_000;
const LONGEST_ANSWER = 4_096;

/** What the receiver of a notify answered; `status` null: it could not be reached. */
export interface Reception {
  readonly status: number | null;
  /** The first 4096 characters of the answer, or why there is none. */
  readonly body: string;
}

/** Sends one notify body to an address. Never throws. */
export type NotifyPoster = (url: string, body: string) => Promise<Reception>;

/** Whether the receiver took it: HTTP 200 and exactly the seven characters. */
export function isAccepted(reception: Reception): boolean {
  return reception.status === 200 && reception.body === 'success';
}

/** Posts a form as Alipay does, its odd Content-Type included; redirects are not followed. */
export const postNotify: NotifyPoster = (url, body) =>
  new Promise((resolve) => {
    const unreachable = (error: unknown): void =>
      resolve({ status: null, body: error instanceof Error ? error.message : 'unreachable' });
    try {
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const request = send(url, {
        method: 'POST',
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded; text/html; charset=utf-8',
          'Content-Length': Buffer.byteLength(body),
          'User-Agent': 'Mozilla/4.0',
        },
      });
      request.once('error', unreachable);
      request.once('response', (response) => {
        readText(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, body: text }),
          unreachable,
        );
      });
      request.end(body);
    } catch (error) {
      unreachable(error); // The address is not one.
    }
  });

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    text += chunk;
    if (text.length > LONGEST_ANSWER) break;
  }
  return text.slice(0, LONGEST_ANSWER);
}
