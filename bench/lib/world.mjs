// The processes a measurement needs, on one disk and with one gateway.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { freePort, start } from './processes.mjs';

const BENCH = resolve(import.meta.dirname, '..');
const MAIN = resolve(BENCH, '../dist/src/main.js');
/** The key of the runs with keys on: not a secret, it lives as long as the run. */
export const API_KEY = 'benchmark-key-benchmark-key-benchmark';

/** A folder for one run; `BENCH_DIR` puts it on another disk. */
export class World {
  constructor() {
    const parent = process.env.BENCH_DIR ?? tmpdir();
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, '3pay-bench-'));
    this.started = [];
    this.endings = [];
    this.count = 0;
  }

  async gateway() {
    const folder = join(this.folder, 'simulator');
    this.gatewayProcess = await this.keep(
      start('gateway', join(BENCH, 'lean-gateway.mjs'), {
        args: [folder],
        ready: /gateway (http\S+)/,
      }),
    );
    this.clientEnv = join(folder, 'client.env');
    return this.gatewayProcess;
  }

  /** A hand-written server; `commits`: `each` or `group`. */
  async floor(commits) {
    const file = join(this.folder, `floor-${commits}-${(this.count += 1)}.sqlite`);
    const floor = await this.keep(
      start('floor', join(BENCH, 'floor/server.mjs'), {
        args: [file, this.clientEnv, commits],
        ready: /floor http:\/\/[^:]+:(\d+)/,
      }),
    );
    return { ...floor, port: Number(floor.match[1]) };
  }

  /** The same on the SQL Server of an address, whose tables the service has made. */
  async floorOn(url) {
    const floor = await this.keep(
      start('floor', join(BENCH, 'floor/server.mjs'), {
        args: [url, this.clientEnv],
        ready: /floor http:\/\/[^:]+:(\d+)/,
      }),
    );
    return { ...floor, port: Number(floor.match[1]) };
  }

  /** Something to do when all processes have ended. */
  atEnd(work) {
    this.endings.push(work);
  }

  async echo() {
    const echo = await this.keep(
      start('echo', join(BENCH, 'floor/echo.mjs'), { ready: /echo http:\/\/[^:]+:(\d+)/ }),
    );
    return { ...echo, port: Number(echo.match[1]) };
  }

  /** The service as in production, without the sweep unless `env` says otherwise. */
  async service(env = {}, file = this.newFile(), node = []) {
    const port = await freePort();
    const account = parseEnv(readFileSync(this.clientEnv, 'utf8'));
    const service = await this.keep(
      start('service', MAIN, {
        cwd: this.folder,
        node,
        env: {
          ...account,
          NODE_ENV: 'production',
          PORT: String(port),
          DATABASE_URL: `sqlite:${file}`,
          AUTH: 'none',
          LOG_LEVEL: 'warn',
          SWEEP_PERIOD_MS: '0',
          MICROSERVICE_TRANSPORT: 'none',
          RATE_LIMIT_PER_MINUTE: '1000000',
          ...env,
        },
        ready: /3Pay Gateway +http:\/\/[^:]+:(\d+)/,
      }),
    );
    return { ...service, port, file };
  }

  newFile() {
    return join(this.folder, `books-${(this.count += 1)}.sqlite`);
  }

  async keep(starting) {
    const process = await starting;
    this.started.push(process);
    return process;
  }

  /** Ends what runs; the folder goes with it. */
  async close() {
    await Promise.all(this.started.map((each) => each.stop()));
    for (const end of this.endings) await end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Settings with which the service asks for keys and counts calls. */
export function accessOn() {
  const hash = createHash('sha256').update(API_KEY).digest('hex');
  return { AUTH: 'keys', API_KEYS: `bench:till:*:${hash}` };
}
