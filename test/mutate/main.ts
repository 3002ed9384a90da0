import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, posix } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../simulation/bugs/patched-sources';
import { readSources } from '../support/tidy/tidy-source';
import type { Source } from '../support/tidy/tidy-source';
import { functionAt, probed } from './entered';
import { EQUAL } from './equal';
import type { Changed } from './fresh-modules';
import { NOT_LOADED } from './fresh-modules';
import { Importers } from './judges';
import { mutantsOf, mutated } from './mutants';
import type { Mutant } from './mutants';
import { Results } from './results';
import { HUNG, share, Worker } from './worker-pool';

/** What is mutated when nothing is named. */
const MUTATED = ['src/domain', 'src/pay', 'src/legacy-db', 'src/alipay-gateway/alipay.mapper.ts'];

/**
 * Mutated only where a file is named: what takes long to judge, descriptions for readers, and the
 * schema, which `db:check` compares.
 */
const LEFT_OUT = /\.documentation\.ts$|\.module\.ts$|\/(?:migrations|commands|sqlserver)\//;

/** A spec that takes less waits for nothing, so a busy machine does not make it fail. ms. */
const QUICK_MS = 300;
/** Where a spec stands in the order that was not asked yet. ms. */
const UNMEASURED_MS = 1_000;

const ROOT = projectRoot();

interface Task {
  readonly source: Source;
  readonly mutant: Mutant;
}

interface Found extends Task {
  readonly why: string | null;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: MUTATED },
      workers: { type: 'string', default: String(availableParallelism()) },
      seeds: { type: 'string', default: '300' },
      again: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      by: { type: 'string', multiple: true, default: [] },
    },
  });
  const only = values.only.map((path) => path.replace(/\/$/, ''));
  const gone = [...only, ...values.by].filter((path) => !existsSync(join(ROOT, path)));
  if (gone.length > 0) throw new Error(`no ${gone.join(', ')}`);
  return { ...values, only, workers: Number(values.workers), seeds: Number(values.seeds) };
}

function tasksOf(sources: readonly Source[], only: readonly string[]): Task[] {
  const chosen = sources.filter(({ path, isTest }) => {
    if (isTest || !path.endsWith('.ts')) return false;
    if (only.includes(path)) return true;
    return !LEFT_OUT.test(path) && only.some((folder) => path.startsWith(`${folder}/`));
  });
  return chosen.flatMap((source) => mutantsOf(source.text).map((mutant) => ({ source, mutant })));
}

/** The run over some mutants: who judges, and what is known already. */
class Run {
  readonly survivors: Found[] = [];
  noticed = 0;
  /** The functions of a file that a spec enters, by file and spec; null: it may be any. */
  private readonly entered = new Map<string, Promise<ReadonlySet<number> | null>>();
  /** How long each spec takes without a mutant, once it was asked. */
  private readonly measured = new Map<string, Promise<number>>();
  private readonly tookMs = new Map<string, number>();
  /** Who noticed last in a file most likely notices next. */
  private readonly last = new Map<string, string>();

  constructor(
    private readonly importers: Importers,
    private readonly results: Results,
    private readonly seeds: number,
    /** The only specs that judge; none: all that load the file, and the simulation. */
    private readonly by: readonly string[],
  ) {}

  /** Judges a mutant, unless an earlier run has; tells what nobody noticed. */
  async judge(worker: Worker, task: Task, again: boolean): Promise<void> {
    const { source, mutant } = task;
    const known = this.results.judgeOf(source.path, mutant.name, source.text);
    const judge = again || known === undefined ? await this.ask(worker, task) : known;
    if (judge !== null) {
      this.noticed += 1;
      return;
    }
    const why = EQUAL[source.path]?.[mutant.name] ?? null;
    this.survivors.push({ ...task, why });
    if (why === null) print(`SURVIVES ${placeOf(task)}`);
  }

  private async ask(worker: Worker, task: Task): Promise<string | null> {
    const { source, mutant } = task;
    const { path, text } = source;
    const few = this.by.length > 0;
    const all = this.importers.judgesOf(path);
    const specs = few ? all.specs.filter((spec) => this.by.includes(spec)) : all.specs;
    const seeds = all.simulated && !few ? this.seeds : 0;
    const changed = { path, text: mutated(text, mutant) };
    const judge =
      (await this.firstOf(worker, task, changed, specs)) ??
      (await worker.ask({ changed, specs: [], seeds })).judge;
    if (judge !== null) this.last.set(path, judge);
    // What a few have not noticed another one may.
    if (judge !== null || !few) this.results.keep(path, mutant.name, text, judge);
    return judge;
  }

  /** Does the spec run what the mutant changes? No other can notice it. */
  private async enters(worker: Worker, { source, mutant }: Task, spec: string): Promise<boolean> {
    const place = functionAt(source.text, mutant.start);
    if (place === null) return true;
    const key = `${source.path}\n${spec}`;
    const pending = this.entered.get(key) ?? enteredBy(worker, source, spec);
    this.entered.set(key, pending);
    return (await pending)?.has(place) ?? true;
  }

