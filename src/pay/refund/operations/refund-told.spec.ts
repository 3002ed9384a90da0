import { aReceipt, NOW_MS } from '../../../../test/support/books/a-receipt';
import { aRefund } from '../../../../test/support/books/a-refund';
import { fen } from '../../../domain/money';
import type { Refund } from '../../../domain/refund/refund';
import { REFUND_RESULTS } from './refund-samples';
import { LONG_PENDING_MS, refundTag, refundText } from './refund-told';

const OLD = { queuedAtMs: NOW_MS - LONG_PENDING_MS - 1 };
const FINISHED = 'refused: 40004 ACQ.TRADE_HAS_FINISHED';

describe('the tag of a refund', () => {
  it.each([
    ['queued', '0'],
    ['asked', '1'],
    ['done', '2'],
    ['failed', '9'],
  ] as const)('%s is told as %s, amounts with two decimals', (state, refundstatus) => {
    const receipt = aReceipt({ refunded: fen(5_000) });
    const refund = aRefund({ state });
    expect(refundTag({ receipt, refund, refunds: [refund] })).toEqual({
      billnum: 'T20261122001',
      autoid: '98|0|1',
      batchno: 'B1',
      refundstatus,
      refundvalue: '33.33',
      refundedtotal: '50.00',
    });
  });
});

describe('the text of a refund', () => {
  it.each<[what: string, changes: Partial<Refund>, told: string]>([
    ['done', { state: 'done', ...OLD }, 'ok'],
    ['pending', { state: 'queued' }, 'query it again, and give no cash'],
    ['pending for a day', { queuedAtMs: NOW_MS - LONG_PENDING_MS }, 'query it again'],
    ['pending for longer', OLD, 'for more than 24 hours: tell the operator, and give no cash'],
    ['waiting for money', { lastWord: 'balanceShort: 40004 ACQ.X' }, 'goes on by itself, give no'],
    ['waiting for money too long', { lastWord: 'balanceShort: x', ...OLD }, '24 hours'],
    ['given up', { lastWord: 'balanceShort: x', givenUp: 'refused' }, 'query it'],
    ['withdrawn meanwhile', { ...OLD, givenUp: 'withdrawn' }, 'give no cash yet'],
    ['refused', { state: 'failed', lastWord: FINISHED }, 'the trade is finished'],
    ['refused anew', { state: 'failed', lastWord: 'refused: 40004 ACQ.X' }, 'nothing went'],
    ['proved', { state: 'failed', givenUp: 'refused', lastWord: FINISHED }, 'finished'],
    ['too much', { state: 'failed', givenUp: 'disagrees', lastWord: FINISHED }, 'holds less than'],
    ['withdrawn', { state: 'failed', givenUp: 'withdrawn', ...OLD }, 'an operator withdrew'],
  ])('%s', (_what, changes, told) => {
    const text = refundText(aRefund(changes), NOW_MS);
    expect(text).toContain(told);
    if (told !== 'ok') expect(text).toMatch(/^\p{Script=Han}.*\(.+\)$/u);
  });

  it('of the documents is what is told', () => {
    const refused = aRefund({ state: 'failed', lastWord: FINISHED });
    expect(REFUND_RESULTS.map(({ errmsg }) => errmsg)).toEqual([
      undefined,
      refundText(refused, NOW_MS),
    ]);
  });
});
