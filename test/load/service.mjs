// Starts the built service on fresh data for a load script, and ends it with its simulator.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** `folder`: of a service that was killed, whose data it takes over. */
export async function startService(env = {}, folder = mkdtempSync(join(tmpdir(), '3pay-load-'))) {
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      SIM_PORT: '0',
      SIM_DATA: join(folder, 'simulator'),
      DATABASE_URL: `sqlite:${join(folder, 'books.sqlite')}`,
      MICROSERVICE_TRANSPORT: 'none',
      RATE_LIMIT_PER_MINUTE: '1000000',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (piece) => {
    printed += piece;
  });
  for (let waited = 0; !/\/api\//.test(printed); waited += 20) {
    if (child.exitCode !== null || waited > 30_000) throw new Error(`not started: ${printed}`);
    await wait(20);
  }
  const url = /(http:\/\/[^/\s]+)\/api\//.exec(printed)[1];
  const kill = () => killed(child);
  return { url, pid: child.pid, folder, kill, stop: () => stop(child, folder) };
}

/** Resident memory of a process in MiB. */
export function memoryMiB(pid) {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kib) / 1024;
}

/** Dies here and now; its simulator and its folder stay. */
async function killed(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

async function stop(child, folder) {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const isGone = child.exitCode !== null || child.signalCode !== null;
  child.kill('SIGTERM');
  const exitCode = isGone ? child.exitCode : await exit;
  const announced = join(folder, 'simulator/simulator.json');
  if (existsSync(announced)) {
    const { pid } = JSON.parse(readFileSync(announced, 'utf8'));
    if (pid > 1) process.kill(pid, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
  return exitCode;
}
