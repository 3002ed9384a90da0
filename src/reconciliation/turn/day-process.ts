import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { PayError } from '../../domain/errors';
import type { BillDay } from '../bill/bill-day';
import type { FailedDay, SaidOfDay, ToldDay } from './taken-day';

/** Injection token of the compiled command that compares a day. */
export const DAY_COMMAND = Symbol('DAY_COMMAND');

/**
 * Has each day compared by a process of its own, which has the lowest priority: a million rows take
 * a minute of a processor and 300 MB, and no till that asks meanwhile is to wait for them.
 */
@Injectable()
export class DayProcess implements OnApplicationShutdown {
  private readonly running = new Set<ChildProcess>();

  constructor(@Inject(DAY_COMMAND) private readonly command: string) {}

  /**
   * Compares a day with its bill, fetched or in a file at `path`. Safe to repeat, to race and to be
   * cut off. @throws PayError DATABASE_UNAVAILABLE; Error: the process ended without a word
   */
  async take(day: BillDay, path: string | null = null): Promise<ToldDay> {
    const file = path === null ? [] : ['--file', path];
    const child = fork(this.command, ['--date', day.date, ...file], {
      // Without ours: two processes cannot listen for one debugger.
      execArgv: [],
    });
    this.running.add(child);
    try {
      return await wordOf(child);
    } finally {
      this.running.delete(child);
    }
  }

  /** Called by Nest once nothing is asked any more. */
  onApplicationShutdown(): void {
    for (const child of this.running) child.kill();
  }
}

function wordOf(child: ChildProcess): Promise<ToldDay> {
  return new Promise((resolve, reject) => {
    let said: SaidOfDay | null = null;
    child.on('message', (message) => {
      if (isSaid(message)) said = message;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (said === null) reject(new Error(`its process ended with ${signal ?? code}`));
      else if ('told' in said) resolve(said.told);
      else reject(errorOf(said.failed));
    });
  });
}

function isSaid(message: unknown): message is SaidOfDay {
  return (
    typeof message === 'object' && message !== null && ('told' in message || 'failed' in message)
  );
}

function errorOf({ code, message }: FailedDay): Error {
  return code === undefined ? new Error(message) : new PayError(code, message);
}
