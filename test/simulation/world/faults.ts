import { draw, textHash } from '../run/random';
import type { Random } from '../run/random';

/** How long a statement or a commit is delayed at most. ms */
export const LONGEST_DELAY_MS = 8_000;

/** What can go wrong at a point where the service touches the outside. */
export type FaultKind =
  | 'errorBefore' // It fails, and nothing was done.
  | 'errorDuring' // One statement inside the unit fails.
  | 'errorAfter' // It was done, and the caller sees a failure.
  | 'delay' // It takes long.
  | 'late' // The deadline passes first; the effect comes later.
  | 'duplicate' // It arrives twice.
  | 'stale' // The answer is an older true one.
  | 'reorder' // It arrives after what was sent later.
  | 'lost' // It never arrives.
  | 'wrongAmount' // It names another amount.
  | 'unverified' // Its signature does not hold.
  | 'refused' // It is refused for now.
  | 'crashBefore'
  | 'crashDuring'
  | 'crashAfter';

const UNIT: readonly FaultKind[] = [
  'errorBefore',
  'errorDuring',
  'errorAfter',
  'delay',
  'crashBefore',
  'crashDuring',
  'crashAfter',
];

const UNITS = [
  'begin',
  'lease',
  'release',
  'giveCode',
  'pay',
  'close',
  'undo',
  'intendUndo',
  'undoForOperator',
  'beginRefund',
  'refundInFull',
  'refundInPart',
  'endRefund',
  'beginRefund+refundInFull',
  'pay+beginRefund+refundInFull',
  'fail',
  'countCancel',
  'countCancelAnswer',
  'noteChannel',
  'raise',
  'lateLook',
  'markTold',
  'alarm',
  'claimDue',
  'settleClaim',
  'wake',
  'xposRequest',
  'saveRefund',
  'beginOwed',
  'leaveOwed',
  'countRefund',
  'settleRefund',
  'claimRefunds',
  'settleRefundClaim',
  'callbackNumbers',
  'callbackClaim',
  'callbackTry',
  'callbackTried',
] as const;

/** Every named I/O point with the faults that are defined there: the cells of the matrix. */
export const CELLS: ReadonlyMap<string, readonly FaultKind[]> = new Map<
  string,
  readonly FaultKind[]
