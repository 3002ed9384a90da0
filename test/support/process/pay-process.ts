import { systemRandomness } from '../../../src/config/system-clock';
import type { PayOutcome } from '../../../src/domain/ports/payment-gateway';
import type { Payment } from '../../../src/domain/receipt/receipt';
import { ApplyOutcome } from '../../../src/pay/outcome/apply-outcome.service';
import { BarCode } from '../../../src/pay/operations/bar-code.service';
import { BeginOrders } from '../../../src/pay/charge/begin-orders.service';
import { CancelPayment } from '../../../src/pay/operations/cancel.service';
import { Charges } from '../../../src/pay/charge/charges.service';
import { ClockWatch } from '../../../src/pay/sweep/clock-watch';
import { CodeRequests } from '../../../src/pay/charge/code-requests.service';
import { ForeignRefunds } from '../../../src/pay/mend/foreign-refunds.service';
import { Mend } from '../../../src/pay/mend/mend.service';
import { Release } from '../../../src/pay/mend/release.service';
import { Notify } from '../../../src/pay/notify/notify.service';
import { QueryPayment } from '../../../src/pay/operations/query.service';
import { Refresh } from '../../../src/pay/outcome/refresh.service';
import { RefundPayment } from '../../../src/pay/refund/refund.service';
import { DuplicateRefund } from '../../../src/pay/refund/duplicate-refund.service';
import { RefundLook, RefundSweep } from '../../../src/pay/refund/refund-sweep';
import { RefundWork } from '../../../src/pay/refund/refund-work.service';
import { ScanCode } from '../../../src/pay/operations/scan-code.service';
import { Sweep } from '../../../src/pay/sweep/sweep.service';
import { SweepLook } from '../../../src/pay/sweep/sweep-look';
import { UnderWay } from '../../../src/pay/outcome/under-way';
import { Undo } from '../../../src/pay/outcome/undo.service';
import type { FreshBooks } from '../../database/books';
import { aPayment } from '../../database/books';
import type { FakeGateway } from '../far-side/fake-gateway';
import type { ManualClock } from '../manual-clock';

/** The numbers the pay operations of the tests follow. */
export const SETTINGS = {
  codeMinutes: 120,
  tradePrefix: '3pzz',
  repeatGuardMs: 120_000,
  channelTimeoutMs: 5_000,
  sweepPeriodMs: 5_000,
  refundDuplicates: 'auto' as 'auto' | 'ask',
};

/** Alipay knows no such trade, and does not tell its time. */
export const NOT_EXIST: PayOutcome = { kind: 'notExist', channelTimeMs: null };
/** A guest has scanned. */
export const PENDING: PayOutcome = { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' };
/** Ended without money. */
export const CLOSED: PayOutcome = { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: null };

/** Paid as asked, under a fresh trade number. */
export function paidAs(payment: Payment = aPayment()): PayOutcome {
  return { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment };
}

/** The answer to a cancel that was accepted. */
export function undone(action: 'close' | 'refund' | 'none') {
  return { kind: 'done', action } as const;
}

/** Alipay cancels it no more. */
export const TOO_LATE = { kind: 'tooLate', cause: 'ACQ.TRADE_CANCEL_TIME_OUT' } as const;

/** The use cases as one process has them. */
export interface PayProcess {
  readonly applyOutcome: ApplyOutcome;
  readonly scan: ScanCode;
  readonly barCode: BarCode;
  readonly query: QueryPayment;
  readonly cancel: CancelPayment;
  readonly undo: Undo;
  readonly sweep: Sweep;
  readonly notify: Notify;
  readonly refund: RefundPayment;
  readonly refundSweep: RefundSweep;
  readonly mend: Mend;
  readonly release: Release;
}

/** A process of its own: two of them on the same books share nothing but these. */
export function payProcess(
  { repositories, openReceipts, alarms, refunds, reading }: FreshBooks,
  gateway: FakeGateway,
  clock: ManualClock,
  settings = SETTINGS,
): PayProcess {
  const underWay = new UnderWay(clock);
  const applyOutcome = new ApplyOutcome(repositories, clock, gateway, underWay);
  const refresh = new Refresh(gateway, applyOutcome);
  const undo = new Undo(repositories, gateway, clock, applyOutcome, underWay);
  const watch = new ClockWatch(gateway, clock, alarms);
  const look = new SweepLook(gateway, clock, refresh, undo, underWay);
  const charges = new Charges(repositories, gateway, underWay, applyOutcome, refresh);
  const orders = new BeginOrders(gateway, SETTINGS, clock, systemRandomness);
  const codes = new CodeRequests(repositories, gateway, SETTINGS, clock, refresh);
  const work = new RefundWork(refunds, gateway, repositories, settings, clock);
  const foreign = new ForeignRefunds(refunds, gateway, clock, applyOutcome, work);
  const duplicates = new DuplicateRefund(refunds, settings, clock, work);
  const refundLook = new RefundLook(work, duplicates);
  return {
    applyOutcome,
    undo,
    mend: new Mend(refunds, clock, refresh, foreign),
    release: new Release(gateway, alarms, reading, clock, applyOutcome),
    scan: new ScanCode(repositories, orders, codes, undo),
    barCode: new BarCode(repositories, orders, charges, undo, clock),
    query: new QueryPayment(repositories, clock, refresh),
    cancel: new CancelPayment(repositories, clock, undo, duplicates),
    sweep: new Sweep(openReceipts, clock, systemRandomness, look, watch),
    refund: new RefundPayment(repositories, refunds, clock, refresh, work),
    refundSweep: new RefundSweep(refunds, settings, clock, systemRandomness, refundLook),
    notify: new Notify(gateway, openReceipts, alarms, clock, applyOutcome),
  };
}
