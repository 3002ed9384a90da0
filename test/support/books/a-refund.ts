import { fen } from '../../../src/domain/money';
import type { Refund } from '../../../src/domain/refund/refund';
import { NOW_MS } from './a-receipt';

/** A refund of 33.33 that was sent once and not answered yet; `changes` make it another. */
export function aRefund(changes: Partial<Refund> = {}): Refund {
  return {
    id: 1,
    receiptRowId: 1,
    batchNo: 'B1',
    amount: fen(3_333),
    state: 'asked',
    cause: 'caller',
    outRequestNo: 'no-of-B1',
    operatorNo: null,
    reason: null,
    caller: 'desk-1',
    tries: 1,
    answered: 0,
    askedAtMs: NOW_MS,
    answeredAtMs: null,
    lastWord: null,
    givenUp: null,
    queuedAtMs: NOW_MS - 1_000,
    endedAtMs: null,
    refundedAtMs: null,
    ...changes,
  };
}
