import type { Socket } from 'node:net';
import type { Response } from 'express';

/**
 * The answers still owed. Once the service stops each says that its connection ends with it, so
 * that nobody sends another request into a connection that will not answer.
 */
export class OpenAnswers {
  private readonly owed = new Set<Response>();
  /** The answer that comes last on a connection; kept during a stop only. */
  private last: Map<Socket, Response> | null = null;

  /** A request has arrived. */
  add(response: Response): void {
    this.owed.add(response);
    if (this.last !== null) this.endAfter(response, this.last);
  }

  /** It is answered, or its client has gone. */
  delete(response: Response): void {
    this.owed.delete(response);
    const socket = response.req.socket;
    if (this.last?.get(socket) === response) this.last.delete(socket);
  }

  /** Answers owed now. */
  get size(): number {
    return this.owed.size;
  }

  /** From now on every answer ends its connection. */
  close(): void {
    this.last = new Map();
    for (const response of this.owed) this.endAfter(response, this.last);
  }

  /** Of answers that wait behind one another only the last ends the connection they share. */
  private endAfter(response: Response, last: Map<Socket, Response>): void {
    const { socket } = response.req;
    const before = last.get(socket);
    if (before?.headersSent === false) before.removeHeader('Connection');
    last.set(socket, response);
    // An answer whose headers have left keeps its connection; the next one on it ends it.
    if (!response.headersSent) response.setHeader('Connection', 'close');
  }
}
