import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readConfig } from '../src/config/config';
import { isSetting } from '../src/config/reading/settings';
import { loadIdentity, writeClientEnv } from '../src/simulator/keys/keys';
import { freePort } from './support/process/ports';
import { tempFolder } from './support/temp-folder';

const ROOT = join(__dirname, '..');
const OUR_IMAGE = 'three-pay-gateway';
const PASSWORD = 'Three-Pay-2026';

interface Service {
  readonly image: string;
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly volumes?: string[];
  readonly ports?: string[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: object;
}

interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, null>;
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A strict reader of YAML, which another tool of the tests brings along. */
function parseYaml(text: string): unknown {
  const from = createRequire(require.resolve('@seriousme/openapi-schema-validator'));
  const { parse } = from('yaml') as { parse: (text: string, options: object) => unknown };
  return parse(text, { merge: true, strict: true, uniqueKeys: true });
}

/** What `docker compose` makes of the variables. */
function composeFile(): Compose {
  const filled = read('compose.yaml').replace(/\$\{MSSQL_SA_PASSWORD:\?[^}]+\}/g, PASSWORD);
  return parseYaml(filled) as Compose;
}

const { services, volumes } = composeFile();
const ours = Object.entries(services).filter(([, { image }]) => image === OUR_IMAGE);

describe('compose.yaml', () => {
  it('has the database, the simulator and the service, each with what it needs', () => {
    expect(Object.keys(services)).toEqual([
      'database',
      'create-database',
      'migrate',
      'simulator',
      'gateway',
    ]);
    for (const { depends_on: needs = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needs)) {
        expect(services[name]).toBeDefined();
        const healthy = condition === 'service_healthy';
        expect(services[name]?.healthcheck !== undefined).toBe(healthy);
      }
    }
  });

  it('names settings that exist, and no others', () => {
    const names = ours.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !isSetting(name))).toEqual([]);
  });

  it('holds no password', () => {
    const variables = [...read('compose.yaml').matchAll(/\$\{([^}]*)\}/g)].map(
      ([, inner]) => inner,
    );
    expect(new Set(variables)).toEqual(
      new Set(['MSSQL_SA_PASSWORD:?choose a password for the database']),
    );
    expect(read('compose.yaml')).toMatch(/^ {6}MSSQL_SA_PASSWORD: \$\{/m);
  });

  it('starts programs, uses volumes and mounts folders that exist', () => {
    for (const [, { command = ['node', 'dist/src/main.js'] }] of ours) {
      const program = command.find((part) => part.endsWith('.js')) ?? '';
      const source = program.replace(/^dist\//, '').replace(/\.js$/, '.ts');
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
    }
    for (const { volumes: mounts = [] } of Object.values(services)) {
      for (const [from = ''] of mounts.map((mount) => mount.split(':'))) {
        expect(from.startsWith('./') ? existsSync(join(ROOT, from)) : from in volumes).toBe(true);
      }
    }
  });

  it('opens ports on this machine alone', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(ports).toHaveLength(2);
  });

  it('gives the service settings it starts with, on the account of the simulator', async () => {
    const folder = tempFolder();
    const identity = await loadIdentity(folder.path);
    writeClientEnv(folder.path, identity, 'http://127.0.0.1:3100');
    const clientEnv = parseEnv(readFileSync(join(folder.path, 'client.env'), 'utf8'));
    const env = { ...clientEnv, ...services['gateway']?.environment };
    const config = readConfig(env, (path) => readFileSync(path, 'utf8'));
    folder.remove();
    expect(config).toMatchObject({
      http: { host: '0.0.0.0', port: 3000, publicUrl: 'http://gateway:3000' },
      database: { kind: 'mssql', shown: 'mssql://database:1433/threepay' },
      alipay: {
        kind: 'real',
        settings: { appId: identity.account.appId, gateway: 'http://simulator:3100/gateway.do' },
      },
    });
  });

  it('keeps the keys of the simulator where the service looks for them', () => {
    const { simulator, gateway } = services;
    const folder = simulator?.environment?.['SIM_DATA'] ?? '';
    expect(simulator?.volumes).toEqual([`simulator:${folder}`]);
    expect(gateway?.volumes).toEqual([`simulator:${folder}:ro`]);
    expect(gateway?.command?.[1]).toBe(`--env-file=${folder}/client.env`);
  });
});

describe('the Dockerfile', () => {
  const text = read('Dockerfile');
  const stages = text.split(/^FROM /m).slice(1);
  const last = stages.at(-1) ?? '';

  it('copies what exists, and .dockerignore lets through', () => {
    const allowed = read('.dockerignore').split('\n');
    const copied = [...(stages[0] ?? '').matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    );
    expect(copied).toContain('src');
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied.filter((path) => !allowed.includes(`!${path}`))).toEqual([]);
    expect(allowed[1]).toBe('*');
  });

  it('runs a supported Node, as nobody special, with production as its default', () => {
    expect(stages).toHaveLength(2);
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node.split(' || ')).toContain('^24.0.0');
    for (const stage of stages) expect(stage).toMatch(/^node:24-slim\b/);
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^ENV NODE_ENV=production /m);
    expect(last).toMatch(/^CMD \["node", "dist\/src\/main.js"\]$/m);
    expect(stages[0]).toMatch(/npm ci\n[^]*npm prune --omit=dev/);
  });

  it('asks for its health in a way that works', async () => {
    const [, command = ''] = /HEALTHCHECK[^[]*CMD (\[.+\])$/m.exec(last) ?? [];
    const [, ...parameters] = JSON.parse(command) as string[];
    const seen: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = async (at: number): Promise<unknown> => {
      const child = spawn(process.execPath, parameters, { env: { PORT: String(at) } });
      return ((await once(child, 'exit')) as unknown[])[0];
    };
    expect(await ask(port)).toBe(0);
    status = 503;
    expect(await ask(port)).toBe(1);
    expect(await ask(await freePort())).toBe(1);
    expect(seen).toEqual(['/health/live', '/health/live']);
    server.close();
  });
});
