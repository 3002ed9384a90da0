import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config/config';
import { ConfigError } from '../../src/config/reading/config-error';
import { isSetting } from '../../src/config/reading/settings';
import { rsaPair } from '../support/far-side/rsa-pairs';

const FOLDER = join(__dirname, '../../deploy/kubernetes');

/** A manifest, as far as the tests look at it. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly resources?: readonly string[];
  readonly spec?: Readonly<Record<string, unknown>>;
}

function read(file: string): Manifest[] {
  const documents = parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8'));
  return documents.map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
const all = files.flatMap(read);

function only(kind: string, name?: string): Manifest {
  const found = all.filter((each) => each.kind === kind && (!name || each.metadata.name === name));
  expect(found).toHaveLength(1);
  return found[0] as Manifest;
}

/** The value at a path such as `spec.ports.0.port`. */
function at(manifest: Manifest, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return (value as Record<string, unknown> | undefined)?.[key];
  }, manifest);
}

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;

describe('the Kubernetes manifests', () => {
  const deployment = only('Deployment');
  const settings = only('ConfigMap').data ?? {};
  const secrets = only('Secret', 'gateway-secrets').stringData ?? {};

  it('are all applied, but for the sample of the secrets', () => {
    const applied = only('Kustomization').resources ?? [];
    const rest = files.filter((file) => !applied.includes(file));
    expect(rest).toEqual(['kustomization.yaml', 'secret.example.yaml']);
    expect(applied.filter((file) => !existsSync(join(FOLDER, file)))).toEqual([]);
  });

  it('set nothing but settings of the service, as text', () => {
    const names = [...Object.keys(settings), ...Object.keys(secrets)];
    expect(names.filter((name) => !isSetting(name))).toEqual([]);
    expect(Object.values(settings).filter((value) => typeof value !== 'string')).toEqual([]);
  });

  it('are a configuration of production once the placeholders are filled in', () => {
    const { privateKey } = rsaPair('ours');
    const alipay = rsaPair('alipay').publicKey;
    const pem = (path: string): string =>
      path.endsWith('app-private-key.pem')
        ? privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
        : alipay.export({ type: 'spki', format: 'pem' }).toString();
    const filled = {
      ...settings,
      ...secrets,
      ALIPAY_APP_ID: '2021000000000001',
      PUBLIC_URL: 'https://pay.example.com',
      DATABASE_URL: 'mssql://user:word@sql.example.com:1433/pay?encrypt=true',
      API_KEYS: `till:till:12:${'a'.repeat(64)}`,
    };
    const config = readConfig(filled, pem);
    expect(config).toMatchObject({ nodeEnv: 'production', microservice: { kind: 'none' } });
    const placeholders = problemsOf({ ...settings, ...secrets }, pem);
    expect(placeholders).toEqual(['ALIPAY_APP_ID', 'API_KEYS', 'DATABASE_URL', 'PUBLIC_URL']);
  });

  it('hold no secret', () => {
    for (const { kind, stringData = {} } of all.filter((each) => each.kind === 'Secret')) {
      expect([kind, Object.values(stringData).filter((v) => !v.includes('change-me'))]).toEqual([
        'Secret',
        [],
      ]);
    }
    expect(all.filter(({ kind, data }) => kind === 'Secret' && data)).toEqual([]);
  });

  it('agree about the port', () => {
    const port = Number(settings['PORT']);
    expect(at(deployment, `${CONTAINER}.ports`)).toEqual([{ name: 'http', containerPort: port }]);
    expect(at(only('Service'), 'spec.ports.0.targetPort')).toBe('http');
    expect(at(only('NetworkPolicy'), 'spec.ingress.0.ports')).toEqual([{ port }]);
    for (const [probe, path] of [
      ['startupProbe', '/health/live'],
      ['livenessProbe', '/health/live'],
      ['readinessProbe', '/health/ready'],
    ] as const) {
      expect(at(deployment, `${CONTAINER}.${probe}.httpGet`)).toEqual({ path, port: 'http' });
    }
  });

  it('agree about the pods, the settings and the key files', () => {
    const labels = { 'app.kubernetes.io/name': '3pay-gateway' };
    expect(at(deployment, 'spec.template.metadata.labels')).toEqual(labels);
    expect(at(deployment, 'spec.selector.matchLabels')).toEqual(labels);
    expect(at(only('Service'), 'spec.selector')).toEqual(labels);
    expect(at(only('PodDisruptionBudget'), 'spec.selector.matchLabels')).toEqual(labels);
    expect(at(only('NetworkPolicy'), 'spec.podSelector.matchLabels')).toEqual(labels);
    expect(at(deployment, `${CONTAINER}.envFrom`)).toEqual([
      { configMapRef: { name: only('ConfigMap').metadata.name } },
      { secretRef: { name: 'gateway-secrets' } },
    ]);
    const mount = at(deployment, `${CONTAINER}.volumeMounts.0.mountPath`) as string;
    const keyFiles = Object.keys(only('Secret', 'alipay-keys').stringData ?? {});
    for (const name of ['ALIPAY_PRIVATE_KEY_FILE', 'ALIPAY_PUBLIC_KEY_FILE']) {
      expect(keyFiles.map((file) => `${mount}/${file}`)).toContain(settings[name]);
    }
  });

  it('let a stop take its time, and keep replicas up meanwhile', () => {
    const stop = at(deployment, `${CONTAINER}.lifecycle.preStop.exec.command`) as string[];
    const grace = Number(at(deployment, `${POD}.terminationGracePeriodSeconds`));
    expect(grace).toBeGreaterThan(Number(stop[1]) + 10);
    // Longer than unless set: proxies in the cluster hear later that a pod goes.
    expect(Number(settings['SHUTDOWN_GRACE_MS'])).toBe(5_000);
    const replicas = Number(at(deployment, 'spec.replicas'));
    expect(replicas).toBeGreaterThan(Number(at(only('PodDisruptionBudget'), 'spec.minAvailable')));
  });

  it('run without rights', () => {
    expect(at(deployment, `${POD}.securityContext.runAsNonRoot`)).toBe(true);
    expect(at(deployment, `${POD}.automountServiceAccountToken`)).toBe(false);
    expect(at(deployment, `${CONTAINER}.securityContext`)).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(at(deployment, `${CONTAINER}.resources.limits`)).toBeDefined();
  });
});

function problemsOf(env: Record<string, string>, readFile: (path: string) => string): string[] {
  try {
    readConfig(env, readFile);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...new Set(error.problems.map((line) => line.split(':')[0] ?? ''))].sort();
  }
}
