import { aReceipt } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import { fen } from '../money';
import type { Receipt } from '../receipt/receipt';
import type { ReceiptState } from '../receipt/receipt-state';
import { OWED_REST_MS, decideOwed } from './decide-owed';
import type { OwedAsker } from './decide-owed';
import { DUPLICATE_BATCH } from './refund';
import type { Refund } from './refund';

const T0 = 1_790_000_000_000;
const payment = { tradeNo: '2026', amount: fen(8_888), buyer: null, paidAtMs: null };
const duplicate = aReceipt({ state: 'paid', duplicate: true, payment });
const OWED = aRefund({
  batchNo: DUPLICATE_BATCH,
  amount: fen(8_888),
  state: 'queued',
  cause: 'duplicate',
  queuedAtMs: T0,
});

/** What differs from a duplicate that may go back now. */
interface Case {
  readonly receipt?: Partial<Receipt>;
  readonly refund?: Partial<Refund>;
  readonly rivals?: readonly ReceiptState[];
  readonly asker?: OwedAsker;
  readonly afterMs?: number;
}

/** What becomes of it, in few words. */
function owed({ receipt, refund, rivals = ['paid'], asker = 'sweep', afterMs }: Case = {}): string {
  const view = { receipt: { ...duplicate, ...receipt }, refunds: [{ ...OWED, ...refund }], rivals };
  const decision = decideOwed(view, asker, T0 + (afterMs ?? OWED_REST_MS));
  return decision.kind === 'later' ? `later ${decision.atMs - T0}` : decision.kind;
}

describe('what a duplicate is owed', () => {
  it('goes back by itself a minute after it was booked, while the other payment stands', () => {
    expect(owed()).toBe('begin');
    expect(owed({ afterMs: OWED_REST_MS - 1 })).toBe(`later ${OWED_REST_MS}`);
    expect(owed({ rivals: ['refunding', 'paid'] })).toBe('begin');
  });

  it('waits while the other one may go back, ever more seldom', () => {
    const wait = (afterMs: number) => owed({ rivals: ['refunding'], afterMs });
    expect(wait(60_000)).toBe('later 120000');
    expect(wait(400_000)).toBe('later 500000');
    expect(wait(86_400_000)).toBe('later 90000000');
  });

  it('is left to a person where nothing else of the bill is paid', () => {
    expect(owed({ rivals: [] })).toBe('leave');
    expect(owed({ rivals: [], asker: 'person' })).toBe('begin');
  });

  it('goes back at once, and whatever became of the other one, when a person wants it', () => {
    expect(owed({ asker: 'person', afterMs: 0, rivals: ['refunding'] })).toBe('begin');
  });

  it.each(['person', 'sweep'] as const)('waits for a cancel of it, %s', (asker) => {
    const receipt = { state: 'refunding', givingBack: 'cancel' } as const;
    expect(owed({ receipt, asker })).toBe('later 120000');
  });

  it.each(['person', 'sweep'] as const)('goes back once, %s', (asker) => {
    const receipt = { state: 'refunding', givingBack: 'refund' } as const;
    expect(owed({ receipt, asker })).toBe('begun');
    expect(owed({ receipt, refund: { state: 'asked', batchNo: 'B1' }, asker })).toBe('begun');
    expect(owed({ receipt: { state: 'refunded' }, refund: { state: 'done' }, asker })).toBe(
      'begun',
    );
    expect(owed({ receipt: { state: 'refunded' }, asker })).toBe('leave');
  });

  it.each(['person', 'sweep'] as const)('is left when a part went back elsewhere, %s', (asker) => {
    expect(owed({ receipt: { refunded: fen(1) }, asker })).toBe('leave');
  });

  it('is nothing any more once it was finally refused, and never was of other receipts', () => {
    expect(owed({ refund: { state: 'failed' }, asker: 'person' })).toBe('nothing');
    expect(owed({ refund: { cause: 'caller' } })).toBe('nothing');
  });
});
