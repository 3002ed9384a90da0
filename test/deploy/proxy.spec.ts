import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../support/process/ports';
import { TestService } from '../support/process/service';
import { anAsk, until } from '../support/process/till';
import { tempFolder } from '../support/temp-folder';

const CONF = join(__dirname, '../../deploy/nginx/3pay-gateway.conf');
const UNIT = join(__dirname, '../../deploy/systemd/3pay-gateway.service');
const PROGRAMS = { nginx: '/usr/sbin/nginx', openssl: '/usr/bin/openssl' };
const isThere = Object.values(PROGRAMS).every((path) => existsSync(path));
const withNginx = isThere ? describe : describe.skip;

/** A busy machine is slow, not wrong. ms. */
const PATIENCE_MS = 40_000;

jest.setTimeout(120_000);

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<unknown>;
}

/** A request over TLS, as a till sends it. */
function ask(
  port: number,
  path: string,
  body: string | null,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const method = body === null ? 'GET' : 'POST';
  const all = { 'Content-Type': 'application/json', ...headers };
  const options = { host: '127.0.0.1', port, method, path, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, headers: all }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }),
      );
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

/** Resolves once nginx takes connections. */
async function answering(port: number): Promise<void> {
  let error: unknown = null;
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 100) {
    try {
      await ask(port, '/health/live', null);
      return;
    } catch (refused) {
      error = refused;
      await wait(100);
    }
  }
  throw error;
}

/** The file as it is delivered, with a certificate, an address and folders of this test. */
function configured(folder: string, url: string, port: number): string {
  const at = (name: string) => join(folder, name);
  mkdirSync(at('logs'));
  const subject = ['-subj', '/CN=pay.example.com', '-days', '2', '-nodes'];
  const pair = ['-keyout', at('tls.key'), '-out', at('tls.crt')];
  spawnSync(PROGRAMS.openssl, ['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...pair]);
  const conf = readFileSync(CONF, 'utf8')
    .replace('127.0.0.1:3000', new URL(url).host)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    .replace('listen [::]:443 ssl;', '')
    .replaceAll('/etc/nginx/tls/pay.example.com', at('tls'))
    .replace('/var/log/nginx/3pay-gateway.log', at('logs/access.log'));
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = folders.map((name) => `${name}_temp_path ${at(name)};`).join(' ');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const files = `pid ${at('nginx.pid')}; error_log ${at('logs/error.log')};`;
  writeFileSync(
    at('nginx.conf'),
    `${user} daemon off; ${files} events {} http { ${paths}\n${conf}\n}`,
  );
  return at('nginx.conf');
}

describe('deploy/nginx and deploy/systemd', () => {
  it('sends each request once, and says anew who calls', () => {
    const conf = readFileSync(CONF, 'utf8');
    expect(conf).toContain('proxy_next_upstream off;');
    expect(conf).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
    expect(conf).not.toMatch(/\$request\b|\$request_uri|\$args|\$proxy_add_x_forwarded_for/);
  });

  it('lets go of a connection before the gateway does, which ends it after 65 s', () => {
    expect(/keepalive_timeout (\d+)s/.exec(readFileSync(CONF, 'utf8'))?.[1]).toBe('60');
  });

  it('gives a stop more time than the gateway takes, 10 s', () => {
    const unit = readFileSync(UNIT, 'utf8');
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10);
    expect(unit).toMatch(/^KillSignal=SIGTERM$/m);
    expect(unit).toMatch(/^UMask=0077$/m);
  });
});

withNginx(isThere ? 'behind nginx with TLS' : 'nginx is not installed: not run', () => {
  const folder = tempFolder();
  let service: TestService;
  let nginx: ChildProcess;
  let port: number;

  beforeAll(async () => {
    service = await TestService.startOnSqlite({ TRUST_PROXY: '127.0.0.1', LOG_LEVEL: 'info' });
    port = await freePort();
    const conf = configured(folder.path, service.url, port);
    const words = ['-p', folder.path, '-c', conf, '-e', join(folder.path, 'logs/error.log')];
    const tested = spawnSync(PROGRAMS.nginx, [...words, '-t'], { encoding: 'utf8' });
    expect([tested.status, tested.stderr]).toEqual([0, expect.stringContaining('successful')]);
    nginx = spawn(PROGRAMS.nginx, words, { stdio: 'ignore' });
    await answering(port);
  });
  afterAll(async () => {
    if (nginx) {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGQUIT');
      await ended;
    }
    await service?.stop();
    folder.remove();
  });

  const call = (path: string, body: string | null, headers: Record<string, string> = {}) =>
    ask(port, path, body, headers);
  const access = () => readFileSync(join(folder.path, 'logs/access.log'), 'utf8');

  it('a till gets its code, and the log has its address, not one it claims', async () => {
    const id = 'through-nginx-1';
    const claims = { 'X-Forwarded-For': '203.0.113.9', 'X-Request-Id': id };
    const path = '/api/3Pay/AliPay/ScanCode';
    const answer = await call(path, JSON.stringify(anAsk('2')), claims);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      200,
      expect.objectContaining({ errcode: 0 }),
    ]);
    expect(answer.headers['x-request-id']).toBe(id);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    await until(() => service.log.includes(id), PATIENCE_MS);
    expect(service.log.split('\n').find((line) => line.includes(id))).toContain(
      '"address":"127.0.0.1"',
    );
    expect(service.log).not.toContain('203.0.113.9');
    await until(() => access().includes(`POST ${path} 200`), PATIENCE_MS);
  });

  it('what is too long is refused by the gateway, in its own words', async () => {
    const body = JSON.stringify({ ...anAsk('2'), detail: 'x'.repeat(200_000) });
    const answer = await call('/api/3Pay/AliPay/ScanCode', body);
    expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('41300')]);
  });

  it('keeps query strings out of its log', async () => {
    await call('/till?card=6217000012345678', null);
    await until(() => access().includes('/till'), PATIENCE_MS);
    expect(access()).toContain('GET /till ');
    expect(access()).not.toContain('6217');
  });
});
