import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { itLong, rows } from '../support/long';
import { tempFolder } from '../support/temp-folder';
import { aRealAccount } from '../access/account';

jest.setTimeout(60_000);

const MAIN = join(__dirname, '../../dist/src/main.js');
const folder = tempFolder();
const living = new Set<ChildProcess>();
let databases = 0;

afterAll(() => {
  for (const child of living) child.kill('SIGKILL');
  folder.remove();
});

type Env = Readonly<Record<string, string | undefined>>;

/** A service with an account at an Alipay that is not there. */
class Service {
  printed = '';
  readonly child: ChildProcess;
  private readonly exit: Promise<unknown[]>;

  constructor(env: Env, command = 'exec "$0" "$@"') {
    databases += 1;
    const { PATH, HOME } = process.env;
    this.child = spawn('sh', ['-c', command, process.execPath, MAIN], {
      cwd: folder.path,
      env: {
        ...{ PATH, HOME, NODE_ENV: 'test', PORT: '0', SWEEP_PERIOD_MS: '0' },
        ...{ DATABASE_URL: `sqlite:${folder.path}/${databases}.sqlite` },
        ...{ MICROSERVICE_TRANSPORT: 'none', LOG_LEVEL: 'warn', SHUTDOWN_GRACE_MS: '100' },
        ...aRealAccount(),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    living.add(this.child);
    const listen = (piece: Buffer): void => {
      this.printed += piece.toString();
    };
    this.child.stdout?.on('data', listen);
    this.child.stderr?.on('data', listen);
    this.exit = once(this.child, 'close');
  }

  async ended(): Promise<number | null> {
    const [code] = (await this.exit) as [number | null];
    living.delete(this.child);
    return code;
  }

  async url(): Promise<string> {
    for (;;) {
      const found = /3Pay Gateway\s+(http:\/\/[^/\s]+)\/api/.exec(this.printed)?.[1];
      if (found !== undefined) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(this.printed);
      }
      await wait(10);
    }
  }
}

/** Settings without an account: Alipay is simulated. */
function simulated(name: string): Env {
  const account = Object.keys(aRealAccount()).map((setting) => [setting, undefined] as const);
  return { ...Object.fromEntries(account), SIM_DATA: `${folder.path}/${name}` };
}

describe('a service that cannot start', () => {
  let port: number;
  const blocker = createServer();

  beforeAll(async () => {
    blocker.listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    ({ port } = blocker.address() as AddressInfo);
    writeFileSync(`${folder.path}/broken.sqlite`, 'this is no database file at all, not by far\n');
  });
  afterAll(() => blocker.close());

  type Row = [what: string, code: number, text: RegExp, env: () => Env];
  /** One of each code. */
  const SOME: Row[] = [
    ['a wrong setting', 2, /^Not started: PORT: /, () => ({ PORT: 'geheim' })],
    [
      'a port that is taken',
      3,
      /HOST and PORT: 127.0.0.1:\d+ is taken/,
      () => ({ PORT: `${port}` }),
    ],
    [
      'a file that is no database',
      4,
      /DATABASE_URL: the database cannot be opened/,
      () => ({ DATABASE_URL: `sqlite:${folder.path}/broken.sqlite` }),
    ],
  ];
  const OTHERS: Row[] = [
    [
      'production without keys',
      2,
      /^Not started: API_KEYS: must be set in production unless AUTH=none/,
      () => ({ NODE_ENV: 'production', ALIPAY_GATEWAY: undefined }),
    ],
    [
      'a port of the simulator that is taken',
      3,
      /^Not started: SIM_PORT: port \d+ is already in use by another program/,
      () => ({ ...simulated('taken'), SIM_PORT: `${port}` }),
    ],
    [
      'no folder for the simulator',
      2,
      /^Not started: SIM_DATA: the folder cannot be made \(ENOTDIR\)/,
      () => ({ ...simulated('none'), SIM_DATA: '/dev/null/simulator' }),
    ],
    ['a foreign address', 3, /HOST and PORT: .* set HOST/, () => ({ HOST: '203.0.113.7' })],
    [
      'no folder for the database',
      4,
      /DATABASE_URL: the database cannot be opened/,
      () => ({ DATABASE_URL: 'sqlite:/dev/null/books.sqlite' }),
    ],
  ];
  it.each(rows(SOME, OTHERS))(
    'for %s ends with code %i and one clear line',
    async (_what, code, text, env) => {
      const service = new Service(env());
      expect([await service.ended(), service.printed]).toEqual([code, expect.stringMatching(text)]);
      const lines = service.printed.trimEnd().split('\n');
      expect(lines.filter((line) => line.startsWith('Not started')).length).toBe(1);
      expect(service.printed).not.toContain('geheim');
      expect(service.printed).not.toContain('    at ');
      expect(service.printed).not.toContain('***'); // All of it is ours.
    },
  );
});

describe('a running service', () => {
  it('that is told to stop twice, amid slow clients, ends in order', async () => {
    const service = new Service({});
    const { port } = new URL(await service.url());
    const slow = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    slow.write('POST / HTTP/1.1\r\nHost: x\r\n');
    await once(slow, 'connect');
    const startedAt = performance.now();
    service.child.kill('SIGTERM');
    service.child.kill('SIGTERM');
    service.child.kill('SIGINT');
    expect(await service.ended()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(6_000); // Their own end would be after 8 s.
  });

  it('prints where it is to be found last and alone, and one line when it stops', async () => {
    const service = new Service({ LOG_LEVEL: 'info' });
    await service.url();
    service.child.kill('SIGTERM');
    expect(await service.ended()).toBe(0);
    const lines = service.printed.trimEnd().split('\n');
    const names = lines.map((line) => line.split(/ {2,}/)[0]);
    const addresses = ['3Pay Gateway', 'Console', 'Demo till', 'Swagger UI', 'TOP sandbox'];
    expect(names.slice(0, -1)).toEqual([...addresses, 'Alipay']);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      level: 'info',
      context: 'Lifecycle',
      msg: expect.stringMatching(/^stopped in order \(SIGTERM\), \d+ ms$/),
    });
  });

  itLong('tells its routes where somebody looks into it, before the addresses', async () => {
    const service = new Service({ LOG_LEVEL: 'debug' });
    await service.url();
    const [log = '', addresses = ''] = service.printed.split('3Pay Gateway');
    expect(log).toContain('Mapped {/api/3Pay/AliPay/Query, POST} route');
    expect(log).toContain('Nest application successfully started');
    expect(addresses).not.toContain('"level"');
    service.child.kill('SIGKILL');
    await service.ended();
  });

  it.each(rows(['Promise.reject(error)'], ['setTimeout(() => { throw error; })']))(
    'with a defect nobody caught logs it and ends in order with code 1: %s',
    async (how) => {
      const text = `process.on('SIGUSR2', () => {
        const error = new Error('planted\\nwith password=geheim'); ${how}; });`;
      const hook = join(folder.path, 'defect.cjs');
      writeFileSync(hook, text);
      const service = new Service({ NODE_OPTIONS: `--require ${hook}` });
      await service.url();
      service.child.kill('SIGUSR2');
      expect(await service.ended()).toBe(1);
      const lines = service.printed.split('\n').filter((line) => line.includes('planted'));
      expect(lines.length).toBe(1);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'fatal' });
      expect(service.printed).not.toContain('geheim');
    },
  );

