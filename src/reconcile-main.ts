import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AlipaySettings } from './config/alipay/alipay-settings';
import { readConfig } from './config/config';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { readEnvironment, readTextFile } from './config/reading/environment';
import { livingSimulator } from './launch-simulator';
import { reportOf } from './reconciliation/day/report';
import { ReconciliationModule } from './reconciliation/reconciliation.module';
import { Reconciliation } from './reconciliation/reconciliation.service';
import { DayAlarms } from './reconciliation/turn/day-alarms';
import { TakeDay } from './reconciliation/turn/take-day';

/** Nothing was compared. */
const NOT_COMPARED = 2;

@Module({})
class CommandModule {
  static forRoot(config: Config, alipay: AlipaySettings): DynamicModule {
    // The service sweeps; what a command books comes of its own questions alone.
    const quiet = { ...config, sweepPeriodMs: 0, reconcileAtMs: null };
    const imports = [ConfigModule.forRoot(quiet, alipay), ReconciliationModule];
    return { module: CommandModule, imports };
  }
}

async function settingsInForce({ alipay }: Config): Promise<AlipaySettings> {
  if (alipay.kind === 'real') return alipay.settings;
  const simulator = await livingSimulator(alipay);
  if (simulator === null) throw new Error('no simulator is running: npm start starts one');
  return simulator.settings;
}

/** `npm run reconcile -- --date 2026-11-29 [--file bill.zip]`. */
async function main(): Promise<number> {
  const options = { date: { type: 'string' }, file: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  if (values.date === undefined) throw new Error('say which day: --date yyyy-MM-dd');
  const config = readConfig(readEnvironment(), readTextFile);
  const settings = await settingsInForce(config);
  const app = await NestFactory.createApplicationContext(CommandModule.forRoot(config, settings), {
    // What it finds is in its lines, and what it could not do is its last one.
    logger: ['fatal'],
    abortOnError: false,
  });
  try {
    const reconciliation = app.get(Reconciliation);
    const day = reconciliation.day(values.date);
    if (day === null) throw new Error('--date is no day yyyy-MM-dd that is over in China');
    const outcome = await app.get(TakeDay).take(day, values.file ?? null);
    const notes = await app.get(DayAlarms).notes(day.date);
    const { exitCode, lines } = reportOf(day.date, outcome, notes);
    process.stdout.write(`${lines.join('\n')}\n`);
    return exitCode;
  } finally {
    await app.close();
  }
}

/** Ends once everything is written: parts of the service still sleep, and nothing of it is lost. */
function endWith(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

main().then(
  (code) => endWith(code),
  (error: unknown) => {
    process.stderr.write(`Could not run: ${error instanceof Error ? error.message : 'error'}\n`);
    endWith(NOT_COMPARED);
  },
);
