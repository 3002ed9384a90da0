import { Module } from '@nestjs/common';
import { AlipayGatewayModule } from '../alipay-gateway/alipay-gateway.module';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { PayModule } from '../pay/pay.module';
import { Reconciliation } from './reconciliation.service';

/** Alipay's daily bill against the books. Needs what `ConfigModule` gives every module. */
@Module({
  imports: [AlipayGatewayModule, LegacyDbModule, PayModule],
  providers: [Reconciliation],
  exports: [Reconciliation],
})
export class ReconciliationModule {}
