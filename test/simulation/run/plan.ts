import type { PaySettings } from '../../../src/pay/pay-settings';
import type { FarHabits } from '../world/far-side';
import type { ReceiversPlan } from '../world/receivers';
import { Random } from './random';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How many stories have deliverers. */
const TOLD = 0.12;

/** A bill that tills collect on. */
export interface BillPlan {
  /** The same number in several spellings. */
  readonly spellings: readonly [string, ...string[]];
  readonly billType: string;
  /** Yuan texts; the first is asked for most of the time. */
  readonly amounts: readonly [string, ...string[]];
  readonly cards: readonly string[];
}

/** A jump of the service's wall clock. */
export interface Jump {
  readonly atMs: number;
  readonly aheadMs: number;
}

/** What a story is made of; everything follows from the seed. */
export interface Plan {
  readonly settings: PaySettings;
  readonly habits: FarHabits;
  readonly bills: readonly [BillPlan, ...BillPlan[]];
  /** How often a clerk scans the guest's code instead. */
  readonly barcodes: number;
  readonly tills: number;
  /** Desks that give money back. */
  readonly desks: number;
  /** Callers of xpos.pay. */
  readonly kiosks: number;
  readonly processes: number;
  /** How long things may fail, from the start. ms. */
  readonly liveMs: number;
  /** Tills begin nothing after this. ms. */
  readonly busyMs: number;
  readonly notifies: boolean;
  /** Alipay takes money for codes that had ended. */
  readonly haunted: boolean;
  /** How many fen more Alipay takes than it was asked for, on the first trade. */
  readonly crookedBy: number;
  /** End refuses the first trade for good. */
  readonly stubborn: boolean;
  /** Processes that are killed out of the blue. */
  readonly crashesAtMs: readonly number[];
  readonly jumps: readonly Jump[];
  /** What the clock of the second machine is ahead of the first one's, all the time. ms. */
  readonly skewMs: number;
  /** When Alipay tells of payments under numbers that are not ours. */
  readonly strangersAtMs: readonly number[];
  /** While money of guests is frozen, no cancel gives it back. */
  readonly frozen: { readonly fromMs: number; readonly untilMs: number } | null;
  /** Nobody is there for a long time. */
  readonly outage: { readonly atMs: number; readonly lastsMs: number } | null;
  /** The systems are told; null: what is to be told stays where it is. */
  readonly receivers: ReceiversPlan | null;
  /** Somebody at the console lets go of what was given up on. */
  readonly operator: boolean;
  /** When cards pay elsewhere, money goes back elsewhere, the merchant is poor. */
  readonly spendsAtMs: readonly number[];
  readonly returnsAtMs: readonly number[];
  readonly poor: { readonly fromMs: number; readonly untilMs: number } | null;
}

/** The plan of a seed's story. */
export function planOf(seed: number): Plan {
  const r = new Random(seed, 1);
  const long = r.chance(0.12);
  const busyMs = r.whole(60_000, 12 * MINUTE);
  const liveMs = long ? r.whole(25 * HOUR, 40 * HOUR) : busyMs + r.whole(30_000, 10 * MINUTE);
  const times = (most: number): number[] =>
    Array.from({ length: r.whole(0, most) }, () => r.whole(1_000, busyMs + MINUTE));
  return {
    settings: {
      tradePrefix: '3pzz',
      // Long codes make long stories: few of them tell as much.
      codeMinutes: r.pick([5, 5, 5, 5, 5, 3, 3, 10, 10, 10, 30, 120]),
      repeatGuardMs: r.pick([120_000, 120_000, 20_000]),
      channelTimeoutMs: r.pick([5_000, 3_000]),
      sweepPeriodMs: r.pick([5_003, 10_007, 20_011]),
      refundDuplicates: new Random(seed, 15).chance(0.8) ? 'auto' : 'ask',
    },
    habits: {
      locksUnknown: r.chance(0.6),
      refusesRepeat: r.chance(0.15),
      finishes: r.chance(0.15),
      forbidsCancel: new Random(seed, 9).chance(0.06),
      ...refundHabits(new Random(seed, 12)),
    },
    bills: billsOf(r),
    barcodes: new Random(seed, 7).pick([0, 0.15, 0.4, 0.8]),
    tills: r.whole(2, 5),
    desks: new Random(seed, 13).pick([0, 0, 1, 2, 2, 3]),
    kiosks: new Random(seed, 8).pick([0, 0, 0, 1, 2]),
    processes: r.chance(0.4) ? 2 : 1,
    liveMs,
    busyMs,
    notifies: r.chance(0.75),
    haunted: r.chance(0.15),
    crookedBy: !long && r.chance(0.06) ? r.pick([1, -1, 100]) : 0,
    stubborn: !long && r.chance(0.05),
    crashesAtMs: r.chance(0.4) ? times(3) : [],
    jumps: r.chance(0.85) ? jumpsOf(r, busyMs) : [],
    outage:
      long && r.chance(0.5)
        ? { atMs: r.whole(10_000, busyMs), lastsMs: r.whole(1 * HOUR, liveMs) }
        : null,
    spendsAtMs: r.chance(0.5) ? times(3) : [],
    returnsAtMs: r.chance(0.35) ? times(3) : [],
    poor: r.chance(0.1)
      ? { fromMs: r.whole(0, busyMs), untilMs: Math.min(liveMs, 40 * MINUTE) }
      : null,
    ...lessonsOf(new Random(seed, 10), busyMs),
    receivers: receiversOf(new Random(seed, 21), busyMs),
    operator: new Random(seed, 26).chance(0.35),
  };
}

