import { ServerResponse } from 'node:http';

/**
 * Knows which services are attached, that is hold `GET /sim/attach` open, and says when none has
 * been for `lingerMs` milliseconds of real time (null: never says so).
 */
export class Linger {
  private readonly attached = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly lingerMs: number | null,
    private readonly onAlone: () => void,
  ) {
    this.rearm();
  }

  get count(): number {
    return this.attached.size;
  }

  /** Holds the answer open until the service lets go or dies. */
  attach(response: ServerResponse): void {
    this.attached.add(response);
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.write('attached\n');
    response.once('close', () => {
      this.attached.delete(response);
      this.rearm();
    });
    this.rearm();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private rearm(): void {
    clearTimeout(this.timer);
    if (this.lingerMs === null || this.attached.size > 0) return;
    this.timer = setTimeout(this.onAlone, this.lingerMs);
    this.timer.unref();
  }
}
