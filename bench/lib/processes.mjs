// Starts the processes of a benchmark, and reads what they cost from the kernel's own books.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const TICK_US = 10_000; // USER_HZ is 100 on Linux.

/** A child that printed a line matching `ready`; `match` is that match. */
export async function start(name, file, { env = {}, args = [], node = [], ready, cwd }) {
  const child = spawn(process.execPath, [...node, file, ...args], {
    cwd,
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const match = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output = (output + chunk).slice(-20_000);
      const found = ready.exec(output);
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`${name} ended (${code}): ${output}`)));
  });
  return {
    pid: child.pid,
    match,
    cpuUs: () => cpuUs(child.pid),
    rssMb: () => rssMb(child.pid),
    /** Sends a signal; with `said`, resolves once the process has printed that. */
    signal: async (signal, said) => {
      output = '';
      child.kill(signal);
      while (said && !said.test(output)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    stop: (signal = 'SIGTERM') =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.on('exit', () => resolve());
        child.kill(signal);
        setTimeout(() => child.kill('SIGKILL'), 12_000).unref();
      }),
  };
}

/** CPU of a process with all its threads, user and system, in microseconds. */
export function cpuUs(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Resident memory of a process, MB. */
export function rssMb(pid) {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024;
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** CPU that other processes used between two calls, in cores: above 0.3 a sample is doubtful. */
export function machineBusy() {
  const fields = readFileSync('/proc/stat', 'latin1').split('\n')[0].split(/\s+/).slice(1, 9);
  const ticks = fields.map(Number);
  const idle = ticks[3] + ticks[4];
  return { busy: ticks.reduce((sum, each) => sum + each, 0) - idle, atMs: performance.now() };
}
