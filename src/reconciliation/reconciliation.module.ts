import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AlipayGatewayModule } from '../alipay-gateway/alipay-gateway.module';
import { ALIPAY_SETTINGS } from '../config/alipay/alipay-settings';
import type { AlipaySettings } from '../config/alipay/alipay-settings';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { PayModule } from '../pay/pay.module';
import type { BillOwner } from './bill/bill-day';
import { BILL_OWNER, Reconciliation } from './reconciliation.service';
import { DayAlarms } from './turn/day-alarms';
import { DAY_COMMAND, DayProcess } from './turn/day-process';
import { ReconcileRunner } from './turn/reconcile-runner';
import { TakeDay } from './turn/take-day';

/** Alipay's daily bill against the books. Needs what `ConfigModule` gives every module. */
@Module({
  imports: [AlipayGatewayModule, LegacyDbModule, PayModule],
  providers: [
    DayAlarms,
    DayProcess,
    Reconciliation,
    ReconcileRunner,
    TakeDay,
    { provide: DAY_COMMAND, useValue: join(__dirname, '../reconcile-main.js') },
    {
      provide: BILL_OWNER,
      inject: [CONFIG, ALIPAY_SETTINGS],
      useFactory: ({ tradePrefix }: Config, { sellerId }: AlipaySettings): BillOwner => {
        return { sellerId, tradePrefix };
      },
    },
  ],
  exports: [DayAlarms, DayProcess, Reconciliation, TakeDay],
})
export class ReconciliationModule {}
