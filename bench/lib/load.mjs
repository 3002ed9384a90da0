// A closed loop of HTTP/1.1 requests over a fixed number of kept connections, by raw sockets: the
// driver costs some 30 us of CPU a request, so that on two cores it leaves room for the server.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/** The bytes of one POST. */
export function post(path, contentType, body, headers = {}) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${contentType}\r\n` +
    `${more.join('')}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** Reads one answer after the other from a socket. */
class Answers {
  constructor(onAnswer) {
    this.onAnswer = onAnswer;
    this.rest = Buffer.alloc(0);
  }

  take(chunk) {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = this.rest.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.rest.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? NaN);
    if (Number.isNaN(length)) throw new Error(`an answer without its length: ${head}`);
    const total = end + HEAD_END.length + length;
    if (this.rest.length < total) return;
    const body = this.rest.subarray(end + HEAD_END.length, total);
    this.rest = this.rest.subarray(total);
    this.onAnswer(Number(head.slice(9, 12)), body);
  }
}

/**
 * Sends `count` requests over `connections` sockets; `next(i)` gives the bytes of the i-th, and
 * `check(status, body)` throws when an answer is not the one measured for.
 * Gives requests a second and latencies, all in ms.
 */
export async function load({ port, connections, count, next, check }) {
  const latencies = new Float64Array(count);
  // Made beforehand: what a till's own software costs is not the question.
  const requests = Array.from({ length: count }, (_, i) => next(i));
  let sent = 0;
  let done = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from(
      { length: Math.min(connections, count) },
      () =>
        new Promise((resolve, reject) => {
          const socket = connect({ port, host: '127.0.0.1', noDelay: true });
          let sentAt = 0;
          const send = () => {
            if (sent >= count) return socket.end();
            sentAt = performance.now();
            socket.write(requests[sent++]);
          };
          const answers = new Answers((status, body) => {
            latencies[done++] = performance.now() - sentAt;
            check(status, body);
            send();
          });
          socket.on('connect', send);
          socket.on('data', (chunk) => {
            try {
              answers.take(chunk);
            } catch (error) {
              reject(error);
              socket.destroy();
            }
          });
          socket.on('error', reject);
          socket.on('close', () => resolve());
        }),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  if (done !== count) throw new Error(`${count - done} of ${count} requests were not answered`);
  latencies.sort();
  const at = (share) => latencies[Math.min(count - 1, Math.floor(count * share))];
  return { perSecond: count / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}
