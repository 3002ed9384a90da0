import { type DynamicModule, Module } from '@nestjs/common';
import { AlipayGatewayModule } from './alipay-gateway/alipay-gateway.module';
import { GATEWAY_STATS } from './alipay-gateway/resilience/gateway-stats';
import { CallbacksModule } from './callbacks/callbacks.module';
import type { AlipaySettings } from './config/alipay/alipay-settings';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { ConsoleModule } from './console/console.module';
import { examineRunning } from './doctor';
import { CHANNEL_STATUS } from './health/health';
import { WireModule } from './wire/wire.module';
import { LegacyDbModule } from './legacy-db/legacy-db.module';
import { MessagesModule } from './messages/messages.module';
import type { ServiceLog } from './ops/log/service-log';
import { OpsModule } from './ops/ops.module';
import { PayModule } from './pay/pay.module';
import { ReceiptsModule } from './receipts/receipts.module';
import { ReconciliationModule } from './reconciliation/reconciliation.module';
import { XposModule } from './xpos/xpos.module';
import { TillModule } from './till/till.module';

/** Everything, wired. */
@Module({})
export class AppModule {
  static forRoot(config: Config, alipay: AlipaySettings, log: ServiceLog): DynamicModule {
    const simulator = config.alipay.kind === 'simulator';
    const messages = MessagesModule.forRoot(config);
    const ops = OpsModule.forRoot({
      log,
      imports: [AlipayGatewayModule, LegacyDbModule, PayModule, CallbacksModule, messages],
      channel: { provide: CHANNEL_STATUS, useExisting: GATEWAY_STATS },
      asksForKeys: config.access.auth === 'keys',
    });
    const till = {
      simulator,
      docs: config.http.swagger,
      keys: config.access.auth === 'keys',
      codeMinutes: config.codeMinutes,
    };
    const asked = { live: false, callbacks: false };
    const console = { simulator, examine: () => examineRunning(config, alipay, asked) };
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config, alipay),
        WireModule.forRoot({ style: config.http.statusStyle }),
        ops,
        PayModule,
        CallbacksModule,
        messages,
        XposModule,
        ReceiptsModule,
        ConsoleModule.register(console, ops),
        ReconciliationModule,
        ...(config.nodeEnv === 'production' ? [] : [TillModule.register(till)]),
      ],
    };
  }
}
