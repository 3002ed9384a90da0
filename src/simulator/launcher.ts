import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { pause } from './clock';
import { dataFiles, readAccount } from './keys/keys';

const HEALTH_TIMEOUT_MS = 2_000;
const START_TIMEOUT_MS = 20_000;
const POLL_MS = 40;
const REATTACH_MS = 1_000;
const LOG_TAIL = 800;
/** What a simulator ends with that cannot listen where it is to. */
export const EXIT_NO_ADDRESS = 3;

/** A simulator that runs as a process of its own. */
export interface LivingSimulator {
  /** Where this machine reaches it, such as `http://127.0.0.1:3100`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

/** How to start one. */
export interface StartOptions {
  readonly dataDir: string;
  /** 0: a free port. */
  readonly port: number;
  /** Base of the codes' addresses; default: its own address. */
  readonly publicUrl?: string | undefined;
  /** Address it binds to; default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Milliseconds without an attached service after which it ends by itself; default 10 min. */
  readonly lingerMs?: number | undefined;
  /** The compiled `main.js`; default: beside this file, or in `dist` for uncompiled sources. */
  readonly mainFile?: string | undefined;
}

/**
 * The simulator that is alive on a data folder; null: none. It must answer with the identity of
 * the folder: an old announcement, or a stranger on its port, does not count.
 */
export async function findLivingSimulator(dataDir: string): Promise<LivingSimulator | null> {
  const announced = readAnnouncement(dataDir);
  const account = readAccount(dataDir);
  if (announced === null || account === null) return null;
  const health = await readHealth(announced.url);
  if (health?.id !== account.id || health.pid !== announced.pid) return null;
  return { url: announced.url, port: announced.port, pid: announced.pid };
}

/**
 * Starts a simulator that outlives this process and ends by itself when no service is attached
 * for `lingerMs`; resolves when it answers. When one is alive already, or another process starts
 * one at the same time, that one is taken. Throws with the end of its log when none comes to life.
 */
export async function startSimulatorProcess(options: StartOptions): Promise<LivingSimulator> {
  const dataDir = resolve(options.dataDir);
  const alive = await findLivingSimulator(dataDir);
  if (alive !== null) return alive;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const log = dataFiles(dataDir).log;
  const child = spawnDetached(options, dataDir, log);
  let exited = false;
  let exitCode: number | null = null;
  child.once('exit', (code) => ([exited, exitCode] = [true, code]));
  child.once('error', () => (exited = true));
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += POLL_MS) {
    const gone = exited; // Asked before looking: a start that lost the race has a winner.
    const living = await findLivingSimulator(dataDir);
    if (living !== null) {
      if (living.pid !== child.pid) child.kill('SIGKILL'); // It lost; it must not start later.
      return living;
    }
    if (gone && waitedMs > POLL_MS * 25) break;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  child.kill();
  if (exitCode === EXIT_NO_ADDRESS) throw new Error(lastRefusal(log));
  throw new Error(`the simulator did not start: ${tail(log)}`);
}

/** Why the last one that wrote to the log did not start: one line that names the setting. */
function lastRefusal(log: string): string {
  const lines = tail(log).split('\n');
  return lines.at(-1)?.replace(/^Not started: /, '') ?? '';
}

/**
 * Tells a simulator that this process uses it, for as long as the process lives; returns how to
 * let go. Never keeps the process alive, never throws; attaches again when the connection breaks.
 */
export function attachToSimulator(url: string): () => void {
  let detached = false;
  let hangUp = (): void => undefined;
  const attach = (): void => {
    if (detached) return;
    const request = get(`${url}/sim/attach`, { agent: false });
    request.on('socket', (socket) => socket.unref());
    request.on('response', (response) => response.resume());
    request.on('error', () => undefined);
    request.on('close', () => void pause(REATTACH_MS).then(attach));
    hangUp = () => request.destroy();
  };
  attach();
  return () => {
    detached = true;
    hangUp();
  };
}

function spawnDetached(options: StartOptions, dataDir: string, log: string): ChildProcess {
  const flags = ['--data', dataDir, '--port', String(options.port), '--linger'];
  if (options.host !== undefined) flags.push('--host', options.host);
  if (options.publicUrl !== undefined) flags.push('--public-url', options.publicUrl);
  if (options.lingerMs !== undefined) flags.push('--linger-ms', String(options.lingerMs));
  const output = openSync(log, 'a', 0o600);
  try {
    const child = spawn(process.execPath, [options.mainFile ?? compiledMain(), ...flags], {
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

function compiledMain(): string {
  const beside = join(__dirname, 'main.js');
  const built = join(__dirname, '../../dist/src/simulator/main.js');
  return existsSync(beside) ? beside : built;
}

function readAnnouncement(dataDir: string): LivingSimulator | null {
  try {
    return JSON.parse(readFileSync(dataFiles(dataDir).announcement, 'utf8')) as LivingSimulator;
  } catch {
    return null;
  }
}

async function readHealth(url: string): Promise<{ id: string; pid: number } | null> {
  try {
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    const answer = await fetch(`${url}/sim/health`, { signal });
    return (await answer.json()) as { id: string; pid: number };
  } catch {
    return null;
  }
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').slice(-LOG_TAIL).trim();
}
