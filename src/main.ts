import 'reflect-metadata';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module';
import { readConfig, settingsNotInEffect } from './config/config';
import type { Config } from './config/config';
import { readEnvironment, readTextFile } from './config/environment';
import { installFormats } from './format/install-formats';
import { StableExpressAdapter } from './format/stable-express';
import { readySimulator } from './launch-simulator';
import { installSwagger } from './ops/swagger';

/** How long accepted work may take to finish at a stop. ms. */
const STOP_WITHIN_MS = 10_000;

/** Makes the application; nothing listens yet. */
async function createApp(config: Config): Promise<[NestExpressApplication, string[]]> {
  const addresses: string[] = [];
  let settings;
  if (config.alipay.kind === 'simulator') {
    const simulator = await readySimulator(config.alipay);
    settings = simulator.settings;
    addresses.push(`Simulated Alipay   ${simulator.url}/sim/trades  (no real money)`);
  } else {
    settings = config.alipay.settings;
    addresses.push(`Alipay             ${settings.gateway}`);
  }
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, settings),
    new StableExpressAdapter(),
    { bodyParser: false, abortOnError: false, logger: createLogger(config) },
  );
  installFormats(app, { bodyLimitBytes: config.http.bodyLimitBytes });
  if (config.http.swagger) installSwagger(app, { style: config.http.statusStyle });
  return [app, addresses];
}

function createLogger(config: Config): ConsoleLogger {
  const { logLevel } = config;
  const levels = { fatal: 0, error: 1, warn: 2, info: 3, debug: 4, trace: 5, silent: -1 } as const;
  const names = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;
  return new ConsoleLogger({
    json: !process.stdout.isTTY,
    colors: process.stdout.isTTY,
    logLevels: names.slice(0, levels[logLevel] + 1),
  });
}

function stopOnSignal(app: NestExpressApplication): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function main(): Promise<void> {
  const env = readEnvironment();
  const config = readConfig(env, readTextFile);
  const [app, addresses] = await createApp(config);
  const logger = new Logger('main');
  for (const { name, notYet } of settingsNotInEffect(env)) logger.warn(`${name}: ${notYet}`);
  await app.listen(config.http.port, config.http.host);
  stopOnSignal(app);
  const url = await app.getUrl();
  const pages = config.nodeEnv === 'production' ? [] : [`Demo till          ${url}/`];
  const docs = config.http.swagger ? [`Swagger UI         ${url}/docs`] : [];
  const lines = [`3Pay Gateway       ${url}/api/3Pay/AliPay/ScanCode`, ...pages, ...docs];
  process.stdout.write(`${[...lines, ...addresses].join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`Not started: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
