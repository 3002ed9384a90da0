import { Logger } from '@nestjs/common';
import { ERRORS, PayError } from '../../src/domain/errors';
import { OpenReceiptsStore } from '../../src/legacy-db/open-receipts-store';
import { receiptRepositories } from '../../src/legacy-db/receipt-repositories';
import { SqliteDatabase } from '../../src/legacy-db/sqlite-database';
import { XposRequestStore } from '../../src/legacy-db/xpos-request-store';
import { ApplyOutcome } from '../../src/pay/apply-outcome.service';
import { BarCode } from '../../src/pay/bar-code.service';
import { BeginOrders } from '../../src/pay/begin-orders.service';
import { CancelPayment } from '../../src/pay/cancel.service';
import { Charges } from '../../src/pay/charges.service';
import { CodeRequests } from '../../src/pay/code-requests.service';
import { Notify } from '../../src/pay/notify.service';
import { PayController } from '../../src/pay/pay.controller';
import { QueryPayment } from '../../src/pay/query.service';
import { Refresh } from '../../src/pay/refresh.service';
import { ScanCode } from '../../src/pay/scan-code.service';
import { Sweep } from '../../src/pay/sweep.service';
import { SweepRunner } from '../../src/pay/sweep-runner';
import { Told } from '../../src/pay/told.service';
import { Undo } from '../../src/pay/undo.service';
import { XposPay } from '../../src/xpos/pay.service';
import { QueryStatus } from '../../src/xpos/query-status.service';
import { TopError } from '../../src/xpos/top-errors';
import { AlarmStore } from '../../src/legacy-db/alarm-store';
import { ClockWatch } from '../../src/pay/clock-watch';
import { SweepLook } from '../../src/pay/sweep-look';
import { UnderWay } from '../../src/pay/under-way';
import type { Bug } from './bug';
import { PatchedSources } from './patched-sources';

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
  ClockWatch,
  SweepLook,
  UnderWay,
};

/** The product, with one planted bug if there is one; its log is silent. */
export function product(bug: Bug | null): Product {
  Logger.overrideLogger(false);
  if (bug === null) return AS_IT_IS;
  const sources = new PatchedSources(bug);
  const exports: object[] = [
    'domain/errors',
    'legacy-db/open-receipts-store',
    'legacy-db/receipt-repositories',
    'legacy-db/sqlite-database',
    'legacy-db/xpos-request-store',
    'pay/under-way',
    'pay/sweep-look',
    'pay/clock-watch',
    'legacy-db/alarm-store',
    'pay/apply-outcome.service',
    'pay/bar-code.service',
    'pay/begin-orders.service',
    'pay/cancel.service',
    'pay/charges.service',
    'pay/code-requests.service',
    'pay/notify.service',
    'pay/pay.controller',
    'pay/query.service',
    'pay/refresh.service',
    'pay/scan-code.service',
    'pay/sweep.service',
    'pay/sweep-runner',
    'pay/told.service',
    'pay/undo.service',
    'xpos/pay.service',
    'xpos/query-status.service',
    'xpos/top-errors',
  ].map((name) => sources.load(name));
  const patched = Object.assign({}, ...exports) as Product;
  for (const name of Object.keys(AS_IT_IS)) {
    if (!(name in patched)) throw new Error(`the patched sources export no ${name}`);
  }
  return patched;
}
