import { NOW_MS } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import { refundDue } from './refund-due';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

it.each([
  ['query', 0, 10],
  ['query', 2 * MINUTE, 30],
  ['query', 60 * MINUTE, 60],
  ['query', -2 * MINUTE, 30], // Queued in the future: the clock was set back.
  ['send', 60 * MINUTE, 3],
  ['sendLater', 0, 30],
  ['sendLater', 60 * MINUTE, 900],
  ['sendLater', 24 * 60 * MINUTE, 3_600],
] as const)('to %s a refund of %d ms waits %d s', (next, ageMs, waitSeconds) => {
  const refund = aRefund({ queuedAtMs: NOW_MS - ageMs });
  const plan = { kind: 'wait', next, givenUp: null, alarm: null } as const;
  expect(refundDue(refund, plan, NOW_MS)).toBe(NOW_MS + waitSeconds * SECOND);
});
