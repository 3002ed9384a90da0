import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { RunLimits } from './runner';

/** A piece of work for a process of its own. */
export type Task =
  | {
      readonly kind: 'run';
      readonly bug: string | null;
      readonly dropped: readonly string[];
      readonly limits: RunLimits;
    }
  | { readonly kind: 'bite'; readonly bug: string; readonly seeds: number };

/** The program of a worker, beside this file once it is built. */
const SCRIPT = join(__dirname, 'worker.js');

class Worker {
  private readonly child: ChildProcess;

  constructor(script: string) {
    this.child = fork(script);
  }

  /** Does one piece of work at a time. */
  ask<Answer>(task: Task): Promise<Answer> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const died = (code: number | null, signal: string | null): void =>
        reject(new Error(`a process of the simulation ended: ${code ?? signal}`));
      child.once('exit', died);
      child.once('message', (answer) => {
        child.off('exit', died);
        resolve(answer as Answer);
      });
      child.send(task);
    });
  }

  end(): void {
    this.child.kill();
  }
}

/** How pieces of work are shared. */
export interface Sharing<Answer> {
  readonly processes: number;
  readonly script?: string;
  /** Told of the answers so far, by the number of their task; false: no further task is begun. */
  readonly goOn: (answers: readonly (Answer | undefined)[]) => boolean;
}

/**
 * Lets processes take the tasks one by one, in order. The answers are in the order of the tasks,
 * however long each took; those that were not begun are missing at the end.
 */
export async function share<Answer>(
  tasks: readonly Task[],
  { processes, script, goOn }: Sharing<Answer>,
): Promise<readonly Answer[]> {
  const left = [...tasks.entries()];
  const answers: (Answer | undefined)[] = [];
  let going = true;
  const work = async (worker: Worker): Promise<void> => {
    for (let next = left.shift(); next && going; next = left.shift()) {
      const [n, task] = next;
      answers[n] = await worker.ask<Answer>(task);
      going &&= goOn(answers);
    }
  };
  const length = Math.min(processes, tasks.length);
  const workers = Array.from({ length }, () => new Worker(script ?? SCRIPT));
  try {
    await Promise.all(workers.map(work));
  } finally {
    for (const worker of workers) worker.end();
  }
  return answers.filter((answer) => answer !== undefined);
}
