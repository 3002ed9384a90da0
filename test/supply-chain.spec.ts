import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advisory, fakeRegistry } from './support/far-side/fake-registry';
import type { Advisories } from './support/far-side/fake-registry';
import { describeLong } from './support/long';
import { tempFolder } from './support/temp-folder';

jest.setTimeout(60_000);

const ROOT = join(__dirname, '..');

interface Package {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  /** A version, or versions for the dependencies of one package alone. */
  readonly overrides: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Locked {
  /** The package's own name, where it is installed under another. */
  readonly name?: string;
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Package;
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

function nameOf([path, { name }]: readonly [string, Locked]): string {
  return name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Runs a script of the project to its end. */
function run(script: string, args: string[] = [], env: Record<string, string> = {}) {
  return new Promise<{ code: number; printed: string }>((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...env } };
    execFile(process.execPath, [`scripts/${script}`, ...args], options, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, printed: out + err });
    });
  });
}

describe('dependencies', () => {
  it('have exact versions, and so have overrides', () => {
    const { dependencies, optionalDependencies, devDependencies } = own;
    const direct = { ...dependencies, ...optionalDependencies, ...devDependencies };
    const overrides = Object.entries(own.overrides).flatMap(([name, forced]) =>
      typeof forced === 'string' ? [[name, forced] as const] : Object.entries(forced),
    );
    const exact = /^(?:npm:[\w-]+@)?\d+\.\d+\.\d+$/;
    const inexact = [...Object.entries(direct), ...overrides].filter(
      // `$name` is the version of our own dependency of that name.
      ([, version]) => !exact.test(version) && !(version[0] === '$' && version.slice(1) in direct),
    );
    expect(inexact).toEqual([]);
  });

  it('are locked by their content, and come from no other place', () => {
    expect(locked.length).toBeGreaterThan(300);
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('run a script at their installation only where it was reviewed, by name', () => {
    const withScript = locked.filter(([, each]) => each.hasInstallScript);
    const names = new Set(withScript.map(nameOf));
    expect([...names].sort()).toEqual(Object.keys(own.allowScripts).sort());
    const allowed = Object.entries(own.allowScripts).filter(([, may]) => may);
    // 12, installed as better-sqlite3-node20, is compiled where no prebuilt one can be had; Node 20
    // needs it. 13 has no script.
    expect(allowed.map(([name]) => name)).toEqual(['better-sqlite3']);
  });
});

describe("SQLite's driver", () => {
  const current = lock.packages['node_modules/better-sqlite3'];
  const older = lock.packages['node_modules/better-sqlite3-node20'];

  it('is one of two; npm leaves out what cannot run or be compiled', () => {
    const engines = { node: '>=22' };
    expect(current).toMatchObject({ version: '13.2.0', optional: true, engines });
    expect(older).toMatchObject({ name: 'better-sqlite3', version: '12.11.1', optional: true });
  });

  // The package says it itself, but `npm ci` reads the lock file alone, and would run node-gyp on
  // 13, whose binaries are there. Without python3 that fails, and npm leaves 13 out in silence.
  // `npm install` drops the line: put it back.
  it('is not built by npm from Node 22.14 on, which the lock file has to say', () => {
    expect(current).toMatchObject({ gypfile: false });
    expect(current?.hasInstallScript).toBeUndefined();
  });
});

describeLong('npm run audit', () => {
  const known = { minimist: [advisory(1, 'critical', 'Prototype Pollution', '<0.2.1')] };

  async function auditAt(url: string) {
    const cache = tempFolder(); // npm remembers advisories by their numbers.
    const npm = { registry: url, fetch_retries: '0', cache: cache.path };
    try {
      const env = Object.entries(npm).map(([name, value]) => [`npm_config_${name}`, value]);
      return await run('audit.mjs', [], Object.fromEntries(env) as Record<string, string>);
    } finally {
      cache.remove();
    }
  }

  async function audit(advisories: Advisories | null) {
    const registry = await fakeRegistry(advisories);
    try {
      return await auditAt(registry.url);
    } finally {
      await registry.close();
    }
  }

  it('passes when there is nothing grave', async () => {
    const mild = { ...known, bson: [advisory(2, 'moderate', 'mild')] };
    const { code, printed } = await audit(mild);
    expect(printed).toContain('Audited: 0 of high or critical severity, 1 in all.');
    expect(code).toBe(0);
  });

  it('fails by name when there is', async () => {
    const { code, printed } = await audit({ ...known, bson: [advisory(2, 'high', 'a hole')] });
    expect(printed).toContain('high: bson: <99.0.0 a hole');
    expect(code).toBe(1);
  });

  it('says so where the registry serves no audit, and does not pass', async () => {
    const { code, printed } = await audit(null);
    expect(printed).toContain('Not audited: the registry serves no audit (HTTP 404)');
    expect(code).toBe(2);
  });

  it('does not believe a registry that knows nothing', async () => {
    const { code, printed } = await audit({});
    expect(printed).toContain('does not know a hole that everybody knows');
    expect(code).toBe(2);
  });

  it('says so where nobody answers', async () => {
    const registry = await fakeRegistry({});
    await registry.close();
    expect(await auditAt(registry.url)).toMatchObject({ code: 2 });
  });
});

describeLong('npm run sbom', () => {
  it('lists what runs in production, and nothing else', async () => {
    const folder = tempFolder();
    try {
      const file = join(folder.path, 'bill', 'sbom.json');
      expect(await run('sbom.mjs', [file])).toMatchObject({ code: 0 });
      const bill = JSON.parse(readFileSync(file, 'utf8')) as {
        bomFormat: string;
        components: { purl: string }[];
      };
      expect(bill.bomFormat).toBe('CycloneDX');
      const listed = bill.components.map(({ purl }) => decodeURIComponent(purl));
      const runs = locked.filter(([, { dev }]) => !dev);
      const wanted = runs.map((each) => `pkg:npm/${nameOf(each)}@${each[1].version}`);
      // What is locked and not installed here is for other systems.
      expect(listed.filter((each) => !wanted.includes(each))).toEqual([]);
      const direct = Object.entries(own.dependencies).map(([n, v]) => `pkg:npm/${n}@${v}`);
      expect(direct.filter((each) => !listed.includes(each))).toEqual([]);
      expect(listed.filter((each) => each.startsWith('pkg:npm/better-sqlite3@'))).not.toEqual([]);
      expect(listed.length).toBeGreaterThan(0.8 * new Set(wanted).size);
    } finally {
      folder.remove();
    }
  });
});
