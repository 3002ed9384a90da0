import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, TestService } from '../process/service';
import { tempFolder } from '../temp-folder';
import type { Block } from './doc-page';

const ROOT = join(__dirname, '../../..');
const SERVICE = 'http://127.0.0.1:3000';
const SIMULATOR = 'http://127.0.0.1:3100';
const MARK = '@@ block';

/** A page that was followed to its end. */
export interface Followed {
  /** Exit code of the shell. */
  readonly code: number | null;
  /** What it printed, block by block, spelt as on the page. */
  readonly printed: readonly string[];
  readonly complaints: string;
}

/**
 * Types commands of a page into one shell, as somebody who follows the page does: with the service
 * and the simulator running on fresh books, in a folder that looks like the project's. Ends at the
 * first command that fails. `before`: what is typed first.
 */
export async function follow(blocks: readonly Block[], before: string): Promise<Followed> {
  const service = await TestService.startOnSqlite();
  const folder = tempFolder();
  try {
    for (const name of ['dist', 'node_modules', 'package.json', 'docs', 'scripts']) {
      symlinkSync(join(ROOT, name), join(folder.path, name));
    }
    mkdirSync(join(folder.path, 'data'));
    // Where a page names the file of the books, it is this one.
    symlinkSync(service.database, join(folder.path, 'data/3pay.sqlite'));
    const typed = blocks.map(({ text }, place) => `echo '${MARK} ${place}'\n${text}\n`);
    const script = [npmFunction(), 'set -eo pipefail', before, ...typed].join('\n');
    const places = { service: service.url, simulator: service.sim.url };
    const settings = { DATABASE_URL: service.databaseUrl, SIM_DATA: service.simData };
    const shell = await typedInto(spelt(script, places), folder.path, settings);
    const printed = written(shell.printed, places).split(new RegExp(`^${MARK} \\d+\n`, 'm'));
    return { ...shell, printed: printed.slice(1) };
  } finally {
    folder.remove();
    await service.stop();
  }
}

/** A text in which everything that differs from run to run has one spelling. */
export function levelled(text: string): string {
  return text
    .replace(/\/qr\/[\w-]{24}/g, '/qr/CODE')
    .replace(/\b\d{28}\b/g, 'TRADE')
    .replace(/\b(?:3p[a-z]{2})?[0-9a-f]{32}\b/g, 'ID32')
    .replace(/\b[0-9a-f]{16}\b/g, 'ID16')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{3}Z)?/g, 'TIME')
    .replace(/\b1[78]\d{11}\b/g, 'MS');
}

interface Places {
  readonly service: string;
  readonly simulator: string;
}

function spelt(script: string, { service, simulator }: Places): string {
  return script.replaceAll(SERVICE, service).replaceAll(SIMULATOR, simulator);
}

function written(printed: string, { service, simulator }: Places): string {
  return printed.replaceAll(service, SERVICE).replaceAll(simulator, SIMULATOR);
}

/** `npm run NAME` does what package.json says, without building: others run what is built. */
function npmFunction(): string {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const cases = Object.entries(scripts).map(([name, line]) => {
    const built = line.replace(/^node scripts\/build\.mjs && /, '');
    return `    ${name}) ${built} "$@" ;;`;
  });
  return [
    'npm() {',
    '  [ "$1" = run ] && shift; [ "$1" = --silent ] && shift',
    '  local name=$1; shift; [ "$1" = -- ] && shift',
    '  case $name in',
    ...cases,
    '  esac',
    '}',
  ].join('\n');
}

async function typedInto(script: string, cwd: string, settings: Env) {
  const { PATH, HOME } = process.env;
  const child = spawn('bash', ['-s'], {
    cwd,
    env: { PATH, HOME, LOG_LEVEL: 'warn', ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [printed, complaints] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  child.stdin.end(script);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, printed, complaints };
}
