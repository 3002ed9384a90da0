import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';
import { PayError } from '../../domain/errors';
import type { Clock } from '../../domain/ports/clock';
import { refusalText } from '../../wire/operation/message';
import type { ConnectionWatch } from './connection-watch';
import { OVERLOAD_RETRY_SECONDS } from '../load/load-gate';
import type { LoadGate } from '../load/load-gate';
import { OpenAnswers } from './open-answers';

/** The door is closed once no connection has come for so long. ms. */
const QUIET_MS = 100;
/** And in so many turns: libuv takes one connection a turn from those the kernel has made. */
const QUIET_TURNS = 5;
/** Refusals are held back for that so long at most. ms. */
const HOLD_AT_MOST_MS = 1_000;
/** How long a request that is not whole yet is waited for when the door is closed. ms. */
const WHOLE_WITHIN_MS = 500;
/** How long a client may take to read the last words and to end its connection. ms. */
const PART_WITHIN_MS = 500;
const LOOK_MS = 10;

/** What the drain works with. */
export interface DrainParts {
  readonly clock: Clock;
  readonly gate: LoadGate;
  readonly connections: ConnectionWatch;
  /** How long requests are still taken, and refused in words. ms. */
  readonly graceMs: number;
}

/**
 * The stop as callers see it. Nothing whose bytes have reached us goes without an answer:
 *
 * 1. for `graceMs` the door stays open: what was accepted is worked on, what comes is refused, and
 *    each answer says that its connection ends (`Connection: close`);
 * 2. refusals are then held back until nobody connects any more. The kernel resets connections
 *    that are made and not yet taken when the door closes, and a client that has been refused
 *    makes a new one at once;
 * 3. the door closes, the refusals leave, accepted work is finished;
 * 4. connections without a request hear the refusal unasked before they end. Their client may have
 *    sent a request in this moment, and reads it as the answer; it is true, nothing was done.
 */
export class Drain {
  readonly answers = new OpenAnswers();
  private server: Server | null = null;
  private running: Promise<void> | null = null;
  private held: Promise<void> | null = null;

  constructor(private readonly parts: DrainParts) {}

  /** The server whose door is to be closed. */
  watch(server: Server): void {
    this.server = server;
  }

  /** Begins the stop. */
  begin(): void {
    if (this.running !== null) return;
    this.parts.gate.stop();
    this.answers.close();
    this.running = this.run();
  }

  /** Resolves when nobody is connected any more; at once when no stop has begun. */
  async finished(): Promise<void> {
    await this.running;
  }

  /** Resolves when a refusal may leave: at once, but while the door is being closed. */
  async leave(): Promise<void> {
    await this.held;
  }

  private async run(): Promise<void> {
    const { clock, gate, connections, graceMs } = this.parts;
    await clock.sleep(graceMs);
    await this.closeDoor();
    await this.until(() => this.answers.size === 0, WHOLE_WITHIN_MS);
    await this.until(() => gate.atWork() === 0, Infinity);
    connections.sayFarewell(FAREWELL);
    await this.until(() => connections.open() === 0, PART_WITHIN_MS);
    connections.cutAll();
  }

  private async closeDoor(): Promise<void> {
    let release = (): void => undefined;
    this.held = new Promise((resolve) => (release = resolve));
    await this.quiet();
    // The HTTP server's own `close` would also cut every connection that is idle at this moment.
    if (this.server !== null) NetServer.prototype.close.call(this.server);
    this.held = null;
    release();
  }

  /** Resolves right after a turn in which the kernel was asked and had no new connection. */
  private async quiet(): Promise<void> {
    const { clock, connections } = this.parts;
    const beganAtMs = clock.monotonicMs();
    const waitedMs = (): number => clock.monotonicMs() - beganAtMs;
    let turns = 0;
    while (turns < QUIET_TURNS && waitedMs() < HOLD_AT_MOST_MS) {
      const made = connections.made();
      const isEarly = Math.min(connections.quietMs(), waitedMs()) < QUIET_MS;
      if (isEarly) await clock.sleep(LOOK_MS);
      else await clock.turn();
      turns = isEarly || connections.made() > made ? 0 : turns + 1;
    }
  }

  private async until(reached: () => boolean, withinMs: number): Promise<void> {
    const { clock } = this.parts;
    const endAtMs = clock.monotonicMs() + withinMs;
    while (!reached() && clock.monotonicMs() < endAtMs) await clock.sleep(LOOK_MS);
  }
}

/** The refusal of whatever may be on its way, as a whole answer. */
const FAREWELL = farewell();

function farewell(): string {
  const body = refusalText(null, new PayError('OVERLOADED', 'stopping'));
  const head = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Retry-After: ${OVERLOAD_RETRY_SECONDS}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
