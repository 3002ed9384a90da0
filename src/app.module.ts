import { type DynamicModule, Module } from '@nestjs/common';
import type { AlipaySettings } from './config/alipay-settings';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { FormatModule } from './format/format.module';
import { MessagesModule } from './messages/messages.module';
import { PayModule } from './pay/pay.module';
import { XposModule } from './xpos/xpos.module';
import { TillModule } from './till/till.module';

/** Everything, wired. */
@Module({})
export class AppModule {
  static forRoot(config: Config, alipay: AlipaySettings): DynamicModule {
    const simulator = config.alipay.kind === 'simulator';
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config, alipay),
        FormatModule.forRoot({ style: config.http.statusStyle }),
        PayModule,
        MessagesModule.forRoot(config),
        XposModule,
        ...(config.nodeEnv === 'production'
          ? []
          : [TillModule.register({ simulator, docs: config.http.swagger })]),
      ],
    };
  }
}
