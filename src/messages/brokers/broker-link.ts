import { Logger } from '@nestjs/common';
import type { Clock, Randomness } from '../../domain/ports/clock';
import type { MessageLink, Take } from '../link';

/** One connection to a broker, from its making to its loss. */
export interface Session {
  /** Resolves with the reason when the connection is gone. */
  readonly lost: Promise<string>;
  stopTaking(): Promise<void>;
  close(): Promise<void>;
}

/** Connects once and begins to take messages; rejects when the broker cannot be used. */
export type Dial = (subjects: readonly string[], take: Take) => Promise<Session>;

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/**
 * Keeps a connection to a broker: whenever it is lost, or was never made, it is tried again at
 * growing waits. A broker's absence is told once, and never stops the rest of the service.
 */
export class BrokerLink implements MessageLink {
  private readonly logger = new Logger('Messages');
  private session: Session | null = null;
  private stopped = false;
  private wakeUp: () => void = () => undefined;
  private readonly stopping = new Promise<void>((resolve) => (this.wakeUp = resolve));
  private running: Promise<void> = Promise.resolve();
  /** What was told last; null: nothing yet. */
  private toldUp: boolean | null = null;

  constructor(
    readonly name: string,
    private readonly dial: Dial,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  isUp(): boolean {
    return this.session !== null;
  }

  start(subjects: readonly string[], take: Take): Promise<void> {
    this.running = this.run(subjects, take);
    return Promise.resolve();
  }

  async stopTaking(): Promise<void> {
    this.stopped = true;
    await this.session?.stopTaking().catch(() => undefined); // Lost: nothing comes any more.
  }

  async close(): Promise<void> {
    this.stopped = true;
    await this.session?.close().catch(() => undefined); // Lost: there is nothing to close.
    this.wakeUp();
    await this.running;
  }

  private async run(subjects: readonly string[], take: Take): Promise<void> {
    for (let failures = 0; !this.stopped;) {
      try {
        this.session = await this.dial(subjects, take);
        failures = 0;
        this.tell(true, '');
        await this.stopIfStopped(this.session);
        this.tell(false, await this.session.lost);
      } catch (error) {
        failures += 1;
        this.tell(false, error instanceof Error ? error.message : String(error));
      }
      this.session = null;
      await Promise.race([this.clock.sleep(this.waitMs(failures)), this.stopping]);
    }
  }

  /** The service was told to stop while the connection was being made. */
  private async stopIfStopped(session: Session): Promise<void> {
    if (this.stopped) await session.close();
  }

  private waitMs(failures: number): number {
    const longest = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
    return longest * (0.5 + this.randomness.fraction() / 2);
  }

  private tell(up: boolean, reason: string): void {
    if (this.toldUp === up || this.stopped) return;
    this.toldUp = up;
    if (up) this.logger.log(`${this.name}: connected`);
    else this.logger.warn(`${this.name}: no connection (${oneLine(reason)}), trying again`);
  }
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 200);
}
