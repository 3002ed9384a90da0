import { Module } from '@nestjs/common';
import { AlipayGatewayModule } from '../alipay-gateway/alipay-gateway.module';
import { ALIPAY_SETTINGS } from '../config/alipay-settings';
import type { AlipaySettings } from '../config/alipay-settings';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import { SWEEP_STATUS } from '../domain/health';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { ApplyOutcome } from './apply-outcome.service';
import { BarCode } from './bar-code.service';
import { BeginOrders } from './begin-orders.service';
import { CancelPayment } from './cancel.service';
import { Charges } from './charges.service';
import { ClockWatch } from './clock-watch';
import { CodeRequests } from './code-requests.service';
import { NotifyController } from './notify.controller';
import { Notify } from './notify.service';
import { PayController } from './pay.controller';
import { PAY_SETTINGS } from './pay-settings';
import type { PaySettings } from './pay-settings';
import { QueryPayment } from './query.service';
import { Refresh } from './refresh.service';
import { ScanCode } from './scan-code.service';
import { Sweep } from './sweep.service';
import { SweepLook } from './sweep-look';
import { SweepRunner } from './sweep-runner';
import { Told } from './told.service';
import { UnderWay } from './under-way';
import { Undo } from './undo.service';

/** The pay operations over the channel and the books. */
@Module({
  imports: [AlipayGatewayModule, LegacyDbModule],
  controllers: [PayController, NotifyController],
  exports: [BarCode, LegacyDbModule, QueryPayment, SWEEP_STATUS],
  providers: [
    ApplyOutcome,
    BarCode,
    BeginOrders,
    CancelPayment,
    Charges,
    ClockWatch,
    CodeRequests,
    Notify,
    QueryPayment,
    Refresh,
    ScanCode,
    Sweep,
    SweepLook,
    SweepRunner,
    Told,
    UnderWay,
    Undo,
    { provide: SWEEP_STATUS, useExisting: SweepRunner },
    {
      provide: PAY_SETTINGS,
      inject: [CONFIG, ALIPAY_SETTINGS],
      useFactory: (config: Config, alipay: AlipaySettings): PaySettings => ({
        codeMinutes: config.codeMinutes,
        repeatGuardMs: config.repeatGuardSeconds * 1000,
        channelTimeoutMs: alipay.timeoutMs,
        sweepPeriodMs: config.sweepPeriodMs,
      }),
    },
  ],
})
export class PayModule {}
