import { SAMPLE_TERMS } from '../../../test/simulator/samples';
import {
  atTime,
  ended,
  giveUp,
  isCodeExpired,
  newOrder,
  nextStage,
  Order,
  pay,
  REFUND_WINDOW_MS,
  scan,
  Stage,
  Step,
  Terms,
  TradeEvent,
  withCode,
} from './trades';

const HOUR = 3_600_000;
const TRADE_NO = '2026112222000000000000000001';

function coded(terms: Partial<Terms> = {}): Order {
  return withCode(newOrder('N1', { ...SAMPLE_TERMS, ...terms }, 0), 'code', 0);
}

function after(step: Step): Order {
  if (!step.ok) throw new Error(step.why);
  return step.order;
}

/** Every stage with every event: what a colleague at the desk can check. */
const TABLE = `
  NOT_SCANNED     scan        WAIT_BUYER_PAY
  NOT_SCANNED     giveUp      -
  NOT_SCANNED     pay         -
  NOT_SCANNED     timeout     -
  NOT_SCANNED     close       -
  NOT_SCANNED     cancel      CANCELLED
  NOT_SCANNED     refundPart  -
  NOT_SCANNED     refundAll   -
  NOT_SCANNED     finish      -
  CANCELLED       scan        -
  CANCELLED       giveUp      -
  CANCELLED       pay         -
  CANCELLED       timeout     -
  CANCELLED       close       -
  CANCELLED       cancel      CANCELLED
  CANCELLED       refundPart  -
  CANCELLED       refundAll   -
  CANCELLED       finish      -
  WAIT_BUYER_PAY  scan        WAIT_BUYER_PAY
  WAIT_BUYER_PAY  giveUp      WAIT_BUYER_PAY
  WAIT_BUYER_PAY  pay         TRADE_SUCCESS
  WAIT_BUYER_PAY  timeout     TRADE_CLOSED
  WAIT_BUYER_PAY  close       TRADE_CLOSED
  WAIT_BUYER_PAY  cancel      TRADE_CLOSED
  WAIT_BUYER_PAY  refundPart  -
  WAIT_BUYER_PAY  refundAll   -
  WAIT_BUYER_PAY  finish      -
  TRADE_SUCCESS   scan        -
  TRADE_SUCCESS   giveUp      -
  TRADE_SUCCESS   pay         -
  TRADE_SUCCESS   timeout     -
  TRADE_SUCCESS   close       -
  TRADE_SUCCESS   cancel      TRADE_CLOSED
  TRADE_SUCCESS   refundPart  TRADE_SUCCESS
  TRADE_SUCCESS   refundAll   TRADE_CLOSED
  TRADE_SUCCESS   finish      TRADE_FINISHED
  TRADE_FINISHED  scan        -
  TRADE_FINISHED  giveUp      -
  TRADE_FINISHED  pay         -
  TRADE_FINISHED  timeout     -
  TRADE_FINISHED  close       -
  TRADE_FINISHED  cancel      -
  TRADE_FINISHED  refundPart  -
  TRADE_FINISHED  refundAll   -
  TRADE_FINISHED  finish      -
  TRADE_CLOSED    scan        -
  TRADE_CLOSED    giveUp      -
  TRADE_CLOSED    pay         -
  TRADE_CLOSED    timeout     -
  TRADE_CLOSED    close       -
  TRADE_CLOSED    cancel      TRADE_CLOSED
  TRADE_CLOSED    refundPart  -
  TRADE_CLOSED    refundAll   -
  TRADE_CLOSED    finish      -`;

describe('the state machine', () => {
  const rows = TABLE.trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/));

  it('is tested in every stage with every event', () => {
    expect(new Set(rows.map(([stage, event]) => `${stage} ${event}`)).size).toBe(6 * 9);
  });

  it.each(rows)('%s + %s = %s', (stage, event, expected) => {
    const next = nextStage(stage as Stage, event as TradeEvent);
    expect(next ?? '-').toBe(expected);
  });
});

