import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsOfSimulator } from './config/alipay/alipay-config';
import type { SimulatorConfig } from './config/alipay/alipay-config';
import type { AlipaySettings } from './config/alipay/alipay-settings';
import { ConfigError } from './config/reading/config-error';
import { readTextFile } from './config/reading/environment';
import {
  attachToSimulator,
  findLivingSimulator,
  startSimulatorProcess,
} from './simulator/launcher';

/** A simulator that is ready, with what a client of it needs. */
export interface ReadySimulator {
  readonly url: string;
  readonly settings: AlipaySettings;
}

/** Finds the living simulator of the data folder, or starts one that outlives this process. */
export async function readySimulator(config: SimulatorConfig): Promise<ReadySimulator> {
  makeFolder(config.dataDir);
  const living =
    (await findLivingSimulator(config.dataDir)) ??
    (await startSimulatorProcess({
      dataDir: config.dataDir,
      port: config.port,
      publicUrl: config.publicUrl ?? undefined,
    }));
  attachToSimulator(living.url);
  return ready(config, living.url);
}

/** The living simulator of the data folder; null: there is none, and none is started. */
export async function livingSimulator(config: SimulatorConfig): Promise<ReadySimulator | null> {
  const living = await findLivingSimulator(config.dataDir);
  return living && ready(config, living.url);
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new ConfigError([`SIM_DATA: the folder cannot be made (${code})`]);
  }
}

function ready(config: SimulatorConfig, url: string): ReadySimulator {
  const clientEnv = readFileSync(join(config.dataDir, 'client.env'), 'utf8');
  return { url, settings: settingsOfSimulator(config, clientEnv, readTextFile) };
}
