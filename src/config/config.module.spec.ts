import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CLOCK, type Clock, RANDOMNESS, type Randomness } from '../domain/ports/clock';
import { ALIPAY_SETTINGS, type AlipaySettings } from './alipay/alipay-settings';
import { CONFIG, type Config, readConfig } from './config';
import { ConfigModule } from './config.module';
import { systemClock, systemRandomness } from './system-clock';

@Injectable()
class Reader {
  constructor(
    @Inject(CONFIG) readonly config: Config,
    @Inject(ALIPAY_SETTINGS) readonly alipay: AlipaySettings,
    @Inject(CLOCK) readonly clock: Clock,
    @Inject(RANDOMNESS) readonly randomness: Randomness,
  ) {}
}

@Module({ providers: [Reader] })
class ElsewhereModule {}

it('gives what comes from outside to modules that do not import it', async () => {
  const config = readConfig({}, () => '');
  const alipay = { appId: '2021' } as AlipaySettings;
  const app = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(config, alipay), ElsewhereModule],
  }).compile();
  const reader = app.get(Reader, { strict: false });
  expect(reader.config).toBe(config);
  expect(reader.alipay).toBe(alipay);
  expect(reader.clock).toBe(systemClock);
  expect(reader.randomness).toBe(systemRandomness);
  await app.close();
});