  // The watch itself: limits.spec.ts.
  itLong('that stands still says so afterwards, and serves', async () => {
    const hook = join(folder.path, 'stall.cjs');
    const text = `process.on('SIGUSR2', () => {
      const end = Date.now() + 1400; while (Date.now() < end); });`;
    writeFileSync(hook, text);
    const service = new Service({ NODE_OPTIONS: `--require ${hook}` });
    const url = await service.url();
    service.child.kill('SIGUSR2');
    await wait(50);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    for (let i = 0; i < 100 && !service.printed.includes('stood still'); i += 1) await wait(20);
    expect(service.printed).toMatch(/the event loop stood still for 1\d\d\d ms/);
    service.child.kill('SIGKILL');
    await service.ended();
  });

  it.each(rows(['full'], ['gone']))(
    'whose output is %s serves and stops all the same',
    async (output) => {
      const file = join(folder.path, 'port');
      const hook = join(folder.path, 'port.cjs');
      const text = `const net = require('node:net'); const listen = net.Server.prototype.listen;
        net.Server.prototype.listen = function (...args) { this.once('listening', () => {
          const port = String(this.address().port);
          require('node:fs').writeFileSync(${JSON.stringify(file)}, port); });
          return listen.apply(this, args); };`;
      writeFileSync(hook, text);
      writeFileSync(file, '');
      const env = { NODE_OPTIONS: `--require ${hook}`, LOG_LEVEL: 'info' };
      const end = output === 'full' ? '> /dev/full' : '';
      const service = new Service(env, `exec "$0" "$@" ${end}`);
      if (output === 'gone') service.child.stdout?.destroy();
      while (readFileSync(file, 'utf8') === '') await wait(20);
      const url = `http://127.0.0.1:${readFileSync(file, 'utf8')}`;
      for (let i = 0; i < 20; i += 1) {
        expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      }
      const lost = /^threepay_log_lines_lost_total (\d+)/m;
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(Number(lost.exec(metrics)?.[1])).toBeGreaterThan(0);
      service.child.kill('SIGTERM');
      expect(await service.ended()).toBe(0);
    },
  );
});
