import { generateKeyPairSync } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module';
import type { Config } from '../../src/config/config';
import { readConfig } from '../../src/config/config';
import { installFormats } from '../../src/format/install-formats';
import { installArrival, installEntry } from '../../src/ops/install-ops';
import { Mask } from '../../src/ops/log/mask';
import { ServiceLog } from '../../src/ops/log/service-log';
import { installSwagger } from '../../src/ops/swagger';

const SILENT = new ServiceLog({ level: 'silent', pretty: false, mask: new Mask() });

function pem(kind: 'privateKey' | 'publicKey'): string {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const type = kind === 'privateKey' ? 'pkcs8' : 'spki';
  return String(pair[kind].export({ type: type as 'pkcs8', format: 'pem' }));
}

const ACCOUNT = {
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_PRIVATE_KEY: pem('privateKey'),
  ALIPAY_PUBLIC_KEY: pem('publicKey'),
  ALIPAY_GATEWAY: 'http://127.0.0.1:9/gateway.do', // Nobody is there.
};

/** A configuration with an Alipay that never answers. */
export function opsConfig(env: Readonly<Record<string, string>>): Config {
  return readConfig({ ...ACCOUNT, SWEEP_PERIOD_MS: '0', ...env }, () => '');
}

/** The whole application as `main` makes it, in this process; it does not listen yet. */
export async function opsApp(config: Config, log = SILENT): Promise<NestExpressApplication> {
  if (config.alipay.kind === 'simulator') throw new Error('a real account is wanted here');
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, config.alipay.settings, log),
    { bodyParser: false, logger: log, forceCloseConnections: true },
  );
  installArrival(app, config.http.trustProxy);
  installFormats(app, { bodyLimitBytes: config.http.bodyLimitBytes });
  installEntry(app);
  installSwagger(app, { style: config.http.statusStyle, keys: config.access.auth === 'keys' });
  await app.init();
  return app;
}
