import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module';
import type { AlipaySettings } from './config/alipay/alipay-settings';
import { readConfig, settingsNotInEffect } from './config/config';
import type { Config } from './config/config';
import { ConfigError } from './config/reading/config-error';
import { readEnvironment, readTextFile } from './config/reading/environment';
import { StableExpressAdapter } from './wire/http/stable-express';
import { systemClock } from './config/system-clock';
import { installWire } from './install-wire';
import { readySimulator } from './launch-simulator';
import { startMessages } from './messages/messages.module';
import { accountFindings, failuresOf } from './ops/doctor/account-checks';
import { startFailure } from './ops/exit-codes';
import { Lifecycle } from './ops/lifecycle';
import { Mask } from './ops/log/mask';
import { secretsOf } from './ops/log/secrets-of';
import { ServiceLog } from './ops/log/service-log';

/** How long the lines before the addresses may take. ms. */
const FLUSH_MS = 500;

/** Makes the application; nothing listens yet. */
async function createApp(
  config: Config,
  log: ServiceLog,
): Promise<[NestExpressApplication, string[]]> {
  const addresses: string[] = [];
  let settings;
  if (config.alipay.kind === 'simulator') {
    const simulator = await readySimulator(config.alipay);
    settings = simulator.settings;
    addresses.push(`Simulated Alipay   ${simulator.url}/  (no real money)`);
  } else {
    settings = config.alipay.settings;
    addresses.push(`Alipay             ${settings.gateway}`);
  }
  refuseUnfit(settings);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, settings, log),
    new StableExpressAdapter(),
    { bodyParser: false, abortOnError: false, logger: log },
  );
  await installWire(app, config);
  return [app, addresses];
}

/** What the doctor finds without asking anybody, at every start. */
function refuseUnfit(settings: AlipaySettings): void {
  const failures = failuresOf(accountFindings(settings, systemClock.nowMs()));
  if (failures.length > 0) throw new ConfigError(failures);
}

/** Hides the secrets of the environment, once it is read, in all that is printed. */
let mask = new Mask();

/** The public pair of an app, known to everybody and never there in production. */
function pair({ top }: Config): string {
  const [app] = top.appKeys;
  return `app_key ${app?.key}, secret ${app?.secret.reveal()}`;
}

async function main(): Promise<void> {
  const env = readEnvironment();
  mask = new Mask(secretsOf(env));
  const config = readConfig(env, readTextFile);
  const log = new ServiceLog({ level: config.logLevel, pretty: process.stdout.isTTY, mask });
  const lifecycle = new Lifecycle(log, systemClock);
  lifecycle.install();
  const [app, addresses] = await createApp(config, log);
  lifecycle.running(app);
  const logger = new Logger('main');
  for (const { name, notYet } of settingsNotInEffect(env)) logger.warn(`${name}: ${notYet}`);
  await startMessages(app, config);
  await app.listen(config.http.port, config.http.host);
  const url = await app.getUrl();
  const pages = config.nodeEnv === 'production' ? [] : [`Demo till          ${url}/`];
  const docs = config.http.swagger ? [`Swagger UI         ${url}/docs`] : [];
  const top = config.top.sandbox
    ? [`TOP sandbox        ${url}/router/rest  (${pair(config)})`]
    : [];
  const lines = [
    `3Pay Gateway       ${url}/api/3Pay/AliPay/ScanCode`,
    `Console            ${url}/console`,
    ...pages,
    ...docs,
    ...top,
  ];
  await log.flush(FLUSH_MS); // The addresses come last, where a person looks for them.
  process.stdout.write(`${[...lines, ...addresses].join('\n')}\n`);
}

main().catch((error: unknown) => {
  const { exitCode, text } = startFailure(error);
  process.stderr.write(`Not started: ${mask.lines(text)}\n`);
  process.exit(exitCode);
});
