import { Logger, Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { ALIPAY_SETTINGS, type AlipaySettings } from '../config/alipay/alipay-settings';
import { CLOCK, RANDOMNESS, type Clock, type Randomness } from '../domain/ports/clock';
import { BILL_SOURCE } from '../domain/ports/bill-source';
import { PAYMENT_GATEWAY } from '../domain/ports/payment-gateway';
import { REFUND_GATEWAY } from '../domain/ports/refund-gateway';
import { AlipayBillSource } from './bill/alipay.bill-source';
import { AlipayClient } from './call/alipay.client';
import { AlipayGateway } from './alipay.gateway';
import { NotifyReader } from './alipay.notify';
import { GATEWAY_STATS } from './resilience/gateway-stats';
import { ResilientGateway } from './resilience/resilient.gateway';

/** A day of a million rows is packed into about 60 MB; its link works for half a minute. */
const BILL_LIMITS = { mostBytes: 512_000_000, timeoutMs: 600_000, silenceMs: 15_000 };

/**
 * Provides the `PaymentGateway` and the `RefundGateway` that speak with Alipay, the `GatewayStats`
 * of both, and the `BillSource`. Needs `ALIPAY_SETTINGS`, `CLOCK` and `RANDOMNESS`: from a global
 * module, or through `forRoot`.
 */
@Module({
  providers: [
    { provide: Logger, useFactory: () => new Logger('AlipayGateway') },
    {
      provide: AlipayGateway,
      inject: [ALIPAY_SETTINGS, CLOCK, Logger],
      useFactory: (settings: AlipaySettings, clock: Clock, logger: Logger) =>
        new AlipayGateway(
          new AlipayClient(settings, clock),
          new NotifyReader(settings),
          settings,
          logger,
        ),
    },
    {
      provide: PAYMENT_GATEWAY,
      inject: [AlipayGateway, ALIPAY_SETTINGS, CLOCK, RANDOMNESS, Logger],
      useFactory: (
        inner: AlipayGateway,
        { timeoutMs }: AlipaySettings,
        clock: Clock,
        randomness: Randomness,
        logger: Logger,
      ) => new ResilientGateway(inner, timeoutMs, clock, randomness, logger),
    },
    {
      provide: BILL_SOURCE,
      inject: [ALIPAY_SETTINGS, CLOCK, Logger],
      useFactory: (settings: AlipaySettings, clock: Clock, logger: Logger) => {
        const limits = { host: settings.billHost, ...BILL_LIMITS };
        return new AlipayBillSource(new AlipayClient(settings, clock), limits, logger);
      },
    },
    { provide: REFUND_GATEWAY, useExisting: PAYMENT_GATEWAY },
    { provide: GATEWAY_STATS, useExisting: PAYMENT_GATEWAY },
  ],
  exports: [BILL_SOURCE, PAYMENT_GATEWAY, REFUND_GATEWAY, GATEWAY_STATS],
})
export class AlipayGatewayModule {
  /** With settings given here; `imports` export the other two where they are not global. */
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
