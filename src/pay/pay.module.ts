import { Module } from '@nestjs/common';
import { AlipayGatewayModule } from '../alipay-gateway/alipay-gateway.module';
import { ALIPAY_SETTINGS } from '../config/alipay/alipay-settings';
import type { AlipaySettings } from '../config/alipay/alipay-settings';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import { MENDING } from '../domain/reconciliation/mending';
import { SWEEP_STATUS } from '../health/health';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { ApplyOutcome } from './outcome/apply-outcome.service';
import { BarCode } from './operations/bar-code.service';
import { BeginOrders } from './charge/begin-orders.service';
import { CancelPayment } from './operations/cancel.service';
import { Charges } from './charge/charges.service';
import { ClockWatch } from './sweep/clock-watch';
import { CodeRequests } from './charge/code-requests.service';
import { ForeignRefunds } from './mend/foreign-refunds.service';
import { Mend } from './mend/mend.service';
import { Release } from './mend/release.service';
import { DuplicateRefund } from './refund/duplicate-refund.service';
import { NotifyController } from './notify/notify.controller';
import { Notify } from './notify/notify.service';
import { OutTradeNumbers } from './charge/out-trade-no';
import { PayController } from './operations/pay.controller';
import { PAY_SETTINGS } from './pay-settings';
import type { PaySettings } from './pay-settings';
import { QueryPayment } from './operations/query.service';
import { Refresh } from './outcome/refresh.service';
import { RefundController } from './refund/operations/refund.controller';
import { RefundPayment } from './refund/refund.service';
import { RefundLook, RefundSweep } from './refund/refund-sweep';
import { RefundWork } from './refund/refund-work.service';
import { ScanCode } from './operations/scan-code.service';
import { Sweep } from './sweep/sweep.service';
import { SweepLook } from './sweep/sweep-look';
import { SweepRunner } from './sweep/sweep-runner';
import { Told } from './outcome/told.service';
import { UnderWay } from './outcome/under-way';
import { Undo } from './outcome/undo.service';

/** The pay operations over the channel and the books. */
@Module({
  imports: [AlipayGatewayModule, LegacyDbModule],
  controllers: [PayController, RefundController, NotifyController],
  exports: [
    BarCode,
    CancelPayment,
    LegacyDbModule,
    MENDING,
    OutTradeNumbers,
    QueryPayment,
    Refresh,
    RefundPayment,
    Release,
    SWEEP_STATUS,
  ],
  providers: [
    ApplyOutcome,
    BarCode,
    BeginOrders,
    CancelPayment,
    Charges,
    ClockWatch,
    CodeRequests,
    ForeignRefunds,
    Mend,
    DuplicateRefund,
    Notify,
    OutTradeNumbers,
    QueryPayment,
    Refresh,
    RefundPayment,
    RefundLook,
    RefundSweep,
    RefundWork,
    Release,
    ScanCode,
    Sweep,
    SweepLook,
    SweepRunner,
    Told,
    UnderWay,
    Undo,
    { provide: MENDING, useExisting: Mend },
    { provide: SWEEP_STATUS, useExisting: SweepRunner },
    {
      provide: PAY_SETTINGS,
      inject: [CONFIG, ALIPAY_SETTINGS],
      useFactory: (config: Config, alipay: AlipaySettings): PaySettings => ({
        codeMinutes: config.codeMinutes,
        tradePrefix: config.tradePrefix,
        repeatGuardMs: config.repeatGuardSeconds * 1000,
        channelTimeoutMs: alipay.timeoutMs,
        sweepPeriodMs: config.sweepPeriodMs,
        refundDuplicates: config.refundDuplicates,
      }),
    },
  ],
})
export class PayModule {}
