import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder';

/** Where the examples stand. */
export const FOLDER = join(__dirname, '../../docs/examples');
/** For what they keep, and for what is made of them; the spec that took it removes it. */
export const WORK = tempFolder();

/** What a program says on standard error while it does not know, and nothing else. */
export const NO_CASH = /^(outcome unknown: (take|give) no cash yet\r?\n)+$/;
/** The last it says when it has to stop there. */
export const BROKEN_OFF = /broken off, outcome unknown: no cash yet\r?\n$/;

/** An example that is a program of its own. */
export interface Program {
  readonly file: string;
  /** Commands that the machine must have. */
  readonly needs: readonly string[];
  readonly command: readonly string[];
}

/** How a program ended. */
export interface Run {
  readonly code: number | null;
  readonly printed: string;
  readonly complaints: string;
}

export function inNode(file: string): Program {
  return { file, needs: ['node'], command: ['node', file] };
}

export function inPython(file: string): Program {
  return { file, needs: ['python3'], command: ['python3', '-B', file] };
}

export function inBash(file: string, ...verb: string[]): Program {
  const command = ['bash', file, ...verb];
  return { file: command.slice(1).join(' '), needs: ['bash', 'curl'], command };
}

export function inJava(file: string, ...verb: string[]): Program {
  // A program that ends at once gains nothing from what a JVM does for long runs.
  const command = ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', file, ...verb];
  return { file: [file, ...verb].join(' '), needs: ['java', 'javac'], command };
}

export function inMono(file: string): Program {
  return { file, needs: ['mcs', 'mono'], command: ['mono', exeOf(file)] };
}

function exeOf(file: string): string {
  return join(WORK.path, file.replace(/cs$/, 'exe'));
}

/** Mono may be there without the libraries of .NET that a till has: that is no Mono for us. */
const NO_LIBRARY = /\bCS0006\b/;

/** What keeps a program from being tried here; null: nothing. C# is compiled by it. */
function missing({ file, needs }: Program): string | null {
  const absent = needs.find((each) => spawnSync(each, ['--version']).status !== 0);
  if (absent !== undefined) return `no ${absent}`;
  if (!file.endsWith('.cs')) return null;
  const libraries = ['-r:System.Net.Http.dll', '-r:System.Runtime.Serialization.dll'];
  const compiled = spawnSync('mcs', [...libraries, `-out:${exeOf(file)}`, join(FOLDER, file)]);
  const said = compiled.stderr.toString();
  if (NO_LIBRARY.test(said)) return 'no libraries of .NET';
  if (said !== '') throw new Error(said);
  return null;
}

/** Which programs can be tried here; a test of another one is skipped, and says why. */
export class Here {
  private readonly reasons: ReadonlyMap<Program, string | null>;

  constructor(programs: readonly Program[]) {
    this.reasons = new Map(programs.map((program) => [program, missing(program)]));
  }

  has(program: Program): boolean {
    return this.reasons.get(program) === null;
  }

  it(program: Program, title: string, test: () => Promise<void>): void {
    const reason = this.reasons.get(program);
    const run = reason === null ? it : it.skip;
    run(reason === null ? title : `${title} (${reason} here)`, test);
  }

  /** Programs wait most of the time, so all of them begin this together, before other tests. */
  together<Result>(
    programs: readonly Program[],
    work: (program: Program) => Promise<Result>,
  ): (program: Program) => Promise<Result> {
    const begun = new Map<Program, Promise<Result>>();
    beforeAll(() => {
      for (const program of programs.filter((each) => this.has(each))) {
        const result = work(program);
        result.catch(() => undefined); // Its own test tells.
        begun.set(program, result);
      }
    });
    return (program) => begun.get(program) ?? work(program);
  }
}

/** Programs that run: one that waits for ever must not outlive its spec. */
const running = new Set<ChildProcess>();

export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs a program to its end. `hear`: what it has printed so far. */
export function runProgram(
  { command: [command = '', ...flags] }: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  hear: (printed: string, child: ChildProcess) => void = () => undefined,
): Promise<Run> {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const options = { cwd: FOLDER, env: { ...process.env, ...env }, stdio };
  const child = spawn(command, [...flags, ...args], options);
  running.add(child);
  let [printed, complaints] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    hear(printed, child);
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, printed, complaints });
    });
  });
}