describe('a guest', () => {
  it('makes the trade by scanning, and pays it', () => {
    const waiting = after(scan(coded(), TRADE_NO, HOUR));
    expect(waiting).toMatchObject({
      stage: 'WAIT_BUYER_PAY',
      tradeNo: TRADE_NO,
      createdAtMs: HOUR,
      endsAtMs: 4 * HOUR,
      buyerPresent: true,
    });
    expect(after(pay(waiting, 2 * HOUR))).toMatchObject({
      stage: 'TRADE_SUCCESS',
      paidAtMs: 2 * HOUR,
    });
  });

  it('keeps the trade when scanning again', () => {
    const waiting = after(scan(coded(), TRADE_NO, HOUR));
    expect(after(scan(waiting, 'another', 2 * HOUR)).tradeNo).toBe(TRADE_NO);
  });

  it('who leaves must scan again before paying; the trade waits', () => {
    const left = after(giveUp(after(scan(coded(), TRADE_NO, 1))));
    expect(left.stage).toBe('WAIT_BUYER_PAY');
    expect(pay(left, 2)).toEqual({ ok: false, why: 'BUYER_LEFT' });
    expect(pay(after(scan(left, 'x', 2)), 3).ok).toBe(true);
  });

  const paid = after(pay(after(scan(coded(), TRADE_NO, 1)), 2));
  const closed = ended(after(scan(coded(), TRADE_NO, 1)), 'close', 2);
  const cancelled = ended(coded(), 'cancel', 2);
  it.each([
    ['pays without a scan', pay(coded(), 1), 'NOT_SCANNED'],
    ['gives up without a scan', giveUp(coded()), 'NOT_SCANNED'],
    ['scans a dead code', scan(coded(), TRADE_NO, 2 * HOUR), 'CODE_EXPIRED'],
    ['scans a paid code', scan(paid, TRADE_NO, 3), 'ALREADY_PAID'],
    ['pays twice', pay(paid, 3), 'ALREADY_PAID'],
    ['scans a closed code', scan(closed, TRADE_NO, 3), 'CLOSED'],
    ['pays a closed trade', pay(closed, 3), 'CLOSED'],
    ['scans a cancelled code', scan(cancelled, TRADE_NO, 3), 'CANCELLED'],
  ])('cannot: %s', (_what, step, why) => {
    expect(step).toEqual({ ok: false, why });
  });
});

describe('time', () => {
  it('ends an unscanned code after two hours, to the millisecond', () => {
    expect(isCodeExpired(coded(), 2 * HOUR - 1)).toBe(false);
    expect(isCodeExpired(coded(), 2 * HOUR)).toBe(true);
  });

  it('ends it earlier by time_expire or qr_code_timeout_express', () => {
    expect(coded({ timeExpireMs: HOUR }).codeEndsAtMs).toBe(HOUR);
    expect(coded({ codeTimeoutExpress: '5m' }).codeEndsAtMs).toBe(300_000);
    expect(coded({ timeExpireMs: 5 * HOUR }).codeEndsAtMs).toBe(2 * HOUR);
  });

  it('closes an unpaid trade at its timeout, counted from the scan', () => {
    const waiting = after(scan(coded({ timeoutExpress: '10m' }), TRADE_NO, HOUR));
    expect(atTime(waiting, HOUR + 599_999)).toBe(waiting);
    expect(atTime(waiting, HOUR + 600_000)).toMatchObject({
      stage: 'TRADE_CLOSED',
      endedBy: 'timeout',
      closedAtMs: HOUR + 600_000,
    });
  });

  it('lets time_expire beat timeout_express', () => {
    const terms = { timeExpireMs: HOUR, timeoutExpress: '15d' };
    expect(after(scan(coded(terms), TRADE_NO, 1)).endsAtMs).toBe(HOUR);
  });

  it('finishes a paid trade when the refund window is over', () => {
    const paid = after(pay(after(scan(coded(), TRADE_NO, 1)), 2));
    expect(atTime(paid, 1 + REFUND_WINDOW_MS).stage).toBe('TRADE_SUCCESS');
    expect(atTime(paid, 2 + REFUND_WINDOW_MS).stage).toBe('TRADE_FINISHED');
  });
});
