import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG } from '../../config/config';
import type { Config } from '../../config/config';
import { BILL_TYPES } from '../../domain/bill';
import { CALLBACKS } from '../../domain/ports/callbacks';
import type { CallbackFigures, Callbacks } from '../../domain/ports/callbacks';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import type { CallbackStatus } from '../../health/health';
import { CallbackClient } from './callback-client';
import { ReceiverLoop } from './receiver-loop';
import type { Receiver } from './receiver-loop';
import { TryCounts } from './try-counts';

/** Deadline of one try. ms. */
const TIMEOUT_MS = 15_000;
/** How long what is under way may still take at a stop. ms. */
const STOP_WITHIN_MS = 5_000;

/** Tells every system that wants to be told, while the service is up. */
@Injectable()
export class Deliverer
  implements OnApplicationBootstrap, BeforeApplicationShutdown, CallbackStatus
{
  private readonly counts = new TryCounts();
  private readonly receivers: readonly Receiver[];
  private readonly loops: readonly ReceiverLoop[];
  private readonly clients: CallbackClient[] = [];

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(CALLBACKS) private readonly callbacks: Callbacks,
    @Inject(CLOCK) clock: Clock,
    @Inject(RANDOMNESS) randomness: Randomness,
  ) {
    const logger = new Logger('Callbacks');
    const log = {
      info: (line: string) => logger.log(line),
      warn: (line: string) => logger.warn(line),
    };
    this.receivers = receiversOf(config);
    this.loops = this.receivers.map((receiver) => {
      const client = new CallbackClient(TIMEOUT_MS);
      this.clients.push(client);
      const { counts } = this;
      const shared = { callbacks, clock, randomness, counts, timeoutMs: TIMEOUT_MS, log };
      return new ReceiverLoop({ ...shared, client }, receiver);
    });
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  /** Called by Nest before the database closes. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop(STOP_WITHIN_MS)));
    for (const client of this.clients) client.close();
  }

  tries(): ReturnType<CallbackStatus['tries']> {
    return this.counts.all();
  }

  waiting(): Promise<readonly CallbackFigures[]> {
    return this.callbacks.figures(this.receivers.map(({ billType }) => billType));
  }
}

/** The systems that want to be told. */
function receiversOf({ callbacks }: Config): Receiver[] {
  return BILL_TYPES.flatMap((billType) => {
    const receiver = callbacks[billType];
    if (!receiver) return [];
    const secrets = receiver.secrets.map((secret) => secret.reveal());
    return [{ billType, url: receiver.url, secrets, format: receiver.format }];
  });
}
