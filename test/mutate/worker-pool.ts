import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Question, Said, Verdict } from './worker';

/** A judge that is silent for so long turns in a circle: the mutant is noticed. ms. */
const SILENCE_MS = 120_000;
/** A process that was asked so often ends: what failing tests leave behind is gone with it. */
const MOST_QUESTIONS = 1_000;

/** How a judge notices that never answers. */
export const HUNG = 'hangs';
/** How a judge notices whose process is gone. */
const DIED = 'the process ends';

const SCRIPT = join(__dirname, 'worker.child.js');

/** A judging process, begun again when it hangs, dies or is used up. */
export class Worker {
  private child: ChildProcess | null = null;
  private asked = 0;

  async ask(question: Question): Promise<Verdict> {
    if (this.asked >= MOST_QUESTIONS) this.end();
    this.asked += 1;
    const child = (this.child ??= start());
    const verdict = await verdictOf(child, question);
    if (verdict.how === HUNG || verdict.how === DIED) this.end();
    return verdict;
  }

  end(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
    this.asked = 0;
  }
}

function start(): ChildProcess {
  // What the tested code prints belongs to nobody here.
  return fork(SCRIPT, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

function verdictOf(child: ChildProcess, question: Question): Promise<Verdict> {
  return new Promise((resolve) => {
    let judge: string | null = null;
    const settle = (verdict: Verdict): void => {
      clearTimeout(silence);
      child.off('message', hear);
      child.off('exit', died);
      resolve(verdict);
    };
    const gone = (how: string): void => settle({ judge: judge ?? 'start', how, entered: [] });
    const silence = setTimeout(() => gone(HUNG), SILENCE_MS);
    const died = (): void => gone(DIED);
    const hear = (message: unknown): void => {
      const said = message as Said;
      silence.refresh();
      if (said.kind === 'asking') judge = said.judge;
      else settle({ judge: said.judge, how: said.how, entered: said.entered });
    };
    child.on('message', hear);
    child.once('exit', died);
    child.send(question);
  });
}

/** Lets workers take the tasks one by one, in order. */
export async function share<Task>(
  tasks: readonly Task[],
  workers: readonly Worker[],
  work: (worker: Worker, task: Task) => Promise<void>,
): Promise<void> {
  const left = [...tasks];
  const drain = async (worker: Worker): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await work(worker, next);
    }
  };
  await Promise.all(workers.map(drain));
}