  private async firstOf(
    worker: Worker,
    task: Task,
    changed: Changed,
    specs: readonly string[],
  ): Promise<string | null> {
    for (const spec of this.inOrder(changed.path, specs)) {
      if (this.tookMs.get(spec) === Infinity) continue;
      if (!(await this.enters(worker, task, spec))) continue;
      const pending = this.measured.get(spec) ?? measure(worker, spec);
      this.measured.set(spec, pending);
      const tookMs = await pending;
      this.tookMs.set(spec, tookMs);
      if (tookMs < Infinity && (await this.notices(worker, changed, spec))) return spec;
    }
    return null;
  }

  /** The likely spec first, then those known to be quick, then the nearest. */
  private inOrder(path: string, specs: readonly string[]): readonly string[] {
    const own = posix.basename(path).replace(/(?:\.service)?\.ts$/, '.spec.ts');
    const rank = (spec: string): number => {
      if (posix.basename(spec) === own || spec === this.last.get(path)) return 0;
      return this.tookMs.get(spec) ?? UNMEASURED_MS;
    };
    return [...specs].sort((a, b) => rank(a) - rank(b));
  }

  /** Does the spec notice? On a busy machine one that waits fails by itself: it is asked again. */
  private async notices(worker: Worker, changed: Changed, spec: string): Promise<boolean> {
    const question = { changed, specs: [spec], seeds: 0 };
    const { judge, how } = await worker.ask(question);
    if (judge === null) return false;
    const quick = (this.tookMs.get(spec) ?? 0) < QUICK_MS;
    // What cannot be loaded may lack something else than the mutant took away.
    if (how === HUNG || (quick && !how.startsWith(NOT_LOADED))) return true;
    const again = await worker.ask(question);
    const sound = await worker.ask({ ...question, changed: null });
    if (sound.judge !== null) {
      print(`left out from here on, it fails without a mutant: ${spec}: ${sound.how}`);
      this.measured.set(spec, Promise.resolve(Infinity));
    }
    return again.judge !== null && sound.judge === null;
  }
}

/** The functions of a source that a spec enters; null: it cannot be said. */
async function enteredBy(
  worker: Worker,
  { path, text }: Source,
  spec: string,
): Promise<ReadonlySet<number> | null> {
  const question = { changed: { path, text: probed(text) }, specs: [spec], seeds: 0 };
  const { judge, entered } = await worker.ask(question);
  return judge === null ? new Set(entered) : null;
}

/** How long a spec takes, ms; infinite: it fails without a mutant. */
async function measure(worker: Worker, spec: string): Promise<number> {
  // Twice: it has to be repeatable in one process.
  const question = { changed: null, specs: [spec, spec], seeds: 0 };
  const start = process.hrtime.bigint();
  const { judge, how } = await worker.ask(question);
  if (judge === null) return Number(process.hrtime.bigint() - start) / 2e6;
  print(`left out, it fails without a mutant: ${spec}: ${how}`);
  return Infinity;
}

function placeOf({ source, mutant }: Task): string {
  return `${source.path}:${mutant.line} ${mutant.name}`;
}

/** Reasons whose mutant is there no more, or is noticed by now. */
function idleReasons(tasks: readonly Task[], survivors: readonly Found[]): string[] {
  const alive = new Set(survivors.map(({ source, mutant }) => `${source.path} ${mutant.name}`));
  const touched = new Set(tasks.map(({ source }) => source.path));
  return Object.entries(EQUAL)
    .filter(([path]) => touched.has(path))
    .flatMap(([path, reasons = {}]) => Object.keys(reasons).map((name) => `${path} ${name}`))
    .filter((reason) => !alive.has(reason));
}

async function main(): Promise<boolean> {
  const { only, workers: count, seeds, again, list, by } = options();
  const sources = readSources(ROOT);
  const tasks = tasksOf(sources, only);
  if (list) {
    for (const task of tasks) print(placeOf(task));
    return true;
  }
  const importers = new Importers(sources);
  const file = join(ROOT, 'build', 'mutate', 'results.jsonl');
  const run = new Run(importers, new Results(file, importers.hashOfJudges()), seeds, by);
  const workers = Array.from({ length: count }, () => new Worker());
  try {
    await share(tasks, workers, (worker, task) => run.judge(worker, task, again));
  } finally {
    for (const worker of workers) worker.end();
  }
  const open = run.survivors.filter(({ why }) => why === null);
  const idle = idleReasons(tasks, run.survivors);
  print('');
  for (const task of open) print(`SURVIVES ${placeOf(task)}`);
  for (const reason of idle) print(`NOT NEEDED in equal-mutants.json: ${reason}`);
  const equal = run.survivors.length - open.length;
  print(`${tasks.length} mutants: ${run.noticed} noticed, ${equal} equal, ${open.length} survive`);
  return open.length === 0 && idle.length === 0;
}

main().then(
  (fine) => {
    process.exitCode = fine ? 0 : 1;
  },
  (error: unknown) => {
    print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 2;
  },
);
