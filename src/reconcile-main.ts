import 'reflect-metadata';
import { constants, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import type { DynamicModule, LoggerService, LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AlipaySettings } from './config/alipay/alipay-settings';
import { readConfig } from './config/config';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { readEnvironment, readTextFile } from './config/reading/environment';
import { PayError } from './domain/errors';
import { livingSimulator } from './launch-simulator';
import { Mask } from './ops/log/mask';
import { secretsOf } from './ops/log/secrets-of';
import { ServiceLog } from './ops/log/service-log';
import { reportOf } from './reconciliation/day/report';
import type { Report } from './reconciliation/day/report';
import { ReconciliationModule } from './reconciliation/reconciliation.module';
import { Reconciliation } from './reconciliation/reconciliation.service';
import { DayAlarms } from './reconciliation/turn/day-alarms';
import { TakeDay } from './reconciliation/turn/take-day';
import { toldOf } from './reconciliation/turn/taken-day';
import type { FailedDay, SaidOfDay, TakenDay } from './reconciliation/turn/taken-day';

/** Nothing was compared. */
const NOT_COMPARED = 2;
/** How long the last lines of the log may take. ms. */
const FLUSH_MS = 500;

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

/** What somebody wants to be done. */
interface Task {
  readonly date: string | undefined;
  readonly file: string | null;
}

/** How it went: for a person in lines, for the service that wants it in a message. */
interface Done {
  readonly taken: TakenDay;
  readonly report: Report;
}

async function doDay({ date, file }: Task, logger: LoggerService | LogLevel[]): Promise<Done> {
  if (date === undefined) throw new Error('say which day: --date yyyy-MM-dd');
  const config = readConfig(readEnvironment(), readTextFile);
  const settings = await settingsInForce(config);
  const app = await NestFactory.createApplicationContext(CommandModule.forRoot(config, settings), {
    logger,
    abortOnError: false,
  });
  try {
    const day = app.get(Reconciliation).day(date);
    if (day === null) throw new Error('--date is no day yyyy-MM-dd that is over in China');
    const taken = await app.get(TakeDay).take(day, file);
    const notes = await app.get(DayAlarms).notes(day.date);
    return { taken, report: reportOf(day.date, taken, notes) };
  } finally {
    await app.close();
  }
}

/** `npm run reconcile -- --date 2026-11-29 [--file bill.zip]`. */
async function forPerson(task: Task): Promise<number> {
  try {
    // What it finds is in its lines, and what it could not do is its last one.
    const { report } = await doDay(task, ['fatal']);
    process.stdout.write(`${report.lines.join('\n')}\n`);
    return report.exitCode;
  } catch (error) {
    process.stderr.write(`Could not run: ${error instanceof Error ? error.message : 'error'}\n`);
    return NOT_COMPARED;
  }
}

/** The service has it done: it logs what it does as the service would, and ends with it. */
async function forService(task: Task): Promise<number> {
  const leave = (): never => process.exit(NOT_COMPARED);
  process.once('disconnect', leave);
  if (!process.connected) leave();
  // A key pressed at a terminal is the service's to follow.
  process.on('SIGINT', () => undefined);
  const env = readEnvironment();
  const mask = new Mask(secretsOf(env));
  const { logLevel: level } = readConfig(env, readTextFile);
  const log = new ServiceLog({ level, pretty: process.stdout.isTTY, mask });
  let said: SaidOfDay;
  try {
    said = { told: toldOf((await doDay(task, log)).taken) };
  } catch (error) {
    said = { failed: failureOf(error) };
  }
  await log.flush(FLUSH_MS);
  await new Promise((sent) => process.send?.(said, sent));
  return 'told' in said ? 0 : NOT_COMPARED;
}

function failureOf(error: unknown): FailedDay {
  if (error instanceof PayError) {
    return { code: error.code, message: error.message.replace(`${error.code}: `, '') };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}

async function main(): Promise<number> {
  // Payments come first.
  setPriority(constants.priority.PRIORITY_LOW);
  const options = { date: { type: 'string' }, file: { type: 'string' } } as const;
  const { date, file = null } = parseArgs({ options }).values;
  return process.send ? forService({ date, file }) : forPerson({ date, file });
}

/** Ends once everything is written: parts of the service still sleep, and nothing of it is lost. */
function endWith(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

main().then(endWith, (error: unknown) => {
  process.stderr.write(`Could not run: ${error instanceof Error ? error.message : 'error'}\n`);
  endWith(NOT_COMPARED);
});
