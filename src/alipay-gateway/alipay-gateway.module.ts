import { Logger, Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { ALIPAY_SETTINGS, type AlipaySettings } from '../config/alipay-settings';
import { CLOCK, type Clock } from '../domain/clock';
import { PAYMENT_GATEWAY } from '../domain/payment-gateway';
import { AlipayClient } from './alipay.client';
import { AlipayGateway } from './alipay.gateway';
import { NotifyReader } from './alipay.notify';

/**
 * Provides the `PaymentGateway` that speaks with Alipay. Needs `ALIPAY_SETTINGS` and `CLOCK`: from
 * a global module, or through `forRoot`.
 */
@Module({
  providers: [
    { provide: Logger, useFactory: () => new Logger('AlipayGateway') },
    {
      provide: PAYMENT_GATEWAY,
      inject: [ALIPAY_SETTINGS, CLOCK, Logger],
      useFactory: (settings: AlipaySettings, clock: Clock, logger: Logger) =>
        new AlipayGateway(
          new AlipayClient(settings, clock),
          new NotifyReader(settings),
          settings,
          logger,
        ),
    },
  ],
  exports: [PAYMENT_GATEWAY],
})
export class AlipayGatewayModule {
  /** With settings given here; `imports` export `CLOCK` where it is not global. */
  static forRoot(
    settings: AlipaySettings,
    imports: NonNullable<ModuleMetadata['imports']> = [],
  ): DynamicModule {
    return {
      module: AlipayGatewayModule,
      imports,
      providers: [{ provide: ALIPAY_SETTINGS, useValue: settings }],
    };
  }
}
