import type { EventLoopWatch } from './event-loop-watch';

/** Requests at work beyond which new ones are refused. */
const MAX_AT_WORK = 2_000;
/** Delay of the event loop beyond which new requests are refused. ms. */
const MAX_DELAY_MS = 500;

/** What a refused caller is told to wait. s. */
export const OVERLOAD_RETRY_SECONDS = 2;

/** Says whether the service takes on another request. */
export class LoadGate {
  private working = 0;
  private isStopping = false;

  constructor(
    private readonly loop: Pick<EventLoopWatch, 'delayMs'>,
    private readonly maxAtWork = MAX_AT_WORK,
    private readonly maxDelayMs = MAX_DELAY_MS,
  ) {}

  /** Why a new request is refused; null: it is not. */
  refusal(): string | null {
    if (this.isStopping) return 'stopping';
    if (this.working >= this.maxAtWork) return `${this.working} requests at work`;
    const delayMs = this.loop.delayMs();
    return delayMs > this.maxDelayMs ? `event loop ${Math.round(delayMs)} ms late` : null;
  }

  begin(): void {
    this.working += 1;
  }

  end(): void {
    this.working -= 1;
  }

  atWork(): number {
    return this.working;
  }

  /** From now on everything new is refused. */
  stop(): void {
    this.isStopping = true;
  }

  stopping(): boolean {
    return this.isStopping;
  }
}
