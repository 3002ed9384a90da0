import { Module } from '@nestjs/common';
import { AlipayGatewayModule } from '../alipay-gateway/alipay-gateway.module';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { PayModule } from '../pay/pay.module';
import { Reconciliation } from './reconciliation.service';
import { DayAlarms } from './turn/day-alarms';
import { ReconcileRunner } from './turn/reconcile-runner';
import { TakeDay } from './turn/take-day';

/** Alipay's daily bill against the books. Needs what `ConfigModule` gives every module. */
@Module({
  imports: [AlipayGatewayModule, LegacyDbModule, PayModule],
  providers: [DayAlarms, Reconciliation, ReconcileRunner, TakeDay],
  exports: [DayAlarms, Reconciliation, TakeDay],
})
export class ReconciliationModule {}
