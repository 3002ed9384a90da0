import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module';
import type { Config } from '../../src/config/config';
import { readConfig } from '../../src/config/config';
import { installWire } from '../../src/install-wire';
import { Mask } from '../../src/ops/log/mask';
import { ServiceLog } from '../../src/ops/log/service-log';
import { aRealAccount } from './account';

const SILENT = new ServiceLog({ level: 'silent', pretty: false, mask: new Mask() });

/** A configuration with an Alipay that never answers. */
export function opsConfig(env: Readonly<Record<string, string>>): Config {
  return readConfig({ ...aRealAccount(), SWEEP_PERIOD_MS: '0', ...env }, () => '');
}

/** The whole application as `main` makes it, in this process; it does not listen yet. */
export async function opsApp(config: Config, log = SILENT): Promise<NestExpressApplication> {
  if (config.alipay.kind === 'simulator') throw new Error('a real account is wanted here');
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, config.alipay.settings, log),
    { bodyParser: false, logger: log, forceCloseConnections: true },
  );
  await installWire(app, config);
  return app;
}
