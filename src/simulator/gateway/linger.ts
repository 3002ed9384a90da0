import { ServerResponse } from 'node:http';

/** Real milliseconds from one look for the folder to the next. */
const LOOK_MS = 200;

/**
 * Knows which services are attached, that is hold `GET /sim/attach` open, and says when none has
 * been for `lingerMs` milliseconds of real time (null: never says so), or when none is and the data
 * folder was deleted: a start is to make a new simulator, and this one has its port and claim.
 */
export class Linger {
  private readonly attached = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;
  private look: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly lingerMs: number | null,
    private readonly isFolderGone: () => boolean,
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

  /** For good: connections that are cut by the end of the simulator leave nobody alone. */
  stop(): void {
    this.stopped = true;
    this.disarm();
  }

  private disarm(): void {
    clearTimeout(this.timer);
    clearInterval(this.look);
  }

  private rearm(): void {
    this.disarm();
    if (this.stopped || this.lingerMs === null || this.attached.size > 0) return;
    this.timer = setTimeout(this.onAlone, this.lingerMs).unref();
    this.look = setInterval(() => this.endWithFolder(), LOOK_MS).unref();
  }

  private endWithFolder(): void {
    if (!this.isFolderGone()) return;
    this.disarm();
    this.onAlone();
  }
}