function refundHabits(r: Random): Pick<FarHabits, 'wholeOnly' | 'refundVisibleMs' | 'tooMuch'> {
  return {
    wholeOnly: r.chance(0.06),
    refundVisibleMs: r.pick([0, 0, 4_000, 9_500]),
    tooMuch: r.pick(['REASON_TRADE_REFUND_FEE_ERR', 'INVALID_PARAMETER']),
  };
}

function billsOf(r: Random): readonly [BillPlan, ...BillPlan[]] {
  const bill = (n: number): BillPlan => {
    const billType = r.pick(['1', '7', '7', '2', '3', '4', '5', '6', '2']);
    const spellings = [`AB-${n}`, `ab-${n}`, `AB-${n}  `] as const;
    return {
      spellings: r.chance(0.3) ? spellings : [spellings[0]],
      billType,
      amounts: r.chance(0.6) ? ['10.00', '5.50'] : ['88.88'],
      cards: billType === '7' ? (r.chance(0.3) ? ['C1', 'C2'] : ['C1']) : [],
    };
  };
  return [bill(1), ...Array.from({ length: r.whole(0, 3) }, (_each, i) => bill(i + 2))];
}

/** Deliverers are dear to play: few stories have them. */
function receiversOf(r: Random, busyMs: number): ReceiversPlan | null {
  if (!r.chance(TOLD)) return null;
  const fromMs = r.whole(0, busyMs);
  const untilMs = fromMs + r.pick([30_000, 10 * MINUTE, 2 * HOUR]);
  const bothMs = r.whole(0, busyMs / 2);
  const theirsMs = bothMs + r.whole(120_000, 4 * MINUTE);
  const changeAtMs = [bothMs, theirsMs, theirsMs + r.whole(20_000, MINUTE)] as const;
  return {
    deaf: r.chance(0.3) ? { fromMs, untilMs } : null,
    changeAtMs: r.chance(0.4) ? changeAtMs : null,
  };
}

/** What the field has taught. */
function lessonsOf(r: Random, busyMs: number): Pick<Plan, 'skewMs' | 'strangersAtMs' | 'frozen'> {
  const fromMs = r.whole(0, busyMs);
  return {
    skewMs: r.chance(0.5) ? r.whole(-2 * MINUTE, 2 * MINUTE) : 0,
    strangersAtMs: r.chance(0.1) ? [r.whole(1_000, busyMs)] : [],
    frozen: r.chance(0.15) ? { fromMs, untilMs: fromMs + r.whole(10_000, 20 * MINUTE) } : null,
  };
}

function jumpsOf(r: Random, busyMs: number): Jump[] {
  // Claims last seconds, codes minutes: a jump of their size does more than one of hours.
  const most = r.pick([5 * MINUTE, 5 * MINUTE, 5 * MINUTE, 15 * MINUTE, 2 * HOUR]);
  return Array.from({ length: r.whole(1, 3) }, () => ({
    atMs: r.whole(0, busyMs + 5 * MINUTE),
    aheadMs: r.chance(0.3) ? 0 : r.whole(-most, most),
  }));
}
