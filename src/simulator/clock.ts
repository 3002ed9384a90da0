/** The simulator's time: the machine's plus an offset, so that codes and trades can be aged. */
export interface SimClock {
  /** Simulated wall clock, ms since 1970 UTC. */
  nowMs(): number;
  /** What is added to the machine's clock now. Milliseconds, may be negative. */
  offsetMs(): number;
  /** Replaces the offset; it is not remembered over a restart. */
  setOffset(offsetMs: number): void;
}

/** The only place of the simulator that reads the machine's clock. */
export function machineClock(): SimClock {
  let offset = 0;
  return {
    nowMs: () => Date.now() + offset,
    offsetMs: () => offset,
    setOffset: (offsetMs) => {
      offset = offsetMs;
    },
  };
}

/** Resolves after `ms` milliseconds of real time; never keeps the process alive. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
