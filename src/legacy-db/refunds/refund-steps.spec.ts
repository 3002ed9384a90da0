import { aReceipt } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import { fen } from '../../domain/money';
import type { RefundCase } from '../../domain/ports/refunds';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import type { Refund } from '../../domain/refund/refund';
import { beginStep, doneSteps, failedStep, heldWithout, lateStep } from './refund-steps';

/** A refund of 10.00 of a receipt of 88.88, and others beside it. */
function aCase(
  state: ReceiptState,
  refunded = 0,
  ...others: Partial<Refund>[]
): RefundCase & { refund: Refund } {
  const refund = aRefund({ amount: fen(1_000) });
  const refunds = [refund, ...others.map((one, nth) => aRefund({ id: nth + 2, ...one }))];
  const receipt = aReceipt({ state, givingBack: 'refund', refunded: fen(refunded) });
  return { receipt, refund, refunds };
}

const OTHER = { amount: fen(500) } as const;
const ENDED = { ...OTHER, state: 'failed' } as const;

/** A step in few words: the event, the total, the part and what the card has given up. */
function inWords(step: ReceiptStep | null): string {
  if (step === null) return '-';
  const { event, refunded, part } = step;
  return `${event} ${refunded ?? '-'} ${part?.amount}/${part?.held}`;
}

describe('the steps of a receipt whose refund went back', () => {
  it.each<[string, RefundCase, number, string[]]>([
    [
      'the only one',
      aCase('refunding'),
      0,
      ['refundInPart 1000 1000/1000', 'endRefund - 1000/1000'],
    ],
    [
      'behind another',
      aCase('refunding', 500),
      0,
      ['refundInPart 1500 1000/1000', 'endRefund - 1000/1000'],
    ],
    ['beside another', aCase('refunding', 0, OTHER), 0, ['refundInPart 1000 1000/1500']],
    [
      'beside one that failed',
      aCase('refunding', 0, ENDED),
      0,
      ['refundInPart 1000 1000/1000', 'endRefund - 1000/1000'],
    ],
    ['the last', aCase('refunding', 7_888), 0, ['refundInFull 8888 1000/1000']],
    ['more than is left', aCase('refunding', 8_000), 0, ['refundInFull 8888 1000/1000']],
    ['from a receipt that is paid', aCase('paid'), 0, ['refundInPart 1000 1000/1000']],
    ['after all went back', aCase('refunded', 8_888), 0, []],
    [
      'with some gone elsewhere',
      aCase('refunding'),
      300,
      ['refundInPart 1000 1000/1000', 'refundInPart 1300 300/1000', 'endRefund - 1000/1000'],
    ],
    [
      'with the rest gone elsewhere',
      aCase('refunding'),
      9_999,
      ['refundInPart 1000 1000/1000', 'refundInFull 8888 7888/1000'],
    ],
    ['the last, and told of more', aCase('refunding', 7_888), 300, ['refundInFull 8888 1000/1000']],
  ])('%s', (_what, found, elsewhere, expected) => {
    const plan = { kind: 'done', refundedAtMs: null, elsewhere: fen(elsewhere) } as const;
    expect(doneSteps(found, plan).map(inWords)).toEqual(expected);
  });

  it('say what went back elsewhere in an alarm, and book it without a number', () => {
    const plan = { kind: 'done', refundedAtMs: null, elsewhere: fen(300) } as const;
    const [own, foreign] = doneSteps(aCase('refunding'), plan);
    expect(own).not.toHaveProperty('alarm');
    const alarm = { kind: 'foreignRefund', detail: '300 fen more than ours went back' };
    expect(foreign).toMatchObject({ foreignRequestNo: null, alarm });
  });
});

it('a refund begins with the card giving up all that is pending or went back', () => {
  const found = aCase('paid', 0, OTHER, { ...OTHER, state: 'done' }, ENDED);
  expect(inWords(beginStep(found))).toBe('beginRefund - 1000/2000');
});

describe('the step of a receipt whose refund ended without money', () => {
  it.each<[string, RefundCase, string]>([
    ['the only one', aCase('refunding'), 'endRefund - 1000/0'],
    [
      'behind one that is done',
      aCase('refunding', 500, { ...OTHER, state: 'done' }),
      'endRefund - 1000/500',
    ],
    ['beside another', aCase('refunding', 0, OTHER), '-'],
    ['of a receipt that is refunded', aCase('refunded', 8_888), '-'],
    ['of a receipt that is paid', aCase('paid'), '-'],
  ])('%s', (_what, found, expected) => {
    expect(inWords(failedStep(found))).toBe(expected);
  });

  it('leaves the card what the others hold', () => {
    expect(heldWithout(aCase('refunding', 0, OTHER, ENDED))).toBe(500);
  });
});

describe('the step of money that went back after its refund had ended', () => {
  const alarm = { kind: 'foreignRefund', detail: 'late' } as const;

  it.each<[string, RefundCase, string]>([
    ['paid', aCase('paid'), 'refundInPart 1000 1000/1000'],
    ['refunding', aCase('refunding', 500), 'refundInPart 1500 1000/1000'],
    ['all of it by now', aCase('paid', 7_888), 'refundInFull 8888 1000/1000'],
    ['more than is left', aCase('paid', 8_800), 'refundInFull 8888 1000/1000'],
    ['refunded', aCase('refunded', 8_888), '-'],
    ['cancelled', aCase('cancelled'), '-'],
  ])('%s', (_what, found, expected) => {
    const step = lateStep(found, { kind: 'late', refundedAtMs: null, alarm });
    expect(inWords(step)).toBe(expected);
    if (step !== null) expect(step).toMatchObject({ foreignRequestNo: 'no-of-B1', alarm });
  });
});
