import { CallbackClient } from '../../src/callbacks/delivery/callback-client';
import { ReceiverLoop } from '../../src/callbacks/delivery/receiver-loop';
import type { Receiver } from '../../src/callbacks/delivery/receiver-loop';
import { TryCounts } from '../../src/callbacks/delivery/try-counts';
import { systemRandomness } from '../../src/config/system-clock';
import type { Callbacks } from '../../src/domain/ports/callbacks';
import type { Clock } from '../../src/domain/ports/clock';

/** One receiver's part of a process, with what it has said. */
export interface LoopOfTest {
  readonly loop: ReceiverLoop;
  readonly client: CallbackClient;
  readonly counts: TryCounts;
  readonly lines: string[];
}

/** A loop over real HTTP and real books, by the test's clock; `timeoutMs` is real time. */
export function aLoop(
  callbacks: Callbacks,
  clock: Clock,
  receiver: Receiver,
  timeoutMs = 500,
): LoopOfTest {
  const lines: string[] = [];
  const log = {
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
  };
  const client = new CallbackClient(timeoutMs);
  const counts = new TryCounts();
  const shared = { callbacks, clock, counts, timeoutMs, log, client };
  return {
    loop: new ReceiverLoop({ ...shared, randomness: systemRandomness }, receiver),
    client,
    counts,
    lines,
  };
}

/** Rounds at one instant of the test's clock, until nothing is left to do. */
export async function settle({ loop }: LoopOfTest): Promise<void> {
  for (;;) {
    const isBusy = await loop.round();
    await loop.idle();
    if (!isBusy) return;
  }
}
