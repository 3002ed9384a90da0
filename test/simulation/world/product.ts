import { Logger } from '@nestjs/common';
import { ReceiverLoop } from '../../../src/callbacks/delivery/receiver-loop';
import { TryCounts } from '../../../src/callbacks/delivery/try-counts';
import { CallbackStore } from '../../../src/legacy-db/callbacks/callback-store';
import { OutboxWriter } from '../../../src/legacy-db/callbacks/callback-writer';
import { ERRORS, PayError } from '../../../src/domain/errors';
import { onceByWriting } from '../../../src/legacy-db/sql/carry-out';
import { OpenReceiptsStore } from '../../../src/legacy-db/books/open-receipts-store';
import { receiptRepositories } from '../../../src/legacy-db/systems/receipt-repositories';
import { SqliteDatabase } from '../../../src/legacy-db/sqlite/sqlite-database';
import { XposRequestStore } from '../../../src/legacy-db/books/xpos-request-store';
import { ApplyOutcome } from '../../../src/pay/outcome/apply-outcome.service';
import { BarCode } from '../../../src/pay/operations/bar-code.service';
import { BeginOrders } from '../../../src/pay/charge/begin-orders.service';
import { CancelPayment } from '../../../src/pay/operations/cancel.service';
import { Charges } from '../../../src/pay/charge/charges.service';
import { CodeRequests } from '../../../src/pay/charge/code-requests.service';
import { Notify } from '../../../src/pay/notify/notify.service';
import { PayController } from '../../../src/pay/operations/pay.controller';
import { QueryPayment } from '../../../src/pay/operations/query.service';
import { Release } from '../../../src/pay/mend/release.service';
import { ReceiptReadingStore } from '../../../src/legacy-db/reading/receipt-reading-store';
import { Refresh } from '../../../src/pay/outcome/refresh.service';
import { ScanCode } from '../../../src/pay/operations/scan-code.service';
import { Sweep } from '../../../src/pay/sweep/sweep.service';
import { SweepRunner } from '../../../src/pay/sweep/sweep-runner';
import { Told } from '../../../src/pay/outcome/told.service';
import { Undo } from '../../../src/pay/outcome/undo.service';
import { XposPay } from '../../../src/xpos/operations/xpos-pay.service';
import { QueryStatus } from '../../../src/xpos/operations/query-status.service';
import { TopError } from '../../../src/xpos/top/top-errors';
import { AlarmStore } from '../../../src/legacy-db/books/alarm-store';
import { ClockWatch } from '../../../src/pay/sweep/clock-watch';
import { SweepLook } from '../../../src/pay/sweep/sweep-look';
import { UnderWay } from '../../../src/pay/outcome/under-way';
import type { Bug } from '../bugs/bug';
import { RefundStore } from '../../../src/legacy-db/refunds/refund-store';
import { RefundPayment } from '../../../src/pay/refund/refund.service';
import { DuplicateRefund } from '../../../src/pay/refund/duplicate-refund.service';
import { RefundLook, RefundSweep } from '../../../src/pay/refund/refund-sweep';
import { RefundWork } from '../../../src/pay/refund/refund-work.service';
import { PatchedSources } from '../bugs/patched-sources';

