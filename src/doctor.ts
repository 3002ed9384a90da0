import { probeAlipay } from './alipay-gateway/alipay.probe';
import type { AlipaySettings } from './config/alipay/alipay-settings';
import { type Config, readConfig } from './config/config';
import { ConfigError } from './config/reading/config-error';
import type { DatabaseConfig } from './config/database-config';
import { type Env } from './config/reading/env-reader';
import { readTextFile } from './config/reading/environment';
import { systemClock, systemRandomness } from './config/system-clock';
import { livingSimulator } from './launch-simulator';
import { checkBooks } from './legacy-db/commands/commands';
import { storedBooks } from './legacy-db/commands/check/stored-books';
import { type DatabaseInspection, inspectSqlite } from './legacy-db/sqlite/sqlite-inspection';
import { accountFindings } from './ops/doctor/account-checks';
import { alipayCheck } from './ops/doctor/alipay-check';
import { callbackCheck } from './ops/doctor/callback-check';
import { clockCheck } from './ops/doctor/clock-check';
import { type Check, type Finding, skipped } from './ops/doctor/finding';
import { liveFindings } from './ops/doctor/going-live';
import { notifyCheck } from './ops/doctor/notify-check';
import { problemFindings } from './ops/doctor/problems';

/** What the doctor is asked besides. */
export interface Thoroughness {
  /** The operator is about to take real money. */
  readonly live: boolean;
  /** Receivers may be sent what is not signed. */
  readonly callbacks: boolean;
}

/** Everything the doctor looks at, wired. Throws only for faults of this program. */
export async function examine(env: Env, asked: Thoroughness): Promise<readonly Finding[]> {
  try {
    const config = readConfig(env, readTextFile);
    return await examineRunning(config, await settingsInForce(config), asked);
  } catch (error) {
    if (error instanceof ConfigError) return problemFindings(error);
    throw error;
  }
}

/** The same of a service that has read its configuration. `settings` null: no simulator runs. */
export async function examineRunning(
  config: Config,
  settings: AlipaySettings | null,
  { live, callbacks }: Thoroughness,
): Promise<readonly Finding[]> {
  const checks = [
    ...(settings ? accountChecks(settings) : [noAccount]),
    databaseCheck(config.database),
    notifyCheck(notifyUrlOf(config)),
    callbackCheck(config.callbacks, callbacks),
  ];
  const findings = await Promise.all(checks.map((check) => check()));
  return [...liveFindings(config, live), ...findings.flat()];
}

/** The account's, or those of a simulator that is running; null: none is. */
async function settingsInForce({ alipay }: Config): Promise<AlipaySettings | null> {
  if (alipay.kind === 'real') return alipay.settings;
  const simulator = await livingSimulator(alipay);
  return simulator?.settings ?? null;
}

function notifyUrlOf({ alipay }: Config): string | null {
  return alipay.kind === 'real' ? alipay.settings.notifyUrl : alipay.notifyUrl;
}

function accountChecks(settings: AlipaySettings): Check[] {
  return [
    () => Promise.resolve(accountFindings(settings, systemClock.nowMs())),
    alipayCheck(() => probeAlipay(settings, systemClock, systemRandomness)),
    clockCheck(settings.gateway, systemClock),
  ];
}

function noAccount(): Promise<Finding[]> {
  return Promise.resolve([skipped('keys', 'no simulator is running: npm start starts one')]);
}

function databaseCheck(database: DatabaseConfig): Check {
  return async () => [{ check: 'database', ...(await inspect(database)) }];
}

/** One inspection a kind of database. */
function inspect(database: DatabaseConfig): Promise<DatabaseInspection> {
  switch (database.kind) {
    case 'sqlite':
      return inspectSqlite(database.file);
    case 'mssql':
      return inspectServer(database);
  }
}

/** What `npm run db:check` finds, in a line. */
async function inspectServer(database: DatabaseConfig): Promise<DatabaseInspection> {
  const { exitCode, lines } = await checkBooks(storedBooks(database));
  const found = lines.at(-1) ?? '';
  if (exitCode === 0) return { verdict: 'ok', found: `${lines[0]}: ${found}`, advice: '' };
  return { verdict: 'fail', found, advice: 'see npm run db:check' };
}
