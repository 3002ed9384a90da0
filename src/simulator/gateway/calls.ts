import { SimClock } from '../clock';
import { matches } from './faults';

const KEPT = 2_000;

/** One call that reached the gateway. */
export interface Call {
  readonly id: number;
  /** Arrival, epoch ms of simulated time. */
  readonly atMs: number;
  readonly method: string;
  readonly outTradeNo: string | null;
  /** What was answered: `10000`, `40004 ACQ.TRADE_NOT_EXIST`, `fault reset`; null: not yet. */
  outcome: string | null;
  /** The fault that hit it; null: none. */
  fault: string | null;
  /** Every parameter as received, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The parsed biz_content; null when it is not JSON. */
  readonly bizContent: unknown;
}

/** Which calls to show; an absent member does not narrow. */
export interface CallFilter {
  readonly method?: string | undefined;
  readonly outTradeNo?: string | undefined;
}

/** What the gateway received lately, oldest first; the oldest make room. */
export class Calls {
  private kept: Call[] = [];
  private count = 0;

  constructor(private readonly clock: SimClock) {}

  /** How many calls came since the start, or since `clear`. */
  get total(): number {
    return this.count;
  }

  begin(params: ReadonlyMap<string, string>): Call {
    this.count += 1;
    const bizContent = parsed(params.get('biz_content'));
    const call: Call = {
      id: this.count,
      atMs: this.clock.nowMs(),
      method: params.get('method') ?? '',
      outTradeNo: outTradeNoOf(bizContent),
      outcome: null,
      fault: null,
      params: Object.fromEntries(params),
      bizContent,
    };
    this.kept.push(call);
    if (this.kept.length > KEPT * 1.5) this.kept = this.kept.slice(-KEPT);
    return call;
  }

  list(filter: CallFilter): Call[] {
    return this.kept
      .slice(-KEPT)
      .filter(
        (call) =>
          (filter.method === undefined || matches(filter.method, call.method)) &&
          (filter.outTradeNo === undefined || filter.outTradeNo === call.outTradeNo),
      );
  }

  clear(): void {
    this.kept = [];
    this.count = 0;
  }
}

function parsed(bizContent: string | undefined): unknown {
  try {
    return JSON.parse(bizContent ?? '');
  } catch {
    return null;
  }
}

function outTradeNoOf(bizContent: unknown): string | null {
  if (typeof bizContent !== 'object' || bizContent === null) return null;
  const value = (bizContent as Record<string, unknown>)['out_trade_no'];
  return typeof value === 'string' ? value : null;
}
