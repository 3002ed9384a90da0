import { parseArgs } from 'node:util';
import { dataFiles, KeyMode } from './keys/keys';
import { resolve } from 'node:path';
import { EXIT_NO_ADDRESS } from './launcher';
import { NoAddress, RunningSimulator, runSimulator, SimulatorOptions } from './simulator';

const DEFAULT_LINGER_MS = 600_000;

/** Settings from the environment; a flag of the same meaning beats them. */
function readOptions(onAlone: () => void): SimulatorOptions {
  const { values: flags } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      host: { type: 'string' },
      'public-url': { type: 'string' },
      'key-mode': { type: 'string' },
      linger: { type: 'boolean', default: false },
      'linger-ms': { type: 'string' },
    },
  });
  const { env } = process;
  if (env['NODE_ENV'] === 'production') {
    throw new Error('the simulator never runs with NODE_ENV=production');
  }
  const lingerMs = whole('--linger-ms', flags['linger-ms'] ?? String(DEFAULT_LINGER_MS), 2 ** 31);
  return {
    port: whole('SIM_PORT', flags.port ?? (env['SIM_PORT'] || '3100'), 65_535),
    dataDir: flags.data ?? (env['SIM_DATA'] || 'data/simulator'),
    host: flags.host ?? (env['HOST'] || '127.0.0.1'),
    publicUrl: flags['public-url'] ?? (env['SIM_PUBLIC_URL'] || undefined),
    keyMode: keyMode(flags['key-mode'] ?? (env['SIM_KEY_MODE'] || 'key')),
    latencyMs: whole('SIM_LATENCY_MS', env['SIM_LATENCY_MS'] || '0', 600_000),
    notifyScale: scale('SIM_NOTIFY_SCALE', env['SIM_NOTIFY_SCALE'] || '1'),
    refundVisibleMs: whole(
      'SIM_REFUND_VISIBLE_MS',
      env['SIM_REFUND_VISIBLE_MS'] || '0',
      86_400_000,
    ),
    feeRate: feeRate(env['SIM_FEE_RATE'] || '0'),
    lingerMs: flags.linger ? lingerMs : null,
    onAlone,
  };
}

function whole(name: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most) {
    throw new Error(`${name} is not a whole number from 0 to ${most}`);
  }
  return Number(text);
}

function scale(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_000)) throw new Error(`${name} is not a number above 0, to 1000`);
  return value;
}

/** Percent with at most two decimals, to hundredths of a percent. */
function feeRate(text: string): number {
  const [, whole = '', fraction = ''] = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  const rate = Number(whole + fraction.padEnd(2, '0'));
  if (whole !== '' && rate <= 1_000) return rate;
  throw new Error('SIM_FEE_RATE is not a percentage from 0 to 10 with at most two decimals');
}

function keyMode(text: string): KeyMode {
  if (text === 'key' || text === 'cert') return text;
  throw new Error('SIM_KEY_MODE is neither key nor cert');
}

function describe(simulator: RunningSimulator, dataDir: string): string {
  return [
    'Simulated Alipay is running.',
    `  pages        ${simulator.url}/`,
    `  gateway      ${simulator.url}/gateway.do`,
    `  codes        ${simulator.publicUrl}/qr/CODE`,
    `  control      ${simulator.url}/sim/trades (also faults, calls, clock, health)`,
    `  client.env   ${dataFiles(resolve(dataDir)).clientEnv}`,
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  let stop = (): void => process.exit(0);
  const options = readOptions(() => {
    process.stdout.write(
      'No service is attached, for a while or with the folder gone: good-bye.\n',
    );
    stop();
  });
  process.on('SIGTERM', () => stop());
  process.on('SIGINT', () => stop());
  const simulator = await runSimulator(options);
  stop = () => void simulator.close().finally(() => process.exit(0));
  process.stdout.write(describe(simulator, options.dataDir));
}

main().catch((error: unknown) => {
  process.stderr.write(`Not started: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof NoAddress ? EXIT_NO_ADDRESS : 1);
});
