import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { examine } from '../../../src/doctor';
import { exitCodeOf, tableOf } from '../../../src/ops/doctor/table';
import type { Env } from './service';

const DOCTOR = join(__dirname, '../../../dist/src/doctor-main.js');

/** What the doctor printed, and its exit code. */
export interface Examination {
  readonly code: number | null;
  readonly text: string;
  /** Result, found and advice of a row; empty when there is none. */
  readonly row: (check: string) => string;
  /** The names of the rows that failed. */
  readonly failed: readonly string[];
}

/** What the doctor finds, within this process: as the built one, in a fraction of its time. */
export async function examined(env: Env): Promise<Examination> {
  const findings = await examine(env, { live: false, callbacks: false });
  return examinationOf(tableOf(findings), exitCodeOf(findings));
}

/** Runs the built doctor in `folder`, with these variables and no others of ours. */
export async function runDoctor(
  folder: string,
  env: Env,
  flags: readonly string[] = [],
): Promise<Examination> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [DOCTOR, ...flags], {
    cwd: folder,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listen = (chunk: Buffer) => (text += chunk.toString());
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const [code] = (await once(child, 'close')) as [number | null];
  return examinationOf(text, code);
}

function examinationOf(text: string, code: number | null): Examination {
  const rows = text.split('\n').map((line) => line.split(/ {2,}/));
  return {
    code,
    text,
    row: (check) => (rows.find(([name]) => name === check) ?? []).slice(1).join(' | '),
    failed: rows.filter(([, result]) => result === 'FAILED').map(([name = '']) => name),
  };
}