/** The production classes a process is wired of. */
export interface Product {
  readonly PayError: typeof PayError;
  readonly ERRORS: typeof ERRORS;
  readonly OpenReceiptsStore: typeof OpenReceiptsStore;
  readonly receiptRepositories: typeof receiptRepositories;
  readonly SqliteDatabase: typeof SqliteDatabase;
  readonly ApplyOutcome: typeof ApplyOutcome;
  readonly BarCode: typeof BarCode;
  readonly BeginOrders: typeof BeginOrders;
  readonly CancelPayment: typeof CancelPayment;
  readonly Charges: typeof Charges;
  readonly CodeRequests: typeof CodeRequests;
  readonly Notify: typeof Notify;
  readonly PayController: typeof PayController;
  readonly QueryPayment: typeof QueryPayment;
  readonly Refresh: typeof Refresh;
  readonly Release: typeof Release;
  readonly ReceiptReadingStore: typeof ReceiptReadingStore;
  readonly ScanCode: typeof ScanCode;
  readonly Sweep: typeof Sweep;
  readonly SweepRunner: typeof SweepRunner;
  readonly Told: typeof Told;
  readonly Undo: typeof Undo;
  readonly QueryStatus: typeof QueryStatus;
  readonly TopError: typeof TopError;
  readonly XposPay: typeof XposPay;
  readonly XposRequestStore: typeof XposRequestStore;
  readonly UnderWay: typeof UnderWay;
  readonly SweepLook: typeof SweepLook;
  readonly ClockWatch: typeof ClockWatch;
  readonly AlarmStore: typeof AlarmStore;
  readonly OutboxWriter: typeof OutboxWriter;
  readonly CallbackStore: typeof CallbackStore;
  readonly ReceiverLoop: typeof ReceiverLoop;
  readonly TryCounts: typeof TryCounts;
  readonly RefundStore: typeof RefundStore;
  readonly RefundPayment: typeof RefundPayment;
  readonly RefundSweep: typeof RefundSweep;
  readonly RefundWork: typeof RefundWork;
  readonly onceByWriting: typeof onceByWriting;
  readonly RefundLook: typeof RefundLook;
  readonly DuplicateRefund: typeof DuplicateRefund;
}

const AS_IT_IS: Product = {
  PayError,
  ERRORS,
  OpenReceiptsStore,
  receiptRepositories,
  SqliteDatabase,
  ApplyOutcome,
  BarCode,
  BeginOrders,
  CancelPayment,
  Charges,
  CodeRequests,
  Notify,
  PayController,
  QueryPayment,
  Refresh,
  Release,
  ReceiptReadingStore,
  ScanCode,
  Sweep,
  SweepRunner,
  Told,
  Undo,
  QueryStatus,
  TopError,
  XposPay,
  XposRequestStore,
  AlarmStore,
  OutboxWriter,
  CallbackStore,
  ReceiverLoop,
  TryCounts,
  onceByWriting,
  ClockWatch,
  SweepLook,
  UnderWay,
  RefundStore,
  RefundPayment,
  RefundSweep,
  RefundWork,
  RefundLook,
  DuplicateRefund,
};

/** The product, with one planted bug if there is one; its log is silent. */
export function product(bug: Bug | null): Product {
  Logger.overrideLogger(false);
  if (bug === null) return AS_IT_IS;
  const sources = new PatchedSources(bug);
  const exports: object[] = [
    'domain/errors',
    'legacy-db/books/open-receipts-store',
    'legacy-db/systems/receipt-repositories',
    'legacy-db/sqlite/sqlite-database',
    'legacy-db/sql/carry-out',
    'legacy-db/books/xpos-request-store',
    'pay/outcome/under-way',
    'pay/sweep/sweep-look',
    'pay/sweep/clock-watch',
    'legacy-db/books/alarm-store',
    'legacy-db/callbacks/callback-writer',
    'legacy-db/callbacks/callback-store',
    'callbacks/delivery/receiver-loop',
    'callbacks/delivery/try-counts',
    'pay/outcome/apply-outcome.service',
    'pay/operations/bar-code.service',
    'pay/charge/begin-orders.service',
    'pay/operations/cancel.service',
    'pay/charge/charges.service',
    'pay/charge/code-requests.service',
    'pay/notify/notify.service',
    'pay/operations/pay.controller',
    'pay/operations/query.service',
    'pay/outcome/refresh.service',
    'pay/mend/release.service',
    'legacy-db/reading/receipt-reading-store',
    'pay/operations/scan-code.service',
    'pay/sweep/sweep.service',
    'pay/sweep/sweep-runner',
    'pay/outcome/told.service',
    'pay/outcome/undo.service',
    'xpos/operations/xpos-pay.service',
    'xpos/operations/query-status.service',
    'xpos/top/top-errors',
    'legacy-db/refunds/refund-store',
    'pay/refund/refund.service',
    'pay/refund/refund-sweep',
    'pay/refund/duplicate-refund.service',
    'pay/refund/refund-work.service',
  ].map((name) => sources.load(name));
  const patched = Object.assign({}, ...exports) as Product;
  for (const name of Object.keys(AS_IT_IS)) {
    if (!(name in patched)) throw new Error(`the patched sources export no ${name}`);
  }
  return patched;
}
