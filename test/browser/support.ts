import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLivingSimulator } from '../../src/simulator/launcher';

const MAIN = join(__dirname, '../../dist/src/main.js');
const START_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 12_000;

/** The real service with its simulator, each a process of its own. */
export interface RunningService {
  /** Such as `http://127.0.0.1:40123`. */
  readonly address: string;
  readonly simulator: string;
  /** What the service printed so far. */
  output(): string;
  /** Ends both and removes their data. */
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  clearTimeout(killer);
}

async function endSimulator(dataDir: string): Promise<void> {
  const living = await findLivingSimulator(dataDir);
  if (!living) return;
  process.kill(living.pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < STOP_WITHIN_MS; waitedMs += 50) {
    if (!(await findLivingSimulator(dataDir))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The environment of a fresh machine: no setting of the caller's shell reaches the service. */
function environment(
  folder: string,
  port: number,
  simPort: number,
  more: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    PORT: String(port),
    DATABASE_URL: `sqlite:${join(folder, 'books.sqlite')}`,
    SIM_PORT: String(simPort),
    SIM_DATA: join(folder, 'simulator'),
    MICROSERVICE_TRANSPORT: 'none',
    LOG_LEVEL: 'warn',
    ...more,
  };
}

/**
 * Starts `dist/src/main.js` on free ports with an empty data folder and waits until it answers.
 * `more`: settings of the test.
 */
export async function startService(
  more: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  if (!existsSync(MAIN)) throw new Error('no build: run `npm run build` first');
  const folder = mkdtempSync(join(tmpdir(), '3pay-service-'));
  const [port, simPort] = [await freePort(), await freePort()];
  const env = environment(folder, port, simPort, more);
  const child = spawn(process.execPath, [MAIN], { cwd: folder, env });
  let output = '';
  const hear = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const stop = async (): Promise<void> => {
    await end(child);
    await endSimulator(join(folder, 'simulator'));
    rmSync(folder, { recursive: true, force: true });
  };
  const address = `http://127.0.0.1:${port}`;
  for (let waitedMs = 0; !(await answers(address)); waitedMs += 100) {
    if (child.exitCode !== null || waitedMs > START_WITHIN_MS) {
      await stop();
      throw new Error(`the service did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { address, simulator: `http://127.0.0.1:${simPort}`, output: () => output, stop };
}
