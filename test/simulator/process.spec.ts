import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import {
  attachToSimulator,
  findLivingSimulator,
  LivingSimulator,
  startSimulatorProcess,
} from '../../src/simulator/launcher';
import { freshFolder, goodBiz, TestClient } from './support';

const MAIN = resolve('dist/src/simulator/main.js');

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('it never came true');
}

/** Runs `main.js` as a person would, to its end. */
async function run(env: Record<string, string>, ...flags: string[]) {
  const child = spawn(process.execPath, [MAIN, ...flags], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('the simulator as a process', () => {
  const folder = freshFolder();
  const started: number[] = [];
  let living: LivingSimulator;

  async function start(lingerMs?: number): Promise<LivingSimulator> {
    const simulator = await startSimulatorProcess({ dataDir: folder.path, port: 0, lingerMs });
    started.push(simulator.pid);
    return simulator;
  }

  async function kill(simulator: LivingSimulator, signal: NodeJS.Signals): Promise<void> {
    process.kill(simulator.pid, signal);
    await until(async () => (await findLivingSimulator(folder.path)) === null);
  }

  beforeAll(async () => {
    living = await start();
  });
  afterAll(() => {
    for (const pid of started) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
    folder.remove();
  });

  it('leaves its keys and settings readable by its owner only', () => {
    const client = new TestClient(folder.path);
    const files = ['ALIPAY_PRIVATE_KEY_FILE', 'ALIPAY_PUBLIC_KEY_FILE'].map(
      (name) => client.settings[name] ?? '',
    );
    for (const file of [...files, join(folder.path, 'client.env')]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(files[0] ?? '', 'utf8')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(client.settings['ALIPAY_GATEWAY']).toBe(`${living.url}/gateway.do`);
    expect(client.settings['ALIPAY_SELLER_ID']).toMatch(/^2088\d{12}$/);
  });

  it('is found by its folder, and only there', async () => {
    expect(await findLivingSimulator(folder.path)).toEqual(living);
    const other = freshFolder();
    expect(await findLivingSimulator(other.path)).toBeNull();
    other.remove();
  });

  it('is one per folder: a second refuses, and a second start gets the first', async () => {
    const second = await run({ SIM_DATA: folder.path, SIM_PORT: '0' });
    expect(second.code).toBe(1);
    expect(second.output).toContain(`another simulator already uses ${folder.path}`);
    expect(await start()).toEqual(living);
  });

  it('is one per folder even when several are started at once', async () => {
    await kill(living, 'SIGKILL');
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map((one) => one.pid)).size).toBe(1);
    living = await start();
    expect(all[0]).toEqual(living);
  });

  it('keeps keys and trades when killed with -9 and started again', async () => {
    const before = new TestClient(folder.path);
    const [waiting, paid] = [goodBiz(), goodBiz()];
    for (const biz of [waiting, paid]) {
      await before.call('alipay.trade.precreate', biz);
      await before.control('POST', `/sim/trades/${biz.out_trade_no}/scan`);
    }
    await before.control('POST', `/sim/trades/${paid.out_trade_no}/pay`);
    const { body: trades } = await before.control('GET', '/sim/trades');

    await kill(living, 'SIGKILL');
    living = await start();
    const after = new TestClient(folder.path);
    const settings: Record<string, string> = { ...before.settings };
    delete settings['ALIPAY_GATEWAY'];
    delete settings['ALIPAY_BILL_HOST']; // The same address.
    expect(after.settings).toMatchObject(settings);
    const shown = (await after.control('GET', '/sim/trades')).body;
    const bare = (body: object) => JSON.stringify(body).replaceAll(/"http[^"]*"/g, '""');
    expect(bare(shown)).toBe(bare(trades));
    const named = { out_trade_no: paid.out_trade_no };
    const answer = await after.call('alipay.trade.query', named);
    expect(answer.node['trade_status']).toBe('TRADE_SUCCESS');
    expect(answer.verified).toBe(true);
    await after.control('POST', `/sim/trades/${waiting.out_trade_no}/pay`);
  });

  it('does not take a stranger on the announced port for its own', async () => {
    const other = freshFolder();
    const stranger = createServer((_request, response) => response.end('{"id":"x"}'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const announced = { url: `http://127.0.0.1:${port}`, port, pid: process.pid };
    writeFileSync(join(other.path, 'simulator.json'), JSON.stringify(announced));
    writeFileSync(join(other.path, 'account.json'), '{"id":"y"}');
    expect(await findLivingSimulator(other.path)).toBeNull();
    stranger.close();
    other.remove();
  });

  it('ends on SIGTERM and takes its announcement away', async () => {
    await kill(living, 'SIGTERM');
    expect(() => statSync(join(folder.path, 'simulator.json'))).toThrow('ENOENT');
  });

  it('lingers while a service is attached, and ends by itself after the last', async () => {
    living = await start(400);
    const detach = attachToSimulator(living.url);
    const health = async () => (await fetch(`${living.url}/sim/health`)).json();
    await until(async () => ((await health()) as { attached: number }).attached === 1);
    await new Promise((done) => setTimeout(done, 900));
    expect(await findLivingSimulator(folder.path)).toEqual(living);
    detach();
    await until(async () => (await findLivingSimulator(folder.path)) === null);
  });

  it('ends with its folder when no service is attached: a start makes a new one', async () => {
    living = await start();
    const detach = attachToSimulator(living.url);
    const health = () => fetch(`${living.url}/sim/health`).then((answer) => answer.json());
    await until(async () => ((await health()) as { attached: number }).attached === 1);
    rmSync(folder.path, { recursive: true });
    await new Promise((done) => setTimeout(done, 900));
    expect(await health()).toMatchObject({ pid: living.pid }); // Its service is still there.
    detach();
    await until(() =>
      health().then(
        () => false,
        () => true,
      ),
    );
    mkdirSync(folder.path);
    const next = await start(400);
    expect(next.pid).not.toBe(living.pid);
    await until(async () => (await findLivingSimulator(folder.path)) === null);
  });

  it.each([
    ['a port that is no number', { SIM_PORT: 'x' }, 'SIM_PORT'],
    ['a time that is none', { SIM_REFUND_VISIBLE_MS: '15s' }, 'SIM_REFUND_VISIBLE_MS'],
    ['a time of more than a day', { SIM_REFUND_VISIBLE_MS: '86400001' }, 'SIM_REFUND_VISIBLE_MS'],
    ['a fee that is none', { SIM_FEE_RATE: '0.6%' }, 'SIM_FEE_RATE'],
    ['a fee of all', { SIM_FEE_RATE: '10.01' }, 'SIM_FEE_RATE'],
    ['production', { NODE_ENV: 'production' }, 'production'],
  ])('refuses %s', async (_what, env, word) => {
    const { code, output } = await run({ SIM_DATA: folder.path, SIM_PORT: '0', ...env });
    expect(code).toBe(1);
    expect(output).toContain(word);
  });

  it('says that its port is taken', async () => {
    const other = freshFolder();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const { code, output } = await run({ SIM_DATA: other.path }, '--port', port);
    expect(code).toBe(3);
    expect(output).toContain(`Not started: SIM_PORT: port ${port} is already in use`);
    taken.close();
    other.remove();
  });
});
