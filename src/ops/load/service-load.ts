import type { ServiceLog } from '../log/service-log';
import type { ConnectionWatch } from '../traffic/connection-watch';
import type { Drain } from '../traffic/drain';
import type { EventLoopWatch } from './event-loop-watch';
import type { LoadGate } from './load-gate';

/** What tells how much the process has to do, and whether it keeps up. */
export class ServiceLoad {
  constructor(
    readonly gate: LoadGate,
    readonly loop: EventLoopWatch,
    readonly connections: ConnectionWatch,
    readonly drain: Drain,
    readonly log: ServiceLog,
  ) {}
}