>([
  ...UNITS.map((name): [string, readonly FaultKind[]] => [`unit ${name}`, UNIT]),
  // So seldom that nothing is asked of them.
  ['unit pay+refundInPart', []],
  ['unit beginRefund+refundInPart', []],
  ['unit leaveOwed', []],
  ['read', ['errorBefore', 'delay', 'crashBefore', 'crashAfter']],
  ['commit', ['errorBefore', 'errorAfter', 'delay', 'crashBefore', 'crashAfter']],
  [
    'requestCode',
    [
      'errorBefore',
      'errorAfter',
      'late',
      'delay',
      'duplicate',
      'unverified',
      'refused',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  [
    'pay',
    [
      'errorBefore',
      'errorAfter',
      'late',
      'delay',
      'duplicate',
      'wrongAmount',
      'unverified',
      'refused',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  [
    'query',
    [
      'errorBefore',
      'errorAfter',
      'late',
      'delay',
      'duplicate',
      'stale',
      'wrongAmount',
      'unverified',
      'refused',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  [
    'cancel',
    [
      'errorBefore',
      'errorAfter',
      'late',
      'delay',
      'duplicate',
      'unverified',
      'refused',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  [
    'refund',
    [
      'errorBefore',
      'errorAfter',
      'late',
      'delay',
      'duplicate',
      'unverified',
      'refused',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  [
    'refundQuery',
    [
      'errorBefore',
      'errorAfter',
      'late',
      'delay',
      'stale',
      'wrongAmount',
      'unverified',
      'refused',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  [
    'notify',
    [
      'lost',
      'duplicate',
      'delay',
      'reorder',
      'wrongAmount',
      'unverified',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  // Only after a clock was set back for a day, and at a stop.
  ['unit callbackWake', []],
  ['unit callbackRelease', []],
  [
    'callback',
    [
      'lost',
      'errorBefore',
      'errorAfter',
      'late',
      'delay',
      'refused',
      'crashBefore',
      'crashDuring',
      'crashAfter',
    ],
  ],
  ['reply', ['lost', 'errorAfter', 'delay', 'crashBefore', 'crashAfter']],
]);

/** A fault that is about to happen. */
export interface Fault {
  readonly kind: FaultKind;
  /** Where in its range the fault lies, in [0, 1). */
  readonly size: number;
  /** Counts it once it has really happened. */
  readonly hit: () => void;
}

/** How a point was passed so far. */
interface Passages {
  times: number;
  readonly place: number;
  /** One for each kind that is defined there. */
  readonly rates: readonly number[];
}

/** How often a fault happens at a point. */
export type Rate = (point: string, kind: FaultKind) => number;

const MAX_CRASHES = 8;

/** Few stories have deliverers: faults have to be frequent there. */
const DELIVERY_RATE = 3;

/** A point that only deliverers pass. */
function isDelivery(point: string): boolean {
  return /^(?:unit )?callback/.test(point);
}

/** Passed so seldom that faults have to be frequent there. */
const SELDOM: ReadonlySet<string> = new Set([
  'unit lease',
  'unit release',
  'unit close',
  'unit fail',
  'unit xposRequest',
  'unit beginRefund',
  'unit refundInFull',
  'unit refundInPart',
  'unit endRefund',
  'unit raise',
  'unit undoForOperator',
  'unit beginRefund+refundInFull',
  'unit pay+beginRefund+refundInFull',
  'unit saveRefund',
  'unit beginOwed',
  'unit leaveOwed',
  'unit countRefund',
  'unit settleRefund',
]);

/** Where several faults in a row hurt most, and where every fault would be none. */
const REFUND_CALLS: ReadonlySet<string> = new Set(['refund', 'refundQuery']);

/**
 * The faults of one story. Whether the n-th passage of a point fails depends on nothing but the
 * seed, the point and n, so that a fault can be left out and the others stay.
 */
export class Faults {
  /** Off in the liveness phase. */
  enabled = true;
  /** The labels of the faults that happened, `point/kind#n`. */
  readonly happened: string[] = [];
  /** Points the product touched that are not in the table. */
  readonly unlisted = new Set<string>();
  private readonly passages = new Map<string, Passages>();
  private crashes = 0;

  constructor(
    private readonly seed: number,
    private readonly rate: Rate,
    private readonly dropped: ReadonlySet<string>,
  ) {}

  /** The fault of this passage, or null. */
  draw(point: string): Fault | null {
    const kinds = CELLS.get(point);
    if (!kinds) {
      this.unlisted.add(point);
      return null;
    }
    const passages = this.passages.get(point) ?? this.firstPassage(point, kinds);
    passages.times += 1;
    if (!this.enabled) return null;
    const { times: n, place, rates } = passages;
    let left = draw(this.seed, place, n);
    for (const [i, kind] of kinds.entries()) {
      left -= rates[i] ?? 0;
      if (left >= 0) continue;
      return this.make(`${point}/${kind}`, kind, n, draw(this.seed, place, n, 1));
    }
    return null;
  }

  private firstPassage(point: string, kinds: readonly FaultKind[]): Passages {
    const rates = kinds.map((kind) => this.rate(point, kind));
    const passages = { times: 0, place: textHash(point), rates };
    this.passages.set(point, passages);
    return passages;
  }

  private make(cell: string, kind: FaultKind, n: number, size: number): Fault | null {
    const label = `${cell}#${n}`;
    if (this.dropped.has(cell) || this.dropped.has(label)) return null;
    if (kind.startsWith('crash')) {
      if (this.crashes >= MAX_CRASHES) return null;
      this.crashes += 1;
    }
    return { kind, size, hit: () => void this.happened.push(label) };
  }
}

/** How often faults happen in one story: some are calm, some wild, some wild at a few points. */
export function ratesOf(random: Random): Rate {
  const mood = random.fraction();
  if (mood < 0.12) return () => 0;
  const everywhere = mood < 0.5 ? 0.002 : mood < 0.8 ? 0.01 : 0.03;
  const points = [...CELLS.keys()].filter((point) => !isDelivery(point));
  const hot = new Map<string, number>();
  for (let i = random.whole(0, 3); i > 0; i -= 1) {
    const point = points[random.whole(0, points.length - 1)] ?? 'query';
    hot.set(point, 0.3 / (CELLS.get(point)?.length ?? 1) + 0.02);
  }
  const seldom = random.chance(0.5) ? 0.1 : everywhere;
  const ofRefunds = random.chance(0.5) ? 0.04 : everywhere;
  return (point, kind) => {
    if (SELDOM.has(point)) return hot.get(point) ?? seldom;
    if (isDelivery(point)) return crashesLess(kind, DELIVERY_RATE * everywhere);
    const usual = REFUND_CALLS.has(point) ? ofRefunds : everywhere;
    // What travels and is refused meanwhile is what "finally refused" rests on.
    if (point === 'refund' && kind === 'late') return 3 * usual;
    const rate = hot.get(point) ?? usual;
    return crashesLess(kind, rate);
  };
}

/** Who is dead does nothing: crashes are more seldom than the rest. */
function crashesLess(kind: FaultKind, rate: number): number {
  return kind.startsWith('crash') ? rate / 3 : rate;
}
