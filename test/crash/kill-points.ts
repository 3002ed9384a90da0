import { setTimeout as wait } from 'node:timers/promises';
import type { TestService } from '../support/process/service';
import type { TillEvent } from './till-work';

/** Where the service is killed. */
export const KILL_POINTS = [
  'random', // At any moment.
  'start', // While it starts: migrations, first sweep.
  'precreate', // The call has reached Alipay, its answer is not booked.
  'query',
  'cancel',
  'refund',
  'notify', // A notify was sent to it.
  'codeTold', // Right after a till was told.
  'guestPaid',
  'successTold',
  'cancelTold',
  'refundTold',
] as const;

/** The steps of a payment. */
export const QUICK_POINTS: readonly KillPoint[] = ['precreate', 'guestPaid', 'query', 'start'];

/** Where the service is killed. */
export type KillPoint = (typeof KILL_POINTS)[number];

const CALLS: readonly KillPoint[] = ['precreate', 'query', 'cancel', 'refund'];
/** A cycle whose point is not reached ends so. ms. */
const LONGEST_CYCLE_MS = 1_500;
const LOOK_EVERY_MS = 3;
/** Between the point and the kill, at most. ms. */
const LONGEST_REST_MS = 25;

/** Says when a point was reached. */
export class KillTrigger {
  private happen: (event: TillEvent) => void = () => undefined;

  constructor(
    private readonly service: TestService,
    private readonly random: () => number,
  ) {}

  /** To be told of everything that happens at the tills. */
  readonly happened = (event: TillEvent): void => this.happen(event);

  /** Resolves a moment after the point was reached; to false when it was not in time. */
  async reached(point: KillPoint): Promise<boolean> {
    const startedAt = performance.now();
    const over = () => performance.now() - startedAt > LONGEST_CYCLE_MS;
    const rest = () => wait(this.random() * LONGEST_REST_MS);
    if (point === 'random' || point === 'start') {
      await wait(this.random() * LONGEST_CYCLE_MS * 0.5);
      return true;
    }
    if (CALLS.includes(point) || point === 'notify') {
      const before = await this.sent(point);
      while ((await this.sent(point)) === before) {
        if (over()) return false;
        await wait(LOOK_EVERY_MS);
      }
      await rest();
      return true;
    }
    return this.event(point, rest);
  }

  private async event(point: KillPoint, rest: () => Promise<void>): Promise<boolean> {
    const event = new Promise<boolean>((resolve) => {
      this.happen = (happened) => {
        if (happened === point) resolve(true);
      };
    });
    const late = wait(LONGEST_CYCLE_MS, false, { ref: false });
    const reached = await Promise.race([event, late]);
    this.happen = () => undefined;
    if (reached) await rest();
    return reached;
  }

  /** Something that changes with every call or notify of that kind. */
  private async sent(point: KillPoint): Promise<string> {
    if (point === 'notify') {
      const attempts = await this.service.sim.attempts();
      return `${attempts.length} ${attempts.at(-1)?.outTradeNo}`;
    }
    return String((await this.service.sim.calls({ method: point })).length);
  }
}
