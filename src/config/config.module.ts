import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CLOCK, RANDOMNESS } from '../domain/ports/clock';
import { ALIPAY_SETTINGS, type AlipaySettings } from './alipay/alipay-settings';
import { CONFIG, type Config } from './config';
import { systemClock, systemRandomness } from './system-clock';

/**
 * Gives every module what comes from outside the program: the configuration, the Alipay settings
 * in force, the machine's time and randomness.
 */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: Config, alipay: AlipaySettings): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: ALIPAY_SETTINGS, useValue: alipay },
        { provide: CLOCK, useValue: systemClock },
        { provide: RANDOMNESS, useValue: systemRandomness },
      ],
      exports: [CONFIG, ALIPAY_SETTINGS, CLOCK, RANDOMNESS],
    };
  }
}
